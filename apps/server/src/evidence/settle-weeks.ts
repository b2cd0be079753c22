// When a week is locked and the freelancer has not signed for all that the platform had by then, the platform signs.
// Time is data: each week with minutes says whether its statement was seen to.
import { signStatement } from "@underseal/evidence";
import { bytesToBase64Url, dateOf, equalBytes, reveal, SECOND_MS, slotStartMs, WEEK_MS } from "@underseal/foundation";
import { systemActor, type Transaction, transact } from "../platform/postgres/transact.ts";
import type { EvidenceDeps } from "./ports.ts";
import {
  findWeekStatement,
  insertWeekStatement,
  lockUnstatedWeek,
  markStated,
  type StoredWeekStatement,
  type UnstatedWeek,
} from "./store/statements.ts";
import type { SlotRange } from "./store/week.ts";
import { queueStatement, readWeekTree, SETTLING_MS, weekSecondsOf } from "./week-statements.ts";
import { slotsOfWeek } from "./weeks.ts";

/** One tick ends after this many weeks; the next one goes on. */
const WEEKS_MAX = 1_000;

/** Sees to the statements of all weeks that are locked at this time. Two ticks at once share the work. */
export const settleWeeks = async (deps: EvidenceDeps, nowMs: number): Promise<void> => {
  let after: UnstatedWeek | null = null;
  for (let weeks = 0; weeks < WEEKS_MAX; weeks += 1) {
    const week: UnstatedWeek | null = await transact(deps.database, systemActor, (transaction) =>
      settleNext(transaction, deps, { nowMs, after }),
    );
    if (week === null) return;
    after = week;
  }
};

const settleNext = async (
  transaction: Transaction,
  deps: EvidenceDeps,
  { nowMs, after }: { readonly nowMs: number; readonly after: UnstatedWeek | null },
): Promise<UnstatedWeek | null> => {
  // A week that has not ended cannot be locked.
  const week = await lockUnstatedWeek(transaction, { upTo: dateOf(nowMs - WEEK_MS), after });
  if (week === null) return null;
  const slots = slotsOfWeek(week.weekStart);
  if (slots === null) throw new Error("broken assumption: weeks begin on Mondays");
  const lockMs = deps.billing.lockAtMs(slotStartMs(slots.from));
  if (nowMs < lockMs + SETTLING_MS) return week;
  await settle(transaction, deps, { week, slots, lockS: Math.floor(lockMs / SECOND_MS) });
  await markStated(transaction, week, new Date(Math.floor(nowMs)));
  return week;
};

interface LockedWeek {
  readonly week: UnstatedWeek;
  readonly slots: SlotRange;
  readonly lockS: number;
}

const settle = async (
  transaction: Transaction,
  deps: EvidenceDeps,
  { week, slots, lockS }: LockedWeek,
): Promise<void> => {
  const tree = await readWeekTree(transaction, week.contractId, { slots, beforeS: lockS });
  // No statement can cover so many; none is better than a wrong one.
  if (tree === null) return;
  const standing = await findWeekStatement(transaction, week);
  const records = tree.records.length;
  if (standing !== null && standing.records === records && equalBytes(standing.root, tree.root)) return;
  const statement = signStatement(
    "week",
    {
      contract: week.contractId,
      week: weekSecondsOf(slots),
      records,
      root: bytesToBase64Url(tree.root),
      at: lockS,
      nonce: bytesToBase64Url(deps.random.bytes(32)),
    },
    [reveal(deps.platformKey.secretKey)],
  );
  const place = (standing?.place ?? 0) + 1;
  const toStore: StoredWeekStatement = {
    ...{ place, signedBy: "platform", records, root: tree.root, envelope: statement.envelope },
  };
  const key = { ...week, statedAt: new Date(lockS * SECOND_MS) };
  if (await insertWeekStatement(transaction, key, toStore)) {
    await queueStatement(transaction, deps, { contractId: week.contractId, slots, place, statement });
  }
};
