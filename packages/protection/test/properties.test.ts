import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  coverage,
  type FundingState,
  minutesWithinLimit,
  PROFILES,
  PROTECTION_VERSION,
  type ProtectionTerms,
  REASON_CODES,
  REASON_SENTENCES,
  REMEDY_CODES,
  REMEDY_SENTENCES,
  type SegmentFacts,
  sentenceOfReason,
  sentenceOfRemedy,
  verdictColour,
  WORK_MODES,
} from "../src/index.ts";
import { buildFacts, buildTerms } from "./builders.ts";

const permille = fc.oneof(fc.integer({ min: 0, max: 1_000 }), fc.double());
const minutes = fc.oneof(fc.integer({ min: 0, max: 10 }), fc.double());
const modeMinutes = fc.record({ call: fc.double(), reading: fc.double(), whiteboard: fc.double() });
const amount = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n });
const captures = fc.array(
  fc.record({ isRegistered: fc.boolean(), redactedPermille: permille, maskedPermille: permille }),
  { maxLength: 5 },
);

const terms: fc.Arbitrary<ProtectionTerms> = fc.record({
  rulesVersion: fc.constant(PROTECTION_VERSION),
  profile: fc.constantFrom(...PROFILES),
  isManualTimeAllowed: fc.boolean(),
  weeklyLimitMinutes: fc.oneof(fc.integer({ min: 0, max: 10_080 }), fc.double()),
  hasDeposit: fc.boolean(),
  hasGuarantee: fc.boolean(),
  freelancerMayOpenSample: fc.boolean(),
  hiddenBudget: fc.record({
    redactedSegmentMaxPermille: permille,
    redactedWeekMaxPermille: permille,
    maskedSegmentMaxPermille: permille,
    maskedWeekMaxPermille: permille,
  }),
  lateWeekMaxPermille: permille,
  capturelessWeekMaxPermille: permille,
  modeWeekMaxMinutes: modeMinutes,
});

const facts: fc.Arbitrary<SegmentFacts> = fc.record({
  minutes,
  isManual: fc.boolean(),
  profile: fc.constantFrom(...PROFILES),
  isContractActive: fc.boolean(),
  isDeviceEnrolled: fc.boolean(),
  isChainIntact: fc.boolean(),
  isSlotBilledElsewhere: fc.boolean(),
  captures,
  neighbourCaptures: captures,
  captureBracketMs: fc.double(),
  recordDelayMs: fc.double(),
  disclosure: fc.constantFrom("pending", "in-time", "missed"),
  hasInput: fc.boolean(),
  hasChangedWork: fc.boolean(),
  mode: fc.constantFrom(...WORK_MODES),
  week: fc.record({
    minutesBefore: fc.oneof(fc.integer({ min: 0, max: 10_080 }), fc.double()),
    latePermille: permille,
    capturelessPermille: permille,
    redactedPermille: permille,
    maskedPermille: permille,
    modeMinutes,
  }),
});

const funding: fc.Arbitrary<FundingState> = fc.record({
  deposit: fc.constantFrom("has-room", "short", "absent"),
  depositUsedPermille: permille,
  guarantee: fc.option(
    fc.record({
      areBothIdentified: fc.boolean(),
      isPaymentMethodVerified: fc.boolean(),
      isClientInGoodStanding: fc.boolean(),
      isInstrumentShared: fc.boolean(),
      exposures: fc.array(
        fc.record({
          kind: fc.constantFrom("relationship", "client", "freelancer", "instrument"),
          exposureMinor: amount,
          capMinor: amount,
        }),
        { maxLength: 4 },
      ),
    }),
  ),
});

describe("coverage is total", () => {
  it("answers every input with a reason, full sentences and a remedy for every red verdict", () => {
    fc.assert(
      fc.property(terms, facts, funding, (someTerms, someFacts, someFunding) => {
        const decision = coverage(someTerms, someFacts, someFunding);
        expect(decision.reasons.length).toBeGreaterThan(0);
        for (const each of decision.reasons) expect(sentenceOfReason(each)).not.toMatch(/[{}]/);
        for (const each of decision.remedies) expect(sentenceOfRemedy(each)).toBe(REMEDY_SENTENCES[each.code]);
        if (verdictColour(decision) === "red") expect(decision.remedies.length).toBeGreaterThan(0);
      }),
      { numRuns: 2_000 },
    );
  });

  it("decides the same again", () => {
    fc.assert(
      fc.property(terms, facts, funding, (someTerms, someFacts, someFunding) => {
        expect(coverage(someTerms, someFacts, someFunding)).toEqual(coverage(someTerms, someFacts, someFunding));
      }),
    );
  });

  it("never loses coverage by more money in the deposit", () => {
    fc.assert(
      fc.property(terms, facts, funding, (someTerms, someFacts, someFunding) => {
        const before = coverage(someTerms, someFacts, someFunding);
        const after = coverage(someTerms, someFacts, { ...someFunding, deposit: "has-room" });
        if (before.covered !== "none") expect(after.covered).not.toBe("none");
      }),
    );
  });

  it("refuses terms that pin other rules", () => {
    // Only a test can make such terms: the type admits one version.
    const others = buildTerms({ rulesVersion: "protection/2" as typeof PROTECTION_VERSION });
    expect(() =>
      coverage(others, buildFacts(), { deposit: "absent", depositUsedPermille: 0, guarantee: null }),
    ).toThrow("the terms pin these rules");
  });
});

describe("sentences", () => {
  it("exist for every code", () => {
    for (const code of REASON_CODES) expect(REASON_SENTENCES[code]).toMatch(/^[A-Z{].*\.$/);
    for (const code of REMEDY_CODES) expect(REMEDY_SENTENCES[code]).toMatch(/^[A-Z].*\.$/);
  });
});

describe("minutes within the weekly limit", () => {
  it.each([
    { minutesBefore: 0, fitting: 10 },
    { minutesBefore: 90, fitting: 10 },
    { minutesBefore: 91, fitting: 9 },
    { minutesBefore: 99, fitting: 1 },
    { minutesBefore: 100, fitting: 0 },
    { minutesBefore: 101, fitting: 0 },
  ])("of ten minutes after $minutesBefore under a limit of 100, $fitting fit", ({ minutesBefore, fitting }) => {
    expect(minutesWithinLimit({ limitMinutes: 100, minutesBefore, minutes: 10 })).toBe(fitting);
  });
});
