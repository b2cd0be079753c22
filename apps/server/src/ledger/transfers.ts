import { assert, equalBytes, err, ok, type Result } from "@underseal/foundation";
import type { Transaction } from "../platform/postgres/transact.ts";
import { type Account, isCreditNormal } from "./chart.ts";
import type { LedgerError } from "./errors.ts";
import { hashInputs } from "./inputs.ts";
import {
  addToSums,
  type Balance,
  findTransfers,
  insertTransfers,
  lockBalances,
  type SumChange,
  spendableMinor,
  type TransferRow,
} from "./store.ts";

/** One amount from one account to another. In the caller's transaction, which must run for the system. */
export interface Movement {
  /** A UUID made by whoever gives the command; doing it again with the same inputs does nothing. */
  readonly commandId: string;
  readonly debit: Account;
  readonly credit: Account;
  /** More than zero, in the currency of both accounts. */
  readonly amountMinor: bigint;
  readonly kind: string;
  /** What it is for: a contract, an invoice, a charge. */
  readonly reference: string;
  readonly atMs: number;
}

export type Outcome = "done" | "replayed";

/** Moves the money at once. On an error nothing was written. */
export const transfer = (transaction: Transaction, movement: Movement): Promise<Result<Outcome, LedgerError>> =>
  move(transaction, "posted", movement);

/** Reserves the money until the hold, named by this command's id, is posted or voided. On an error nothing was written. */
export const hold = (transaction: Transaction, movement: Movement): Promise<Result<Outcome, LedgerError>> =>
  move(transaction, "pending", movement);

const move = async (
  transaction: Transaction,
  state: "posted" | "pending",
  movement: Movement,
): Promise<Result<Outcome, LedgerError>> => {
  const row = rowOf(state, movement);
  const balances = await lockBalances(transaction, [movement.debit, movement.credit]);
  const replay = await findReplay(transaction, row);
  if (replay !== null) return replay;
  const shortfall = findShortfall(movement, balances);
  if (shortfall !== null) return err(shortfall);
  const inserted = await insertTransfers(transaction, [row]);
  // Two racers whose accounts are all summed share no lock: the second meets the first one's row here.
  if (inserted.size === 0) return (await findReplay(transaction, row)) ?? err(reused(row.id));
  await addToSums(transaction, sumChanges(state, movement));
  return ok("done");
};

const rowOf = (state: "posted" | "pending", movement: Movement): TransferRow => {
  const { debit, credit, amountMinor, kind, reference } = movement;
  assert(amountMinor > 0n, "a transfer moves more than nothing");
  assert(debit.currency === credit.currency, "both accounts have one currency");
  const inputs = { state, debit: debit.id, credit: credit.id, amountMinor, kind, reference };
  return {
    id: movement.commandId,
    inputsSha256: hashInputs("transfer", inputs),
    state,
    pendingId: null,
    debitAccount: debit.id,
    creditAccount: credit.id,
    currency: debit.currency,
    amountMinor,
    kind,
    reference,
    occurredAt: new Date(movement.atMs),
  };
};

const reused = (commandId: string): LedgerError => ({ code: "COMMAND_REUSED", commandId });

const findReplay = async (transaction: Transaction, row: TransferRow): Promise<Result<Outcome, LedgerError> | null> => {
  const existing = (await findTransfers(transaction, [row.id])).get(row.id);
  if (existing === undefined) return null;
  return equalBytes(existing.inputsSha256, row.inputsSha256) ? ok("replayed") : err(reused(row.id));
};

/** Whichever of the two accounts falls must have the amount, unless it may be overdrawn. */
const findShortfall = (movement: Movement, balances: ReadonlyMap<string, Balance>): LedgerError | null => {
  const { debit, credit, amountMinor } = movement;
  const falling = [isCreditNormal(debit.kind) ? debit : null, isCreditNormal(credit.kind) ? null : credit];
  for (const account of falling) {
    if (account === null || !account.noOverdraft) continue;
    const balance = balances.get(account.id);
    assert(balance !== undefined, "an account that may not be overdrawn was locked");
    const missingMinor = amountMinor - spendableMinor(balance);
    if (missingMinor > 0n) return { code: "INSUFFICIENT_FUNDS", accountId: account.id, missingMinor };
  }
  return null;
};

const unchanged = { debitsPosted: 0n, creditsPosted: 0n, debitsPending: 0n, creditsPending: 0n };

const sumChanges = (state: "posted" | "pending", movement: Movement): readonly SumChange[] => {
  const amount = movement.amountMinor;
  const isPosted = state === "posted";
  return [
    { ...unchanged, accountId: movement.debit.id, [isPosted ? "debitsPosted" : "debitsPending"]: amount },
    { ...unchanged, accountId: movement.credit.id, [isPosted ? "creditsPosted" : "creditsPending"]: amount },
  ];
};
