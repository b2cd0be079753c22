import { assert, dateOf, hourlyAmountCeil, money, slotStartMs, WEEK_MS, weekStartOf } from "@underseal/foundation";
import { depositAccount, derivedId, earnedAccount, hold, lockBalances, spendableMinor } from "../ledger/index.ts";
import type { Transaction } from "../platform/postgres/transact.ts";
import { type BillingCalendar, earliestUnlockedWeek, weekTimes } from "./calendar.ts";
import type { BillingDeps, RecordedSegment, SegmentFunding } from "./ports.ts";
import { minutesToBill, usedPermille } from "./rules.ts";
import {
  type BilledSegmentRow,
  countBilled,
  findBilledSegment,
  insertBilledSegment,
  lockWeek,
  openWeek,
} from "./store.ts";

/**
 * Bills an admitted segment, inside the transaction (of the system) that admits it: the week is there, the minutes
 * are in it, and the deposit holds their amount if it has room. Minutes are billed whether or not anybody covers
 * them. The same segment told again answers what was answered first.
 */
export const recordSegment = async (
  deps: Pick<BillingDeps, "clock" | "calendar">,
  tx: Transaction,
  segment: RecordedSegment,
): Promise<SegmentFunding> => {
  const nowMs = deps.clock.now();
  const weeks = await lockWeeks(tx, deps.calendar, segment, nowMs);
  const earlier = await findBilledSegment(tx, segment.contractId, segment.segmentHash);
  if (earlier !== null) return fundingOf(earlier);
  const before = await countBilled(tx, { ...segment, weekStart: weeks.own });
  const minutes = minutesToBill({
    minutes: segment.minutes,
    minutesInSlotBefore: before.slotMinutes,
    minutesInWeekBefore: before.weekMinutes,
    weeklyLimitMinutes: segment.terms.weeklyLimitMinutes,
  });
  const held = await holdFor(tx, segment, { minutes, part: before.slotParts, atMs: nowMs });
  if (minutes === 0) return { ...held.funding, minutesBilled: 0 };
  await insertBilledSegment(tx, {
    ...rowOf(segment),
    part: before.slotParts,
    weekStart: weeks.own,
    invoiceWeek: weeks.invoice,
    minutes,
    holdId: held.holdId,
    heldMinor: held.funding.held.amountMinor,
    covered: held.funding.deposit === "has-room" ? "deposit" : "none",
    deposit: held.funding.deposit,
    depositUsedPermille: held.funding.depositUsedPermille,
    recordedAt: new Date(nowMs),
  });
  return { ...held.funding, minutesBilled: minutes };
};

const rowOf = (segment: RecordedSegment) => ({
  contractId: segment.contractId,
  slot: BigInt(segment.slot),
  segmentHash: segment.segmentHash,
  clientId: segment.clientId,
  freelancerId: segment.freelancerId,
  isManual: segment.isManual,
  rateMinor: segment.terms.rate.amountMinor,
  currency: segment.terms.rate.currency,
  feePermille: segment.terms.feePermille,
});

const fundingOf = (row: BilledSegmentRow): SegmentFunding => ({
  deposit: row.deposit,
  depositUsedPermille: row.depositUsedPermille,
  minutesBilled: row.minutes,
  held: money(row.heldMinor, row.currency),
});

/** Another node's clock may be ahead of ours and have locked a week that we think open. */
const WEEKS_TRIED_MAX = 3;

/**
 * Opens and locks the slot's own week and the week whose invoice the minutes go on, the older first. What arrives at
 * the instant of the lock or later goes on the next invoice, whether or not a tick has been here.
 */
const lockWeeks = async (
  tx: Transaction,
  calendar: BillingCalendar,
  segment: RecordedSegment,
  nowMs: number,
): Promise<{ readonly own: string; readonly invoice: string }> => {
  const ownMs = weekStartOf(slotStartMs(segment.slot));
  const own = await openAndLock(tx, calendar, segment, { weekStartMs: ownMs, nowMs });
  let invoiceMs = Math.max(ownMs, earliestUnlockedWeek(calendar, nowMs));
  for (let tries = 0; tries < WEEKS_TRIED_MAX; tries += 1) {
    const week =
      invoiceMs === ownMs ? own : await openAndLock(tx, calendar, segment, { weekStartMs: invoiceMs, nowMs });
    if (week.state === "open") return { own: own.weekStart, invoice: week.weekStart };
    invoiceMs += WEEK_MS;
  }
  throw new Error("broken assumption: the weeks to come are open");
};

const openAndLock = async (
  tx: Transaction,
  calendar: BillingCalendar,
  segment: RecordedSegment,
  { weekStartMs, nowMs }: { readonly weekStartMs: number; readonly nowMs: number },
) => {
  const { contractId, clientId, freelancerId } = segment;
  const key = { contractId, weekStart: dateOf(weekStartMs) };
  const { currency } = segment.terms.rate;
  const { lockAtMs } = weekTimes(calendar, weekStartMs);
  await openWeek(tx, { ...key, clientId, freelancerId, currency }, { atMs: nowMs, dueAtMs: lockAtMs });
  const week = await lockWeek(tx, key);
  assert(week !== null, "a week that was opened is there");
  assert(week.currency === currency, "a contract has one currency");
  return week;
};

interface Held {
  readonly holdId: string | null;
  readonly funding: Omit<SegmentFunding, "minutesBilled">;
}

const holdFor = async (
  tx: Transaction,
  segment: RecordedSegment,
  what: { readonly minutes: number; readonly part: number; readonly atMs: number },
): Promise<Held> => {
  const { contractId, terms, clientId, freelancerId, slot } = segment;
  const { currency } = terms.rate;
  if (!terms.hasDeposit) return notHeld("absent", 0, currency);
  const deposit = depositAccount({ contractId, clientId, currency });
  const earned = earnedAccount(freelancerId, currency);
  const amount = hourlyAmountCeil(terms.rate, what.minutes);
  const balance = (await lockBalances(tx, [deposit, earned])).get(deposit.id);
  assert(balance !== undefined, "a locked account is there");
  const used = usedPermille({
    balanceMinor: balance.creditsPosted - balance.debitsPosted,
    heldMinor: balance.debitsPending + amount.amountMinor,
  });
  if (spendableMinor(balance) < amount.amountMinor) {
    // An empty deposit and one that was never funded need different advice.
    return notHeld(balance.creditsPosted > 0n ? "short" : "absent", used, currency);
  }
  if (amount.amountMinor === 0n) return notHeld("has-room", used, currency);
  const holdId = derivedId("segment-hold", contractId, String(slot), String(what.part));
  const placed = await hold(tx, {
    commandId: holdId,
    debit: deposit,
    credit: earned,
    amountMinor: amount.amountMinor,
    kind: "segment_hold",
    reference: `${contractId}/${slot}`,
    atMs: what.atMs,
  });
  assert(placed.ok, "the deposit was locked and had room");
  return { holdId, funding: { deposit: "has-room", depositUsedPermille: used, held: amount } };
};

const notHeld = (deposit: SegmentFunding["deposit"], depositUsedPermille: number, currency: string): Held => ({
  holdId: null,
  funding: { deposit, depositUsedPermille, held: money(0n, currency) },
});
