import type { DiarySegment } from "@underseal/api";
import { money } from "@underseal/foundation";
import { describe, expect, it } from "vitest";
import { daysOf, minutesByCovering, sealedCapturesOf, toDosOf } from "../src/features/diary/week.ts";
import { percentOf } from "../src/features/segment/shares.ts";
import { parseAmount } from "../src/ui/money.ts";
import { durationText } from "../src/ui/time.ts";

const segment = (slot: number, minutes: number, coverage: Partial<DiarySegment["coverage"]> = {}): DiarySegment => ({
  slot,
  minutes,
  activity: 5,
  manual: false,
  mode: "working",
  captures: [],
  coverage: { version: "protection/1", covered: "deposit", colour: "green", reasons: [], remedies: [], ...coverage },
});

const fund = { code: "FUND_DEPOSIT", sentence: "Ask the client to fund the deposit." };
const online = { code: "STAY_ONLINE", sentence: "Keep the tracker running and online." };

describe("a week", () => {
  it("is cut into days at midnight UTC, in order of time", () => {
    const days = daysOf([segment(144, 10), segment(143, 7), segment(142, 10)]);
    expect(days.map(({ date, minutes }) => [date, minutes])).toEqual([
      ["1970-01-01", 17],
      ["1970-01-02", 10],
    ]);
  });

  it("sums the minutes by who covers them", () => {
    const segments = [segment(1, 10), segment(2, 4, { covered: "none", colour: "red" }), segment(3, 6)];
    expect(minutesByCovering(segments)).toEqual({ deposit: 16, guarantee: 0, none: 4 });
  });

  it("names the remedy for the most minutes first, and none for what is green", () => {
    const segments = [
      segment(1, 3, { colour: "amber", remedies: [online] }),
      segment(2, 10, { colour: "red", covered: "none", remedies: [fund] }),
      segment(3, 10, { colour: "green", remedies: [online] }),
    ];
    expect(toDosOf(segments).map(({ code, minutes }) => [code, minutes])).toEqual([
      ["FUND_DEPOSIT", 10],
      ["STAY_ONLINE", 3],
    ]);
  });

  it("opens only captures whose sealed file is stored", () => {
    const disclosure = { hash: "h", redactedPermille: 0, visibleDigest: "d", isStored: true };
    const capture = (name: string, given: typeof disclosure | null) => ({
      capture: name,
      atMs: 0,
      maskedPermille: 0,
      disclosure: given,
    });
    const captures = [capture("a", disclosure), capture("b", null), capture("c", { ...disclosure, isStored: false })];
    expect(sealedCapturesOf([{ ...segment(9, 10), captures }])).toEqual([
      { slot: 9, capture: "a", disclosure: "h", visibleDigest: "d" },
    ]);
  });
});

it.each([
  [0, 1000, 0],
  [1, 1000, 1],
  [999, 1000, 99],
  [1000, 1000, 100],
  [0, 0, 0],
])("shows %i of %i as %i %%: something is never nothing, nor everything", (count, total, percent) => {
  expect(percentOf(count, total)).toBe(percent);
});

it.each([
  ["1,234.5", "EUR", 123_450n],
  ["0.01", "EUR", 1n],
  ["72", "EUR", 7_200n],
  ["500", "JPY", 500n],
])("reads the amount %s %s", (text, currency, minor) => {
  expect(parseAmount(text, currency)).toEqual(money(minor, currency));
});

it.each([
  ["", "EUR"],
  ["1.234", "EUR"],
  ["5.5", "JPY"],
  ["-3", "EUR"],
  ["1e3", "EUR"],
  ["9999999999999", "EUR"],
])("refuses %j as an amount of %s", (text, currency) => {
  expect(parseAmount(text, currency)).toBeNull();
});

it.each([
  [0, "0 min"],
  [59, "59 min"],
  [60, "1 h"],
  [61, "1 h 1 min"],
])("writes %i minutes as %s", (minutes, text) => {
  expect(durationText(minutes)).toBe(text);
});
