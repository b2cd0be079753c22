import { sql } from "kysely";
import type { Transaction } from "../platform/postgres/transact.ts";
import { type Account, type AccountKind, isCreditNormal } from "./chart.ts";

// The only file that knows the ledger's columns.

export type TransferState = "posted" | "pending" | "post_pending" | "void_pending";

export interface TransferRow {
  readonly id: string;
  readonly inputsSha256: Uint8Array;
  readonly state: TransferState;
  readonly pendingId: string | null;
  readonly debitAccount: string;
  readonly creditAccount: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly kind: string;
  readonly reference: string;
  readonly occurredAt: Date;
}

const transferColumns = sql`id, inputs_sha256 as "inputsSha256", state, pending_id as "pendingId",
  debit_account as "debitAccount", credit_account as "creditAccount", currency, amount_minor as "amountMinor",
  kind, reference, occurred_at as "occurredAt"`;

export interface Balance {
  readonly id: string;
  readonly code: string;
  readonly kind: AccountKind;
  readonly currency: string;
  readonly debitsPosted: bigint;
  readonly creditsPosted: bigint;
  readonly debitsPending: bigint;
  readonly creditsPending: bigint;
}

const balanceColumns = sql`id, code, kind, currency, debits_posted as "debitsPosted",
  credits_posted as "creditsPosted", debits_pending as "debitsPending", credits_pending as "creditsPending"`;

/** What may still leave the account: posted on its rising side, less what is posted or held on its falling side. */
export const spendableMinor = (balance: Balance): bigint =>
  isCreditNormal(balance.kind)
    ? balance.creditsPosted - balance.debitsPosted - balance.debitsPending
    : balance.debitsPosted - balance.creditsPosted - balance.creditsPending;

/**
 * Makes missing rows first (there is nothing to lock on an account that has none), then locks in the order of the
 * ids, so that no two commands wait for each other. Summed accounts are made but not locked, and not in the answer.
 */
export const lockBalances = async (
  transaction: Transaction,
  accounts: readonly Account[],
): Promise<ReadonlyMap<string, Balance>> => {
  await insertMissing(transaction, accounts);
  const ids = accounts.filter((each) => !each.isSummed).map((each) => each.id);
  return lockBalancesById(transaction, ids);
};

/** As `lockBalances`, for accounts that are known to have rows. */
export const lockBalancesById = async (
  transaction: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Balance>> => {
  if (ids.length === 0) return new Map();
  const { rows } = await sql<Balance>`
    select ${balanceColumns} from ledger_account
    where id = any(${ids}::text[]) and not is_summed order by id for update`.execute(transaction);
  return new Map(rows.map((row) => [row.id, row]));
};

// Without naming columns in "on conflict": a racer's new row may be met first in either of the two unique indexes.
const insertMissing = async (transaction: Transaction, accounts: readonly Account[]): Promise<void> => {
  await sql`
    insert into ledger_account (id, code, kind, owner_id, currency, no_overdraft, is_summed)
    select a.* from jsonb_to_recordset(${JSON.stringify(accounts.map(accountRow))}::jsonb)
      as a (id text, code text, kind text, owner_id uuid, currency text, no_overdraft boolean, is_summed boolean)
    order by a.id
    on conflict do nothing`.execute(transaction);
};

const accountRow = (account: Account) => ({
  id: account.id,
  code: account.code,
  kind: account.kind,
  owner_id: account.ownerId,
  currency: account.currency,
  no_overdraft: account.noOverdraft,
  is_summed: account.isSummed,
});

export const findTransfers = async (
  transaction: Transaction,
  ids: readonly string[],
): Promise<ReadonlyMap<string, TransferRow>> => {
  const { rows } = await sql<TransferRow>`
    select ${transferColumns} from ledger_transfer where id = any(${ids}::uuid[])`.execute(transaction);
  return new Map(rows.map((row) => [row.id, row]));
};

/** Which of these holds are settled, and by which transfer. */
export const findSettlements = async (
  transaction: Transaction,
  holdIds: readonly string[],
): Promise<ReadonlyMap<string, TransferRow>> => {
  const { rows } = await sql<TransferRow>`
    select ${transferColumns} from ledger_transfer where pending_id = any(${holdIds}::uuid[])`.execute(transaction);
  return new Map(rows.map((row) => [row.pendingId ?? "", row]));
};

/** Adds the rows that have no id of an existing row; answers the ids that it added. */
export const insertTransfers = async (
  transaction: Transaction,
  rows: readonly TransferRow[],
): Promise<ReadonlySet<string>> => {
  const inserted = await sql<{ id: string }>`
    insert into ledger_transfer (id, inputs_sha256, state, pending_id, debit_account, credit_account, currency,
      amount_minor, kind, reference, occurred_at)
    select t.id, decode(t.inputs_sha256, 'hex'), t.state, t.pending_id, t.debit_account, t.credit_account,
      t.currency, t.amount_minor::bigint, t.kind, t.reference, t.occurred_at
    from jsonb_to_recordset(${JSON.stringify(rows.map(transferRow))}::jsonb)
      as t (id uuid, inputs_sha256 text, state text, pending_id uuid, debit_account text, credit_account text,
        currency text, amount_minor text, kind text, reference text, occurred_at timestamptz)
    order by t.id
    on conflict (id) do nothing
    returning id`.execute(transaction);
  return new Set(inserted.rows.map((row) => row.id));
};

const transferRow = (row: TransferRow) => ({
  id: row.id,
  inputs_sha256: Buffer.from(row.inputsSha256).toString("hex"),
  state: row.state,
  pending_id: row.pendingId,
  debit_account: row.debitAccount,
  credit_account: row.creditAccount,
  currency: row.currency,
  amount_minor: row.amountMinor.toString(),
  kind: row.kind,
  reference: row.reference,
  occurred_at: row.occurredAt.toISOString(),
});

export interface SumChange {
  readonly accountId: string;
  readonly debitsPosted: bigint;
  readonly creditsPosted: bigint;
  readonly debitsPending: bigint;
  readonly creditsPending: bigint;
}

/** The rows must be locked. Changes of summed accounts are left out by the database. */
export const addToSums = async (transaction: Transaction, changes: readonly SumChange[]): Promise<void> => {
  const column = (pick: (change: SumChange) => bigint) => changes.map(pick).map(String);
  await sql`
    update ledger_account a set
      debits_posted = a.debits_posted + c.debits_posted, credits_posted = a.credits_posted + c.credits_posted,
      debits_pending = a.debits_pending + c.debits_pending, credits_pending = a.credits_pending + c.credits_pending
    from unnest(${changes.map((each) => each.accountId)}::text[], ${column((each) => each.debitsPosted)}::bigint[],
      ${column((each) => each.creditsPosted)}::bigint[], ${column((each) => each.debitsPending)}::bigint[],
      ${column((each) => each.creditsPending)}::bigint[])
      as c (account_id, debits_posted, credits_posted, debits_pending, credits_pending)
    where a.id = c.account_id and not a.is_summed`.execute(transaction);
};

export const findBalance = async (transaction: Transaction, accountId: string): Promise<Balance | null> => {
  const { rows } = await sql<Balance>`
    select ${balanceColumns} from ledger_balance where id = ${accountId}`.execute(transaction);
  return rows[0] ?? null;
};

/** Every account that the transaction's actor may see, by id. */
export const listBalances = async (transaction: Transaction, limit: number): Promise<readonly Balance[]> => {
  const { rows } = await sql<Balance>`
    select ${balanceColumns} from ledger_balance order by id limit ${limit}`.execute(transaction);
  return rows;
};

export interface CurrencySums {
  readonly currency: string;
  readonly accounts: number;
  readonly debitsPosted: bigint;
  readonly creditsPosted: bigint;
  readonly debitsPending: bigint;
  readonly creditsPending: bigint;
}

/** Sums over all accounts: kept sums where they are kept, transfers where they are not. */
export const sumCurrencies = async (transaction: Transaction): Promise<readonly CurrencySums[]> => {
  const { rows } = await sql<CurrencySums>`
    select currency, count(*)::int as accounts,
      sum(debits_posted)::bigint as "debitsPosted", sum(credits_posted)::bigint as "creditsPosted",
      sum(debits_pending)::bigint as "debitsPending", sum(credits_pending)::bigint as "creditsPending"
    from ledger_balance group by currency order by currency`.execute(transaction);
  return rows;
};

/** Newest first. */
export const listTransfers = async (
  transaction: Transaction,
  accountId: string,
  limit: number,
): Promise<readonly TransferRow[]> => {
  const { rows } = await sql<TransferRow>`
    select ${transferColumns} from ledger_transfer
    where debit_account = ${accountId} or credit_account = ${accountId}
    order by occurred_at desc, id desc limit ${limit}`.execute(transaction);
  return rows;
};

/** The hash stored under the id, after adding ours if there was none. */
export const recordCommand = async (
  transaction: Transaction,
  command: { readonly id: string; readonly name: string; readonly inputsSha256: Uint8Array; readonly atMs: number },
): Promise<{ readonly isNew: boolean; readonly inputsSha256: Uint8Array }> => {
  const added = await sql`
    insert into command (id, name, inputs_sha256, occurred_at)
    values (${command.id}, ${command.name}, ${command.inputsSha256}, ${new Date(command.atMs)})
    on conflict (id) do nothing`.execute(transaction);
  if (added.numAffectedRows === 1n) return { isNew: true, inputsSha256: command.inputsSha256 };
  const { rows } = await sql<{ inputsSha256: Uint8Array }>`
    select inputs_sha256 as "inputsSha256" from command where id = ${command.id}`.execute(transaction);
  return { isNew: false, inputsSha256: rows[0]?.inputsSha256 ?? new Uint8Array() };
};
