import { DAY_MS, dateOf, HOUR_MS, hourlyAmountCeil, money, slotOf, WEEK_MS } from "@underseal/foundation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DEFAULT_CALENDAR, earliestUnlockedWeek, weekTimes } from "../../src/billing/calendar.ts";
import { linesOf, minutesToBill, payLines, sumLines, usedPermille } from "../../src/billing/rules.ts";
import { DUE_EVENTS, dueAtMs, nextWeekState, type WeekEvent, type WeekState } from "../../src/billing/states.ts";
import { WEEK_MS_START } from "./world.ts";

describe("the calendar", () => {
  it("locks on Monday 12:00, ends the review on Friday 24:00, and releases on the Wednesday after", () => {
    expect(weekTimes(DEFAULT_CALENDAR, WEEK_MS_START)).toEqual({
      lockAtMs: Date.UTC(2026, 10, 23, 12),
      reviewEndsAtMs: Date.UTC(2026, 10, 28),
      availableAtMs: Date.UTC(2026, 11, 2),
    });
  });

  it.each([
    { now: "2026-11-23T11:59:59.999Z", week: "2026-11-16" },
    { now: "2026-11-23T12:00:00.000Z", week: "2026-11-23" },
    { now: "2026-11-29T23:59:59.999Z", week: "2026-11-23" },
    { now: "2026-11-30T11:59:59.999Z", week: "2026-11-23" },
    { now: "2026-11-30T12:00:00.000Z", week: "2026-11-30" },
  ])("at $now the earliest week that has not locked is $week", ({ now, week }) => {
    const found = earliestUnlockedWeek(DEFAULT_CALENDAR, Date.parse(now));
    expect(dateOf(found)).toBe(week);
  });

  it("and the earliest unlocked week is the first whose lock is to come, whatever the calendar", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 0, max: 6 * DAY_MS }), (nowMs, lockAfterMs) => {
        const calendar = { ...DEFAULT_CALENDAR, lockAfterMs };
        const week = earliestUnlockedWeek(calendar, nowMs);
        expect(weekTimes(calendar, week).lockAtMs).toBeGreaterThan(nowMs);
        expect(weekTimes(calendar, week - WEEK_MS).lockAtMs).toBeLessThanOrEqual(nowMs);
      }),
    );
  });
});

describe("the states of a week", () => {
  const states: readonly WeekState[] = ["open", "locked", "in_review", "approved", "available"];
  const events: readonly WeekEvent[] = ["lock", "invoice", "approve", "release"];

  it("follow one line, and every other move is refused", () => {
    const allowed = states.flatMap((state) =>
      events.flatMap((event) => (nextWeekState(state, event) === null ? [] : [`${state} ${event}`])),
    );
    expect(allowed).toEqual(["open lock", "locked invoice", "in_review approve", "approved release"]);
  });

  it("are due for an event exactly where they have a time", () => {
    const times = weekTimes(DEFAULT_CALENDAR, WEEK_MS_START);
    for (const state of states) expect(DUE_EVENTS[state] === null).toBe(dueAtMs(state, times) === null);
  });
});

describe("minutes to bill", () => {
  it.each([
    { minutes: 10, inSlot: 0, inWeek: 0, billed: 10 },
    { minutes: 10, inSlot: 4, inWeek: 4, billed: 6 },
    { minutes: 6, inSlot: 4, inWeek: 4, billed: 6 },
    { minutes: 5, inSlot: 4, inWeek: 4, billed: 5 },
    { minutes: 1, inSlot: 10, inWeek: 10, billed: 0 },
    { minutes: 10, inSlot: 0, inWeek: 90, billed: 10 },
    { minutes: 10, inSlot: 0, inWeek: 91, billed: 9 },
    { minutes: 10, inSlot: 0, inWeek: 99, billed: 1 },
    { minutes: 10, inSlot: 0, inWeek: 100, billed: 0 },
  ])("are $billed of $minutes after $inSlot in the slot and $inWeek of 100 in the week", (given) => {
    const billed = minutesToBill({
      minutes: given.minutes,
      minutesInSlotBefore: given.inSlot,
      minutesInWeekBefore: given.inWeek,
      weeklyLimitMinutes: 100,
    });
    expect(billed).toBe(given.billed);
  });
});

const at = (dayHour: string) => slotOf(Date.parse(`${dayHour}:00Z`));

describe("invoice lines", () => {
  it("are one per day, rate and fee, whatever the order of the segments", () => {
    const segment = { minutes: 10, rate: money(6_000n, "EUR"), feePermille: 0 };
    const lines = linesOf([
      { ...segment, slot: at("2026-11-17T00:00") },
      { ...segment, slot: at("2026-11-16T23:50") },
      { ...segment, slot: at("2026-11-16T09:00"), rate: money(9_000n, "EUR") },
      { ...segment, slot: at("2026-11-16T09:10") },
      { ...segment, slot: at("2026-11-16T09:20"), feePermille: 50 },
    ]);
    expect(lines.map((line) => [line.day, line.rate.amountMinor, line.feePermille, line.minutes])).toEqual([
      ["2026-11-16", 6_000n, 0, 20],
      ["2026-11-16", 6_000n, 50, 10],
      ["2026-11-16", 9_000n, 0, 10],
      ["2026-11-17", 6_000n, 0, 10],
    ]);
  });

  // By hand: rate × minutes ÷ 60, half up.
  it.each([
    { currency: "EUR", rate: 7_300n, minutes: 27, amount: 3_285n },
    { currency: "EUR", rate: 7_300n, minutes: 43, amount: 5_232n },
    { currency: "EUR", rate: 8_001n, minutes: 17, amount: 2_267n },
    { currency: "EUR", rate: 1n, minutes: 29, amount: 0n },
    { currency: "EUR", rate: 1n, minutes: 30, amount: 1n },
    { currency: "EUR", rate: 1n, minutes: 31, amount: 1n },
    { currency: "EUR", rate: 100n, minutes: 20, amount: 33n },
    { currency: "EUR", rate: 100n, minutes: 40, amount: 67n },
    { currency: "JPY", rate: 4_500n, minutes: 7, amount: 525n },
    { currency: "JPY", rate: 3_333n, minutes: 10, amount: 556n },
    { currency: "JPY", rate: 3_333n, minutes: 480, amount: 26_664n },
    { currency: "KWD", rate: 25_500n, minutes: 1, amount: 425n },
  ])("of $minutes minutes at $rate $currency cost $amount", ({ currency, rate, minutes, amount }) => {
    const slots = Array.from({ length: Math.ceil(minutes / 10) }, (_, index) => ({
      slot: at("2026-11-16T00:00") + index,
      minutes: Math.min(10, minutes - index * 10),
      rate: money(rate, currency),
      feePermille: 0,
    }));
    expect(linesOf(slots).map((line) => line.amountMinor)).toEqual([amount]);
  });
});

const segments = fc.array(
  fc.record({
    slot: fc.integer({ min: at("2026-11-16T00:00"), max: at("2026-11-22T23:50") }),
    minutes: fc.integer({ min: 1, max: 10 }),
    rate: fc.bigInt({ min: 1n, max: 1_000_000n }).map((amountMinor) => money(amountMinor, "EUR")),
    feePermille: fc.constantFrom(0, 1, 50, 999, 1_000),
  }),
  { maxLength: 40 },
);

describe("paying from the deposit", () => {
  it("is never more than the holds of the same minutes, so what was held is always enough", () => {
    fc.assert(
      fc.property(segments, (billed) => {
        const held = billed.reduce((sum, each) => sum + hourlyAmountCeil(each.rate, each.minutes).amountMinor, 0n);
        const total = linesOf(billed).reduce((sum, line) => sum + line.amountMinor, 0n);
        expect(total).toBeLessThanOrEqual(held);
      }),
    );
  });

  it("takes the smaller of deposit and total, and loses no cent between paid, unpaid and fee", () => {
    fc.assert(
      fc.property(segments, fc.bigInt({ min: 0n, max: 10_000_000n }), (billed, deposit) => {
        const lines = payLines(linesOf(billed), deposit);
        const { total, paid, unpaid, fee } = sumLines(lines, "EUR");
        expect(paid.amountMinor).toBe(total.amountMinor < deposit ? total.amountMinor : deposit);
        expect(paid.amountMinor + unpaid.amountMinor).toBe(total.amountMinor);
        expect(fee.amountMinor).toBeLessThanOrEqual(paid.amountMinor);
        for (const line of lines) {
          expect(line.feeMinor * 1_000n).toBeLessThanOrEqual(line.paidMinor * BigInt(line.feePermille));
          expect((line.feeMinor + 1n) * 1_000n).toBeGreaterThan(line.paidMinor * BigInt(line.feePermille));
        }
      }),
    );
  });
});

describe("the used share of a deposit", () => {
  it.each([
    { balanceMinor: 1_000n, heldMinor: 0n, permille: 0 },
    { balanceMinor: 1_000n, heldMinor: 799n, permille: 799 },
    { balanceMinor: 1_000n, heldMinor: 800n, permille: 800 },
    { balanceMinor: 3_000n, heldMinor: 2_398n, permille: 800 },
    { balanceMinor: 1_000n, heldMinor: 1_001n, permille: 1_000 },
    { balanceMinor: 0n, heldMinor: 1n, permille: 1_000 },
    { balanceMinor: 0n, heldMinor: 0n, permille: 0 },
  ])("$heldMinor of $balanceMinor is $permille", ({ permille, ...deposit }) => {
    expect(usedPermille(deposit)).toBe(permille);
  });
});

it("a week of the calendar is as long as the others", () => {
  expect(weekTimes(DEFAULT_CALENDAR, WEEK_MS_START).lockAtMs - WEEK_MS_START).toBe(WEEK_MS + 12 * HOUR_MS);
});
