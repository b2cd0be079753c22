import type { StatementBody } from "@underseal/evidence";
import { SECOND_MS, slotEndMs, slotStartMs } from "@underseal/foundation";
import { describe, expect, test } from "vitest";
import type { SignedTerms } from "../../src/evidence/ports.ts";
import {
  checkInForce,
  checkProfile,
  checkSlotMinutes,
  checkStartRound,
  partStartS,
  slotOfRound,
} from "../../src/evidence/rules.ts";

type Terms = SignedTerms["body"];
// Only what the rule reads of signed terms.
const termsOf = (profile: Terms["profile"], manualTime = false) => ({ profile, manualTime }) as Terms;

describe("profiles", () => {
  test.each([
    ["readable", true, "with files"],
    ["sealed", true, "with files"],
    ["local", true, "without files"],
    ["blind", false, "none"],
    ["waived", false, "none"],
  ] as const)("%s: captures %s, disclosures: %s", (profile, capture, disclosure) => {
    expect(checkProfile(termsOf(profile), { name: "start" })).toBeNull();
    expect(checkProfile(termsOf(profile), { name: "capture" }) === null).toBe(capture);
    const file = { digest: "", bytes: 1 };
    for (const [body, kind] of [
      [{ visible: file }, "with files"],
      [{}, "without files"],
    ] as const) {
      expect(checkProfile(termsOf(profile), { name: "disclosure", body }) === null).toBe(disclosure === kind);
    }
  });

  const segment = (activity: number, manual = false): Pick<StatementBody<"segment">, "activity" | "manual"> => ({
    activity,
    manual,
  });

  test.each([
    [termsOf("waived"), segment(0), true],
    [termsOf("waived"), segment(1), false],
    [termsOf("blind"), segment(1), true],
    [termsOf("sealed"), segment(1, true), false],
    [termsOf("sealed", true), segment(1, true), true],
  ])("segment %#", (terms, body, isAllowed) => {
    expect(checkProfile(terms, { name: "segment", body }) === null).toBe(isAllowed);
  });
});

test.each([
  ["the round before", -1, false],
  ["the round of the start", 0, true],
  ["the round after", 1, false],
])("a start that names %s", (_name, off, isAllowed) => {
  const at = 1_795_000_001;
  expect(checkStartRound({ at, beacon: { round: Math.floor(at / 3) + off } }, { genesis: 3, period: 3 }) === null).toBe(
    isAllowed,
  );
});

test.each([
  [-21, true],
  [-22, false],
  [21, true],
  [22, false],
])("an online start that shows the round %i off passes: %s", (off, isAllowed) => {
  const at = 1_795_000_001;
  const beacon = { round: Math.floor(at / 3) + off, sig: "shown" };
  expect(checkStartRound({ at, beacon }, { genesis: 3, period: 3 }) === null).toBe(isAllowed);
});

describe("terms in force", () => {
  const from = 1_000;
  const terms = { validFromMs: from * SECOND_MS, validUntilMs: 2_000 * SECOND_MS };
  const always = [{ fromMs: 0, toMs: null }];

  test.each([
    [999, false],
    [1_000, true],
    [1_999, true],
    [2_000, false],
  ])("at second %i: %s", (instant, isInForce) => {
    expect(checkInForce(terms, always, instant) === null).toBe(isInForce);
  });

  test.each([
    [1_499, true],
    [1_500, false],
    [1_599, false],
    [1_600, true],
  ])("with a pause from 1500 to 1600, at second %i: %s", (instant, isInForce) => {
    const spans = [
      { fromMs: 0, toMs: 1_500 * SECOND_MS },
      { fromMs: 1_600 * SECOND_MS, toMs: null },
    ];
    expect(checkInForce(terms, spans, instant) === null).toBe(isInForce);
  });

  test("a contract that was accepted within a second is active in the whole second", () => {
    expect(checkInForce(terms, [{ fromMs: 1_500_400, toMs: 1_600_400 }], 1_500)).toBeNull();
    expect(checkInForce(terms, [{ fromMs: 1_500_400, toMs: 1_600_400 }], 1_600)).toBeNull();
    expect(checkInForce(terms, [{ fromMs: 1_500_400, toMs: 1_600_400 }], 1_601)?.code).toBe("TERMS_NOT_IN_FORCE");
  });
});

const LATER_MS = slotEndMs(100);

test.each([
  [0, 10, true],
  [4, 6, true],
  [4, 7, false],
  [10, 1, false],
])("%i minutes of a slot leave room for %i: %s", (before, minutes, fits) => {
  expect(checkSlotMinutes({ slot: 100, minutesBefore: before, minutes }, LATER_MS) === null).toBe(fits);
});

test.each([
  // A device's clock may be a minute ahead, and the minute that has begun may be rounded up.
  [0, 0, 1, true],
  [0, 0, 2, false],
  [0, 1, 1, false],
  [1, 0, 2, true],
  [1, 1, 1, true],
  [180, 2, 2, true],
  [180, 2, 3, false],
  [480, 0, 9, true],
  [480, 0, 10, false],
  [481, 9, 1, true],
])("%i s into a slot, with %i minutes of it recorded, %i more fit: %s", (seconds, minutesBefore, minutes, fits) => {
  const nowMs = slotStartMs(100) + seconds * SECOND_MS;
  expect(checkSlotMinutes({ slot: 100, minutesBefore, minutes }, nowMs) === null).toBe(fits);
});

test("a run's part of a slot begins with the slot, or with the run inside it", () => {
  const slotS = slotStartMs(100) / SECOND_MS;
  expect(partStartS(100, null)).toBe(slotS);
  expect(partStartS(100, { startedAtS: slotS - 1 })).toBe(slotS);
  expect(partStartS(100, { startedAtS: slotS + 1 })).toBe(slotS + 1);
});

test.each([
  [199, 3, 0],
  [200, 3, 1],
  [85, 7, 0],
  [86, 7, 1],
])("round %i of %i seconds is of slot %i", (round, roundSeconds, slot) => {
  expect(slotOfRound(round, { genesis: roundSeconds, period: roundSeconds })).toBe(slot);
});
