import { bytesToHex, HOUR_MS, SECOND_MS, slotEndMs, slotStartMs } from "@underseal/foundation";
import { tierOf } from "@underseal/protection";
import { describe, expect, test } from "vitest";
import { drawnInSlots, owedRounds, owedSpanOf } from "../../src/evidence/draws.ts";
import { judgeWeek, type WeekRows } from "../../src/evidence/facts.ts";
import type { SignedTerms } from "../../src/evidence/ports.ts";
import { presentSlot } from "../../src/evidence/present.ts";
import type { WeekCapture, WeekRun, WeekSegment } from "../../src/evidence/store/week.ts";
import { slotsOfWeek } from "../../src/evidence/weeks.ts";

// A slot in the middle of a week; rounds of three seconds, so 200 a slot.
const SLOT = 2_990_000;
const FIRST_ROUND = SLOT * 200;
const START_S = slotStartMs(SLOT) / SECOND_MS;
const LOCK_MS = slotEndMs(SLOT) + 100 * HOUR_MS;
const BEFORE_LOCK_MS = LOCK_MS - 1;

const TERMS_HASH = new Uint8Array(32);
// Only what the rules read of signed terms.
const terms = {
  body: {
    profile: "sealed",
    protection: "protection/1",
    manualTime: false,
    weeklyLimitMinutes: 2_400,
    funding: "deposit+card",
    draw: { odds: 100, beacon: { publicKey: "", genesis: 3, period: 3 } },
  },
} as unknown as SignedTerms;

const segment = (changes: Partial<WeekSegment> = {}): WeekSegment => ({
  deviceId: "d",
  seq: 5,
  startSeq: 0,
  termsHash: TERMS_HASH,
  slot: SLOT,
  minutes: 10,
  activity: 5,
  hasChangedWork: false,
  mode: "working",
  isManual: false,
  arrivedAtMs: slotEndMs(changes.slot ?? SLOT) + 2_000,
  minutesBefore: 0,
  deposit: "has-room",
  depositUsedPermille: 100,
  ...changes,
});

const run = (changes: Partial<WeekRun> = {}): WeekRun => ({
  deviceId: "d",
  startSeq: 0,
  startedAtS: START_S,
  drawnBy: "device",
  state: "open",
  stop: null,
  ...changes,
});

const stopped = (drawnRounds: readonly number[], changes: Partial<WeekRun> = {}, stopSeq = 99): WeekRun =>
  run({ state: "stopped", stop: { seq: stopSeq, atS: START_S + 6_000, drawnRounds }, ...changes });

const capture = (round: number, changes: Partial<WeekCapture> = {}): WeekCapture => ({
  hash: new Uint8Array([round % 256]),
  deviceId: "d",
  startSeq: 0,
  slot: Math.floor(round / 200),
  round,
  takenAtS: round * 3,
  arrivedAtMs: round * 3_000 + 2_000,
  maskedPermille: 50,
  isNamed: true,
  disclosure: {
    hash: new Uint8Array(32),
    redactedPermille: 100,
    visibleDigest: new Uint8Array(32),
    isStored: true,
    firstArrivedAtMs: LOCK_MS - 1,
  },
  ...changes,
});

const judge = (rows: Partial<WeekRows>, nowMs = BEFORE_LOCK_MS) =>
  judgeWeek(
    {
      lockMs: LOCK_MS,
      segments: [segment()],
      runs: [run()],
      captures: [],
      termsByHash: new Map([[bytesToHex(TERMS_HASH), terms]]),
      ...rows,
    },
    nowMs,
  );

const SHOWN = { isRegistered: true, redactedPermille: 100, maskedPermille: 50 };
const HIDDEN = { isRegistered: false, redactedPermille: 1_000, maskedPermille: 0 };

describe("captures that count", () => {
  test("while the run is open: those that are there", () => {
    expect(judge({ captures: [capture(FIRST_ROUND + 9)] })[0]?.facts.captures).toEqual([SHOWN]);
  });

  test("once the seed is revealed: each drawn round without a capture is one wholly hidden", () => {
    const drawn = [FIRST_ROUND + 9, FIRST_ROUND + 50, FIRST_ROUND + 199, FIRST_ROUND + 200];
    const [judged] = judge({ runs: [stopped(drawn)], captures: [capture(FIRST_ROUND + 9)] });
    expect(judged?.facts.captures).toEqual([SHOWN, HIDDEN, HIDDEN]);
  });

  test("of a run that was never stopped: hidden as a whole, since nobody can check it", () => {
    const [judged] = judge({ runs: [run({ state: "abandoned" })], captures: [capture(FIRST_ROUND + 9)] });
    expect(judged?.facts.captures).toEqual([HIDDEN]);
  });

  test("of another run, device or slot: do not", () => {
    const captures = [
      capture(FIRST_ROUND + 9, { startSeq: 7 }),
      capture(FIRST_ROUND + 9, { deviceId: "e" }),
      capture(FIRST_ROUND + 209),
    ];
    expect(judge({ captures })[0]?.facts.captures).toEqual([]);
  });

  describe("at a round that another run of the device owes", () => {
    const drawn = [FIRST_ROUND + 9, FIRST_ROUND + 50];
    const owing = stopped(drawn, {}, 5);
    const lent = capture(FIRST_ROUND + 50, { startSeq: 7, arrivedAtMs: (FIRST_ROUND + 50) * 3_000 + 5_000 });
    const captures = [capture(FIRST_ROUND + 9), lent];
    const factsOf = (other: WeekRun, lentCapture = lent, nowMs = BEFORE_LOCK_MS) =>
      judge({ runs: [owing, other], captures: [capture(FIRST_ROUND + 9), lentCapture] }, nowMs)[0]?.facts;

    test("count with what they show, once their run has stopped and names them", () => {
      expect(factsOf(stopped([], { startSeq: 7 }))?.captures).toEqual([SHOWN, SHOWN]);
      const masked = { ...lent, maskedPermille: 700 };
      expect(factsOf(stopped([], { startSeq: 7 }), masked)?.captures).toEqual([
        SHOWN,
        { ...SHOWN, maskedPermille: 700 },
      ]);
      expect(judge({ runs: [owing, stopped([], { startSeq: 7 })], captures })[0]?.captures).toHaveLength(1);
    });

    test("must be disclosed as well", () => {
      const facts = factsOf(stopped([], { startSeq: 7 }), { ...lent, disclosure: null }, LOCK_MS);
      expect(facts?.captures).toEqual([SHOWN, { ...SHOWN, redactedPermille: 1_000 }]);
      expect(facts?.disclosure).toBe("missed");
    });

    test.each([
      ["is open", run({ startSeq: 7 }), lent],
      ["was abandoned", run({ startSeq: 7, state: "abandoned" }), lent],
      ["names them nowhere", stopped([], { startSeq: 7 }), { ...lent, isNamed: false }],
      ["is another device's", stopped([], { startSeq: 7, deviceId: "e" }), { ...lent, deviceId: "e" }],
    ])("excuse from nothing where their run %s", (_, other, lentCapture) => {
      expect(factsOf(other, lentCapture)?.captures).toEqual([SHOWN, HIDDEN]);
    });

    test("have no narrower bracket than their own draw gives", () => {
      const online = { drawnBy: "beacon" } as const;
      const bracketOf = (other: WeekRun) =>
        judge({ runs: [{ ...owing, ...online }, other], captures })[0]?.facts.captureBracketMs;
      expect(bracketOf(stopped([], { startSeq: 7, ...online }))).toBe(8_000 - 3_000);
      expect(bracketOf(stopped([], { startSeq: 7 }))).toBe(Number.POSITIVE_INFINITY);
    });
  });

  test("of the nearest segments of the run speak for one without", () => {
    const segments = [segment(), segment({ slot: SLOT + 1, seq: 6 }), segment({ slot: SLOT + 2, seq: 7 })];
    const captures = [capture(FIRST_ROUND + 9), capture(FIRST_ROUND + 409, { maskedPermille: 0 })];
    const judged = judge({ segments, captures });
    expect(judged.map(({ facts }) => facts.neighbourCaptures)).toEqual([
      [],
      [SHOWN, { ...SHOWN, maskedPermille: 0 }],
      [],
    ]);
  });
});

describe("the last segment of a run", () => {
  const span = (endedAfterS: number | null, startedAfterS = 0) =>
    owedSpanOf({
      slot: SLOT,
      startedAtS: START_S + startedAfterS,
      drawsEndS: endedAfterS === null ? null : START_S + endedAfterS,
    });

  test.each([
    ["goes to the end of the slot, if it is not the last", span(null), [0, 600]],
    ["owes captures until its draws end, also in a minute that it does not bill", span(230), [0, 230]],
    ["owes none beyond its slot", span(9_999), [0, 600]],
    ["owes none before its start", span(600, 301), [301, 600]],
  ])("%s", (_, { fromS, toS }, expected) => {
    expect([fromS - START_S, toS - START_S]).toEqual(expected);
  });

  test.each([
    [0, 600, [0, 100, 199]],
    [1, 600, [100, 199]],
    [0, 599, [0, 100]],
    [300, 303, [100]],
    [301, 303, []],
    [300, 302, []],
  ])("rounds cut by the ends of [%i, %i) are not owed", (from, to, expected) => {
    const drawn = [0, 100, 199].map((round) => FIRST_ROUND + round);
    const owed = owedRounds(drawn, { fromS: START_S + from, toS: START_S + to }, { genesis: 3, period: 3 });
    expect(owed.map((round) => round - FIRST_ROUND)).toEqual(expected);
  });

  test("a round that touches two slots is drawn once", () => {
    const times = { startedAtS: START_S, startRound: Math.floor(START_S / 7), drawsEndS: START_S + 9_999 };
    const run = { slots: [SLOT, SLOT + 1], ...times };
    const drawn = drawnInSlots({ person: "p", odds: 1 }, () => new Uint8Array(32), run, { genesis: 7, period: 7 });
    expect(new Set(drawn).size).toBe(drawn.length);
    expect(drawn).toHaveLength(Math.ceil((START_S + 1_200) / 7) - Math.floor(START_S / 7) - 1);
  });
});

describe("time", () => {
  test.each([
    [0, "B"],
    [5 * 60_000, "B"],
    [12 * HOUR_MS, "B"],
    [12 * HOUR_MS + 1, "C"],
  ])("a segment that the device drew itself and that arrives after %i ms is tier %s", (delayMs, tier) => {
    const [judged] = judge({ segments: [segment({ arrivedAtMs: slotEndMs(SLOT) + delayMs })] });
    expect(judged === undefined ? null : tierOf(judged.facts)).toBe(tier);
    expect(judged?.facts.recordDelayMs).toBe(delayMs);
  });

  const undisclosed = capture(FIRST_ROUND + 9, { disclosure: null });

  test.each([
    [BEFORE_LOCK_MS, undisclosed, "pending", 0],
    [LOCK_MS, undisclosed, "missed", 1_000],
    [LOCK_MS, capture(FIRST_ROUND + 9), "in-time", 100],
  ] as const)("at %i a capture is disclosed: %#", (nowMs, shown, disclosure, redactedPermille) => {
    const [judged] = judge({ captures: [shown] }, nowMs);
    expect(judged?.facts.disclosure).toBe(disclosure);
    expect(judged?.facts.captures[0]?.redactedPermille).toBe(redactedPermille);
  });

  test("a first disclosure at the lock has missed it", () => {
    const { disclosure } = capture(FIRST_ROUND);
    const late = disclosure === null ? null : { ...disclosure, firstArrivedAtMs: LOCK_MS };
    expect(judge({ captures: [capture(FIRST_ROUND + 9, { disclosure: late })] }, LOCK_MS)[0]?.facts.disclosure).toBe(
      "missed",
    );
  });
});

test("the week's sums grow segment by segment, each with itself included", () => {
  const segments = [
    segment({ activity: 0, mode: "call", minutesBefore: 0 }),
    segment({ slot: SLOT + 1, seq: 6, activity: 0, mode: "call", minutesBefore: 10 }),
  ];
  const captures = [capture(FIRST_ROUND + 9), capture(FIRST_ROUND + 209, { maskedPermille: 200 })];
  const weeks = judge({ segments, captures }).map(({ facts }) => facts.week);
  expect(weeks).toEqual([
    {
      minutesBefore: 0,
      latePermille: 1_000,
      capturelessPermille: 0,
      redactedPermille: 100,
      maskedPermille: 50,
      modeMinutes: { call: 10, reading: 0, whiteboard: 0 },
    },
    {
      minutesBefore: 10,
      latePermille: 1_000,
      capturelessPermille: 0,
      redactedPermille: 100,
      maskedPermille: 125,
      modeMinutes: { call: 20, reading: 0, whiteboard: 0 },
    },
  ]);
});

describe("the bracket of a segment's captures", () => {
  const online = (changes: Partial<WeekRun> = {}) => run({ drawnBy: "beacon", ...changes });
  const arrivedAfter = (round: number, ms: number) => capture(round, { arrivedAtMs: round * 3_000 + ms });
  const bracketOf = (rows: Partial<WeekRows>) => judge(rows)[0]?.facts.captureBracketMs;
  const tier = (rows: Partial<WeekRows>) => {
    const [judged] = judge(rows);
    return judged === undefined ? null : tierOf(judged.facts);
  };

  test("is the longest time from a round to the platform's word, in whole seconds", () => {
    const captures = [arrivedAfter(FIRST_ROUND + 9, 2_999), arrivedAfter(FIRST_ROUND + 50, 7_000)];
    expect(bracketOf({ runs: [online()], captures })).toBe(7_000);
    expect(bracketOf({ runs: [online()], captures: captures.slice(0, 1) })).toBe(2_000);
  });

  test("is none where nothing was drawn", () => {
    expect(bracketOf({ runs: [online()] })).toBe(0);
  });

  test.each([
    [60_999, "A"],
    [61_000, "B"],
  ])("of %i ms makes tier %s", (ms, expected) => {
    expect(tier({ runs: [online()], captures: [arrivedAfter(FIRST_ROUND + 9, ms)] })).toBe(expected);
  });

  test("has no bound where the device drew, so it is tier B, and the diary says why", () => {
    const rows = { segments: [segment({ deposit: "short" })], captures: [arrivedAfter(FIRST_ROUND + 9, 2_000)] };
    expect(bracketOf({ ...rows, runs: [run()] })).toBe(Number.POSITIVE_INFINITY);
    expect(tier({ ...rows, runs: [run()] })).toBe("B");
    const codesOf = (runs: readonly WeekRun[]) =>
      presentSlot(judge({ ...rows, runs })).coverage.reasons.map(({ code }) => code);
    expect(codesOf([run()])).toContain("DRAWN_BY_DEVICE");
    expect(codesOf([online()])).not.toContain("DRAWN_BY_DEVICE");
  });
});

describe("a cell of the diary", () => {
  test("adds up the parts of a slot and is as well covered as the worst of them", () => {
    const segments = [
      segment({ minutes: 4 }),
      segment({ seq: 8, startSeq: 6, minutes: 5, activity: 8, deposit: "short" }),
      segment({ seq: 10, startSeq: 9, minutes: 0, deposit: null }),
    ];
    const runs = [run(), run({ startSeq: 6 }), run({ startSeq: 9 })];
    const cell = presentSlot(judge({ segments, runs, captures: [capture(FIRST_ROUND + 9)] }));
    expect(cell).toMatchObject({ slot: SLOT, minutes: 9, activity: 8, manual: false });
    expect(cell.captures).toHaveLength(1);
    expect([cell.coverage.covered, cell.coverage.colour]).toEqual(["none", "red"]);
    expect(cell.coverage.reasons.map(({ code }) => code)).toEqual([
      "DEPOSIT_SHORT",
      "GUARANTEE_NOT_OFFERED",
      "DRAWN_BY_DEVICE",
    ]);
  });

  test("says nothing about the draw where the deposit pays", () => {
    const cell = presentSlot(judge({}));
    expect(cell.coverage.reasons.map(({ code }) => code)).toEqual(["DEPOSIT_HOLDS"]);
  });

  test("without minutes has nothing to pay", () => {
    const cell = presentSlot(judge({ segments: [segment({ minutes: 0, deposit: null })] }));
    expect(cell.coverage.reasons.map(({ code }) => code)).toEqual(["NOTHING_TO_PAY"]);
  });
});

test.each([
  ["2026-11-23", 1_008],
  ["2026-11-22", null],
  ["2026-11-24", null],
  ["2026-13-01", null],
  ["", null],
])("a week begins on %s: %s slots", (monday, slots) => {
  const range = slotsOfWeek(monday);
  expect(range === null ? null : range.to - range.from).toBe(slots);
});
