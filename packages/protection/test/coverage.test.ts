import { describe, expect, it } from "vitest";
import {
  type CaptureFacts,
  coverage,
  type FundingState,
  isBillable,
  PROFILES,
  type ProtectionTerms,
  type ReasonCode,
  type SegmentFacts,
  verdictColour,
} from "../src/index.ts";
import { buildFacts, buildShortFunding, buildTerms, buildWeek, FUNDED } from "./builders.ts";

interface Case {
  readonly when: string;
  readonly terms?: Partial<ProtectionTerms>;
  readonly facts?: Partial<SegmentFacts>;
  readonly funding?: FundingState;
  readonly covered: "deposit" | "guarantee" | "none";
  readonly says: readonly ReasonCode[];
}

const decide = ({ terms, facts, funding }: Case) =>
  coverage(buildTerms(terms), buildFacts(facts), funding ?? buildShortFunding());

const check = (cases: readonly Case[]) =>
  it.each(cases)("$when → $covered", (each) => {
    const decision = decide(each);
    expect(decision.covered).toBe(each.covered);
    expect(decision.reasons.map((found) => found.code)).toEqual(each.says);
  });

const capture = (changes: Partial<CaptureFacts>): CaptureFacts => ({
  isRegistered: true,
  redactedPermille: 0,
  maskedPermille: 0,
  ...changes,
});

describe("rule 1: minutes that cannot be billed are covered by nobody, not even by a full deposit", () => {
  const unbillable = (when: string, facts: Partial<SegmentFacts>, ...says: readonly ReasonCode[]): Case => ({
    when,
    facts,
    funding: FUNDED,
    covered: "none",
    says,
  });
  check([
    unbillable("the contract is not active", { isContractActive: false }, "CONTRACT_NOT_ACTIVE"),
    unbillable("the device is not enrolled", { isDeviceEnrolled: false }, "DEVICE_NOT_ENROLLED"),
    unbillable("the chain is broken", { isChainIntact: false }, "CHAIN_BROKEN"),
    unbillable("the slot is billed elsewhere", { isSlotBilledElsewhere: true }, "SLOT_BILLED_ELSEWHERE"),
    unbillable("the profile is more open than signed", { profile: "readable" }, "PROFILE_TOO_OPEN"),
    unbillable("nothing was tracked", { minutes: 0 }, "NOTHING_TO_PAY"),
    unbillable("the limit is reached", { week: buildWeek({ minutesBefore: 2_400 }) }, "OVER_WEEKLY_LIMIT"),
    unbillable("the limit is passed", { week: buildWeek({ minutesBefore: 2_401 }) }, "OVER_WEEKLY_LIMIT"),
    {
      when: "one minute is left under the limit",
      facts: { week: buildWeek({ minutesBefore: 2_399 }) },
      funding: FUNDED,
      covered: "deposit",
      says: ["DEPOSIT_HOLDS", "PARTLY_OVER_WEEKLY_LIMIT"],
    },
    {
      when: "the segment ends exactly at the limit",
      facts: { week: buildWeek({ minutesBefore: 2_390 }) },
      funding: FUNDED,
      covered: "deposit",
      says: ["DEPOSIT_HOLDS"],
    },
    {
      when: "manual time is not in the terms",
      terms: { isManualTimeAllowed: false },
      facts: { isManual: true },
      funding: FUNDED,
      covered: "none",
      says: ["MANUAL_TIME_NOT_ALLOWED"],
    },
    {
      when: "the share without captures is used exactly",
      terms: { isManualTimeAllowed: false },
      facts: { profile: "blind", week: buildWeek({ capturelessPermille: 100 }) },
      funding: FUNDED,
      covered: "deposit",
      says: ["DEPOSIT_HOLDS"],
    },
    {
      when: "the share without captures is exceeded and manual time is not allowed",
      terms: { isManualTimeAllowed: false },
      facts: { profile: "blind", week: buildWeek({ capturelessPermille: 101 }) },
      funding: FUNDED,
      covered: "none",
      says: ["TOO_MUCH_WITHOUT_CAPTURES"],
    },
    {
      when: "the share without captures is exceeded and manual time is allowed",
      facts: { profile: "blind", week: buildWeek({ capturelessPermille: 101 }) },
      funding: FUNDED,
      covered: "deposit",
      says: ["DEPOSIT_HOLDS"],
    },
  ]);
});

describe("rule 2: a deposit with room pays whatever the pictures say", () => {
  const funded = (
    when: string,
    facts: Partial<SegmentFacts>,
    profile: ProtectionTerms["profile"] = "sealed",
  ): Case => ({
    when,
    terms: { profile },
    facts: { profile, ...facts },
    funding: FUNDED,
    covered: "deposit",
    says: ["DEPOSIT_HOLDS"],
  });
  check([
    ...PROFILES.map((profile) => funded(`profile ${profile}`, {}, profile)),
    funded("manual time", { isManual: true }),
    funded("everything hidden", { captures: [capture({ redactedPermille: 1_000 })] }),
    funded("a record a week late", { recordDelayMs: 7 * 86_400_000 }),
    funded("no sign of work", { hasInput: false }),
    funded("pictures never sealed to the client", { disclosure: "missed" }),
    {
      when: "79.9 % is used",
      funding: { ...FUNDED, depositUsedPermille: 799 },
      covered: "deposit",
      says: ["DEPOSIT_HOLDS"],
    },
    {
      when: "80 % is used",
      funding: { ...FUNDED, depositUsedPermille: 800 },
      covered: "deposit",
      says: ["DEPOSIT_HOLDS", "DEPOSIT_RUNS_LOW"],
    },
    {
      when: "the deposit is short and nothing is guaranteed",
      terms: { hasGuarantee: false },
      covered: "none",
      says: ["DEPOSIT_SHORT", "GUARANTEE_NOT_IN_TERMS"],
    },
    {
      when: "the deposit was never funded and the operator guarantees nothing",
      funding: { deposit: "absent", depositUsedPermille: 0, guarantee: null },
      covered: "none",
      says: ["DEPOSIT_ABSENT", "GUARANTEE_NOT_OFFERED"],
    },
    {
      when: "there is money but the terms have no deposit",
      terms: { hasDeposit: false, hasGuarantee: false },
      funding: FUNDED,
      covered: "none",
      says: ["DEPOSIT_NOT_IN_TERMS", "GUARANTEE_NOT_IN_TERMS"],
    },
  ]);
});

const stands = (when: string, facts: Partial<SegmentFacts>, ...warnings: readonly ReasonCode[]): Case => ({
  when,
  facts,
  covered: "guarantee",
  says: ["GUARANTEE_HOLDS", ...warnings],
});

const refused = (when: string, facts: Partial<SegmentFacts>, ...says: readonly ReasonCode[]): Case => ({
  when,
  facts,
  covered: "none",
  says: ["DEPOSIT_SHORT", ...says],
});

describe("rule 3: the guarantee stands only if everything holds", () => {
  const account = (when: string, changes: Parameters<typeof buildShortFunding>[0], code: ReasonCode): Case => ({
    when,
    funding: buildShortFunding(changes),
    covered: "none",
    says: ["DEPOSIT_SHORT", code],
  });
  const exposed = (exposureMinor: bigint) =>
    buildShortFunding({ exposures: [{ kind: "relationship", exposureMinor, capMinor: 50_000n }] });
  check([
    stands("all is well", {}),
    account("a person is not identified", { areBothIdentified: false }, "PERSON_NOT_IDENTIFIED"),
    account("the payment method is not verified", { isPaymentMethodVerified: false }, "PAYMENT_METHOD_NOT_VERIFIED"),
    account("the client owes money", { isClientInGoodStanding: false }, "CLIENT_NOT_IN_GOOD_STANDING"),
    account("both use one card", { isInstrumentShared: true }, "INSTRUMENT_SHARED"),
    { when: "exposure just under the cap", funding: exposed(49_999n), covered: "guarantee", says: ["GUARANTEE_HOLDS"] },
    { when: "exposure at the cap", funding: exposed(50_000n), covered: "guarantee", says: ["GUARANTEE_HOLDS"] },
    {
      when: "exposure just over the cap",
      funding: exposed(50_001n),
      covered: "none",
      says: ["DEPOSIT_SHORT", "EXPOSURE_OVER_CAP"],
    },
    stands("bracket and delay at the edge of tier A", { captureBracketMs: 60_000, recordDelayMs: 300_000 }),
    stands("bracket just past tier A", { captureBracketMs: 60_001 }, "RECORD_LATE"),
    stands("record just past tier A", { recordDelayMs: 300_001 }, "RECORD_LATE"),
    stands("record at the edge of tier B", { recordDelayMs: 43_200_000 }, "RECORD_LATE"),
    refused("record just past tier B", { recordDelayMs: 43_200_001 }, "RECORD_TOO_LATE"),
    stands(
      "a quarter of the week late",
      { recordDelayMs: 300_001, week: buildWeek({ latePermille: 250 }) },
      "RECORD_LATE",
    ),
    refused(
      "more than a quarter late",
      { recordDelayMs: 300_001, week: buildWeek({ latePermille: 251 }) },
      "TOO_MUCH_OF_WEEK_LATE",
    ),
    stands("a prompt segment of a late week", { week: buildWeek({ latePermille: 251 }) }),
    stands("the pictures not sealed yet", { disclosure: "pending" }, "DISCLOSURE_PENDING"),
    refused("the pictures never sealed", { disclosure: "missed" }, "DISCLOSURE_MISSED"),
    stands("half of the segment redacted", { captures: [capture({ redactedPermille: 500 })] }),
    refused(
      "more than half redacted",
      { captures: [capture({ redactedPermille: 501 })] },
      "REDACTED_OVER_SEGMENT_BUDGET",
    ),
    stands(
      "one of two captures missing",
      { captures: [capture({}), capture({ isRegistered: false })] },
      "CAPTURE_MISSING",
    ),
    refused(
      "one missing and one slightly redacted",
      { captures: [capture({ redactedPermille: 10 }), capture({ isRegistered: false })] },
      "REDACTED_OVER_SEGMENT_BUDGET",
    ),
    stands("no draw and clean neighbours", { captures: [], neighbourCaptures: [capture({})] }),
    stands("no draw in the whole run", { captures: [], neighbourCaptures: [] }),
    refused(
      "no draw and hidden neighbours",
      { captures: [], neighbourCaptures: [capture({ isRegistered: false })] },
      "REDACTED_OVER_SEGMENT_BUDGET",
    ),
    stands("30 % of the week redacted", { week: buildWeek({ redactedPermille: 300 }) }),
    refused("more than 30 % of the week", { week: buildWeek({ redactedPermille: 301 }) }, "REDACTED_OVER_WEEK_BUDGET"),
    stands("20 % of the segment masked", { captures: [capture({ maskedPermille: 200 })] }),
    refused("more than 20 % masked", { captures: [capture({ maskedPermille: 201 })] }, "MASKED_OVER_SEGMENT_BUDGET"),
    stands("10 % of the week masked", { week: buildWeek({ maskedPermille: 100 }) }),
    refused(
      "more than 10 % of the week masked",
      { week: buildWeek({ maskedPermille: 101 }) },
      "MASKED_OVER_WEEK_BUDGET",
    ),
    refused("manual time", { isManual: true }, "MANUAL_TIME_NOT_GUARANTEED"),
    stands("local is more confidential than signed", { profile: "local" }),
    refused("blind", { profile: "blind" }, "PROFILE_NOT_GUARANTEED"),
    refused("waived", { profile: "waived" }, "PROFILE_NOT_GUARANTEED"),
    {
      when: "the sample was not agreed",
      terms: { freelancerMayOpenSample: false },
      covered: "none",
      says: ["DEPOSIT_SHORT", "SAMPLE_NOT_AGREED"],
    },
    refused("a delay that is not a number", { recordDelayMs: Number.NaN }, "RECORD_TOO_LATE"),
  ]);
});

describe("rule 4: any one sign of work is enough", () => {
  const calls = (minutes: number) => buildWeek({ modeMinutes: { call: minutes, reading: 0, whiteboard: 0 } });
  const silent = { hasInput: false, hasChangedWork: false } as const;
  check([
    stands("input", { ...silent, hasInput: true }),
    stands("a changed work product", { ...silent, hasChangedWork: true }),
    stands("a declared call inside its allowance", { ...silent, mode: "call", week: calls(600) }),
    refused("a declared call past its allowance", { ...silent, mode: "call", week: calls(601) }, "MODE_ALLOWANCE_USED"),
    stands("input in a call past its allowance", { hasInput: true, mode: "call", week: calls(601) }),
    refused("nothing at all", silent, "NO_SIGN_OF_WORK"),
  ]);
});

describe("verdicts", () => {
  it("is green when covered, amber when something can be mended, red when nobody stands behind it", () => {
    const terms = buildTerms();
    expect(verdictColour(coverage(terms, buildFacts(), FUNDED))).toBe("green");
    expect(verdictColour(coverage(terms, buildFacts(), { ...FUNDED, depositUsedPermille: 800 }))).toBe("amber");
    expect(verdictColour(coverage(terms, buildFacts({ disclosure: "pending" }), buildShortFunding()))).toBe("amber");
    expect(verdictColour(coverage(terms, buildFacts({ isManual: true }), buildShortFunding()))).toBe("red");
    expect(verdictColour(coverage(terms, buildFacts({ minutes: 0 }), FUNDED))).toBe("green");
  });

  it("bills unprotected minutes, but none that rule 1 refuses", () => {
    const terms = buildTerms();
    expect(isBillable(coverage(terms, buildFacts({ isManual: true }), buildShortFunding()))).toBe(true);
    expect(isBillable(coverage(terms, buildFacts({ isChainIntact: false }), FUNDED))).toBe(false);
    expect(isBillable(coverage(terms, buildFacts({ minutes: 0 }), FUNDED))).toBe(false);
  });

  it("names the remedy for each reason once", () => {
    const decision = coverage(buildTerms({ hasGuarantee: false }), buildFacts(), buildShortFunding());
    expect(decision.remedies).toEqual([{ code: "FUND_DEPOSIT" }, { code: "SIGN_TERMS_WITH_GUARANTEE" }]);
  });
});
