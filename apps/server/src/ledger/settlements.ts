import { assert, equalBytes, err, ok, type Result } from "@underseal/foundation";
import type { Transaction } from "../platform/postgres/transact.ts";
import type { LedgerError } from "./errors.ts";
import { hashInputs } from "./inputs.ts";
import {
  addToSums,
  findSettlements,
  findTransfers,
  insertTransfers,
  lockBalancesById,
  type SumChange,
  type TransferRow,
} from "./store.ts";
import type { Outcome } from "./transfers.ts";

// A hold ends once: posted (whole or in part; the rest is free again) or voided. Both are new rows that point at the
// hold's; the hold's own row never changes.

export interface Settlement {
  readonly commandId: string;
  readonly holdId: string;
}

/** A week has 1,008 slots of at most ten parts. */
const SETTLEMENTS_MAX = 10_080;

/** Posts a hold, whole unless a smaller amount is given. On an error nothing was written. */
export const postHold = (
  transaction: Transaction,
  settlement: Settlement & { readonly amountMinor?: bigint; readonly atMs: number },
): Promise<Result<Outcome, LedgerError>> => settle(transaction, "post_pending", [settlement], settlement.atMs);

/** Frees a hold. On an error nothing was written. */
export const voidHold = (
  transaction: Transaction,
  settlement: Settlement & { readonly atMs: number },
): Promise<Result<Outcome, LedgerError>> => settle(transaction, "void_pending", [settlement], settlement.atMs);

/** Frees many holds in a few statements: all, or on an error none. */
export const voidHolds = (
  transaction: Transaction,
  settlements: readonly Settlement[],
  atMs: number,
): Promise<Result<Outcome, LedgerError>> => settle(transaction, "void_pending", settlements, atMs);

type SettledState = "post_pending" | "void_pending";

interface Requested extends Settlement {
  readonly amountMinor?: bigint;
}

interface Pair {
  readonly hold: TransferRow;
  readonly row: TransferRow;
}

const settle = async (
  transaction: Transaction,
  state: SettledState,
  requests: readonly Requested[],
  atMs: number,
): Promise<Result<Outcome, LedgerError>> => {
  assert(requests.length <= SETTLEMENTS_MAX, "a batch of settlements is at most a week's");
  const paired = await pairWithHolds(transaction, state, requests, atMs);
  if (!paired.ok) return paired;
  const accountIds = paired.value.flatMap(({ hold }) => [hold.debitAccount, hold.creditAccount]);
  await lockBalancesById(transaction, [...new Set(accountIds)]);
  const open = await leaveOutReplays(transaction, paired.value);
  if (!open.ok) return open;
  if (open.value.length === 0) return ok("replayed");
  const inserted = await insertTransfers(
    transaction,
    open.value.map(({ row }) => row),
  );
  assert(inserted.size === open.value.length, "the accounts' locks keep other settlements of these holds away");
  await addToSums(transaction, sumChanges(state, open.value));
  return ok("done");
};

const pairWithHolds = async (
  transaction: Transaction,
  state: SettledState,
  requests: readonly Requested[],
  atMs: number,
): Promise<Result<readonly Pair[], LedgerError>> => {
  const holds = await findTransfers(
    transaction,
    requests.map(({ holdId }) => holdId),
  );
  const pairs: Pair[] = [];
  for (const request of requests) {
    const hold = holds.get(request.holdId);
    if (hold === undefined || hold.state !== "pending") return err({ code: "HOLD_UNKNOWN", holdId: request.holdId });
    const amountMinor = request.amountMinor ?? hold.amountMinor;
    assert(amountMinor > 0n, "posting nothing is voiding");
    if (amountMinor > hold.amountMinor) return err({ code: "HOLD_TOO_SMALL", holdId: hold.id });
    pairs.push({ hold, row: settlementRow({ state, hold, commandId: request.commandId, amountMinor, atMs }) });
  }
  return ok(pairs);
};

const settlementRow = (given: {
  readonly state: SettledState;
  readonly hold: TransferRow;
  readonly commandId: string;
  readonly amountMinor: bigint;
  readonly atMs: number;
}): TransferRow => ({
  ...given.hold,
  id: given.commandId,
  inputsSha256: hashInputs("settle", {
    state: given.state,
    holdId: given.hold.id,
    amountMinor: given.amountMinor,
  }),
  state: given.state,
  pendingId: given.hold.id,
  amountMinor: given.amountMinor,
  occurredAt: new Date(given.atMs),
});

const leaveOutReplays = async (
  transaction: Transaction,
  pairs: readonly Pair[],
): Promise<Result<readonly Pair[], LedgerError>> => {
  const settlements = await findSettlements(
    transaction,
    pairs.map(({ hold }) => hold.id),
  );
  const used = await findTransfers(
    transaction,
    pairs.map(({ row }) => row.id),
  );
  const open: Pair[] = [];
  for (const pair of pairs) {
    const sameId = used.get(pair.row.id);
    if (sameId !== undefined && !equalBytes(sameId.inputsSha256, pair.row.inputsSha256)) {
      return err({ code: "COMMAND_REUSED", commandId: pair.row.id });
    }
    if (sameId !== undefined) continue;
    if (settlements.has(pair.hold.id)) return err({ code: "HOLD_SETTLED", holdId: pair.hold.id });
    open.push(pair);
  }
  return ok(open);
};

/** The whole hold stops pending, whatever part of it is posted. */
const sumChanges = (state: SettledState, pairs: readonly Pair[]): readonly SumChange[] => {
  const changes = new Map<string, SumChange>();
  const add = (accountId: string, change: Omit<SumChange, "accountId">) => {
    const sum = changes.get(accountId) ?? { ...nothing, accountId };
    changes.set(accountId, {
      accountId,
      debitsPosted: sum.debitsPosted + change.debitsPosted,
      creditsPosted: sum.creditsPosted + change.creditsPosted,
      debitsPending: sum.debitsPending + change.debitsPending,
      creditsPending: sum.creditsPending + change.creditsPending,
    });
  };
  for (const { hold, row } of pairs) {
    const posted = state === "post_pending" ? row.amountMinor : 0n;
    add(hold.debitAccount, { ...nothing, debitsPosted: posted, debitsPending: -hold.amountMinor });
    add(hold.creditAccount, { ...nothing, creditsPosted: posted, creditsPending: -hold.amountMinor });
  }
  return [...changes.values()];
};

const nothing = { debitsPosted: 0n, creditsPosted: 0n, debitsPending: 0n, creditsPending: 0n };
