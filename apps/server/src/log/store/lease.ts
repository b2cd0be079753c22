import { sql } from "kysely";
import type { Transaction } from "../../platform/postgres/transact.ts";
import { lockHead } from "./tree.ts";

// The lease's row. All times are the database's, so servers may disagree about theirs.

/** How long one server may keep another one from the log by hanging in the middle of a transaction. */
const HUNG_MS = 5_000;

/** A writer that hangs is disconnected by the database, and nobody waits for it longer than that. */
export const limitWaiting = async (transaction: Transaction): Promise<void> => {
  await sql
    .raw(`set local lock_timeout = ${2 * HUNG_MS}; set local idle_in_transaction_session_timeout = ${HUNG_MS}`)
    .execute(transaction);
};

/** Begins the next term where the last one is over; answers it, or `null` where somebody holds the lease. */
export const takeLease = async (
  transaction: Transaction,
  { holder, leaseMs }: { readonly holder: string; readonly leaseMs: number },
): Promise<number | null> => {
  if (!(await isFree(transaction))) return null;
  await limitWaiting(transaction);
  // No batch of the last term is under way, and none can begin.
  await lockHead(transaction);
  const { rows } = await sql<{ term: bigint }>`
    update log_lease
    set holder = ${holder}, term = term + 1, expires_at = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
    where expires_at <= clock_timestamp() returning term`.execute(transaction);
  return rows[0] === undefined ? null : Number(rows[0].term);
};

const isFree = async (transaction: Transaction): Promise<boolean> => {
  const { rows } = await sql<{ isFree: boolean }>`
    select expires_at <= clock_timestamp() as "isFree" from log_lease`.execute(transaction);
  return rows[0]?.isFree ?? false;
};

/** Answers whether the term is still ours. One that is over but was not taken goes on. */
export const renewLease = async (
  transaction: Transaction,
  { term, leaseMs }: { readonly term: number; readonly leaseMs: number },
): Promise<boolean> => {
  // A holder that hangs between this and its commit would hold the lease's row against all others.
  await limitWaiting(transaction);
  const { numAffectedRows } = await sql`
    update log_lease set expires_at = clock_timestamp() + ${leaseMs} * interval '1 millisecond'
    where term = ${BigInt(term)}`.execute(transaction);
  return numAffectedRows === 1n;
};

/** Lets the next server begin at once. */
export const releaseLease = async (transaction: Transaction, term: number): Promise<void> => {
  await limitWaiting(transaction);
  await sql`
    update log_lease set holder = null, expires_at = '-infinity' where term = ${BigInt(term)}`.execute(transaction);
};

/** Asked under the head's lock, a yes holds until the transaction ends. */
export const isTermCurrent = async (transaction: Transaction, term: number): Promise<boolean> => {
  const { rows } = await sql<{ term: bigint }>`select term from log_lease`.execute(transaction);
  return Number(rows[0]?.term) === term;
};
