import { describe, expect, it } from "vitest";
import {
  createDemoClock,
  createId,
  createTestClock,
  createTestRandom,
  dateOf,
  isUuid,
  SEGMENT_MS,
  slotEndMs,
  slotOf,
  slotStartMs,
  WEEK_MS,
  weekEndOf,
  weekStartOf,
} from "../src/index.ts";

const MONDAY = Date.UTC(2026, 10, 16);

describe("weeks", () => {
  it.each([
    ["a millisecond before", MONDAY - 1, MONDAY - WEEK_MS],
    ["at", MONDAY, MONDAY],
    ["a millisecond after", MONDAY + 1, MONDAY],
    ["at the end of", MONDAY + WEEK_MS - 1, MONDAY],
    ["after the end of", MONDAY + WEEK_MS, MONDAY + WEEK_MS],
  ])("an instant %s Monday 00:00 UTC belongs to the right one", (_, instant, start) => {
    expect(weekStartOf(instant)).toBe(start);
    expect(weekEndOf(instant)).toBe(start + WEEK_MS);
    expect(new Date(weekStartOf(instant)).getUTCDay()).toBe(1);
  });

  it("exist before 1970 as well", () => {
    expect(dateOf(weekStartOf(0))).toBe("1969-12-29");
    expect(dateOf(MONDAY)).toBe("2026-11-16");
  });
});

describe("slots", () => {
  it("are half-open", () => {
    const slot = slotOf(MONDAY);
    expect([slotStartMs(slot), slotEndMs(slot)]).toEqual([MONDAY, MONDAY + SEGMENT_MS]);
    expect([slotOf(MONDAY - 1), slotOf(MONDAY + SEGMENT_MS - 1), slotOf(MONDAY + SEGMENT_MS)]).toEqual([
      slot - 1,
      slot,
      slot + 1,
    ]);
  });
});

describe("clocks", () => {
  it("measure by what never goes back, although the wall clock is set", () => {
    const clock = createTestClock(MONDAY);
    clock.advance(1_500);
    clock.set(0);
    expect([clock.now(), clock.monotonicMs()]).toEqual([0, 1_500]);
  });

  it("of the demo run faster, and two of them agree", () => {
    const base = createTestClock(1_000);
    const settings = { realStartMs: 1_000, simulatedStartMs: MONDAY, factor: 60 };
    const [one, two] = [createDemoClock(base, settings), createDemoClock(base, settings)];
    base.advance(500);
    expect([one.now(), two.now(), one.monotonicMs()]).toEqual([MONDAY + 30_000, MONDAY + 30_000, 30_000]);
  });
});

describe("ids", () => {
  it("are version 7, sorted by time, and never the same", () => {
    const clock = createTestClock(MONDAY + 0.7);
    const deps = { clock, random: createTestRandom(5) };
    const ids = Array.from({ length: 50 }, () => {
      clock.advance(1);
      return createId<string>(deps);
    });
    expect(ids.every((id) => isUuid(id) && /^.{14}7.{4}[89ab]/.test(id))).toBe(true);
    expect(ids.toSorted()).toEqual(ids);
    expect(new Set(ids).size).toBe(50);
    expect(Number.parseInt(ids[0]?.replaceAll("-", "").slice(0, 12) ?? "", 16)).toBe(MONDAY + 1);
  });

  it("are lower case with dashes", () => {
    expect(["0197AAAA-0000-7000-8000-000000000001", "0197aaaa00007000800000000000001", ""].some(isUuid)).toBe(false);
  });
});
