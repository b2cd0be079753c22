import { sql } from "kysely";
import type { Transaction } from "../../platform/postgres/transact.ts";

export interface Anchor {
  /** `2026-11-16`, in UTC. */
  readonly day: string;
  /** Of the published checkpoint whose note was timestamped. */
  readonly size: number;
  /** The authority's whole answer. */
  readonly token: Uint8Array;
}

/** Does nothing where the day has its anchor. */
export const insertAnchor = async (transaction: Transaction, { day, size, token }: Anchor): Promise<void> => {
  await sql`
    insert into log_anchor (day, size, token) values (${day}::date, ${BigInt(size)}, ${token})
    on conflict do nothing`.execute(transaction);
};

export const isAnchored = async (transaction: Transaction, day: string): Promise<boolean> => {
  const { rows } = await sql`select from log_anchor where day = ${day}::date`.execute(transaction);
  return rows.length > 0;
};

/** The token of a day with the note that it is over. */
export const readAnchor = async (
  transaction: Transaction,
  day: string,
): Promise<{ readonly token: Uint8Array; readonly note: string } | null> => {
  const { rows } = await sql<{ token: Uint8Array; note: string }>`
    select log_anchor.token, log_checkpoint.note from log_anchor join log_checkpoint using (size)
    where day = ${day}::date`.execute(transaction);
  return rows[0] ?? null;
};
