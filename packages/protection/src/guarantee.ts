import { TIER_A_BRACKET_MAX_MS, TIER_A_RECORD_DELAY_MAX_MS, TIER_B_RECORD_DELAY_MAX_MS } from "./defaults.ts";
import type { CaptureFacts, FundingState, GuaranteeState, ProtectionTerms, SegmentFacts } from "./facts.ts";
import { type Reason, reason } from "./reasons.ts";

// Rules 3 and 4. Every comparison is written so that a number that is not one (NaN) refuses: what cannot be shown
// to be inside a limit is outside it.

const percent = (permille: number): number => permille / 10;

export type Tier = "A" | "B" | "C";

/** A: bracketed in time and recorded at once. B: late, but the same half day. C: later, never guaranteed. */
export const tierOf = (facts: Pick<SegmentFacts, "captureBracketMs" | "recordDelayMs">): Tier => {
  if (!(facts.recordDelayMs <= TIER_B_RECORD_DELAY_MAX_MS)) return "C";
  const isPrompt = facts.recordDelayMs <= TIER_A_RECORD_DELAY_MAX_MS;
  return isPrompt && facts.captureBracketMs <= TIER_A_BRACKET_MAX_MS ? "A" : "B";
};

/** A segment without a draw goes with its neighbours in the run. */
const speakingCaptures = (facts: SegmentFacts): readonly CaptureFacts[] =>
  facts.captures.length > 0 ? facts.captures : facts.neighbourCaptures;

const isWithinMean = (permilles: readonly number[], maxPermille: number): boolean =>
  permilles.length === 0 || permilles.reduce((sum, each) => sum + each, 0) <= maxPermille * permilles.length;

function* accountRefusals(state: GuaranteeState): Generator<Reason> {
  if (!state.areBothIdentified) yield reason("PERSON_NOT_IDENTIFIED");
  if (!state.isPaymentMethodVerified) yield reason("PAYMENT_METHOD_NOT_VERIFIED");
  if (!state.isClientInGoodStanding) yield reason("CLIENT_NOT_IN_GOOD_STANDING");
  if (state.isInstrumentShared) yield reason("INSTRUMENT_SHARED");
  for (const { kind, exposureMinor, capMinor } of state.exposures) {
    if (exposureMinor > capMinor) yield reason("EXPOSURE_OVER_CAP", { kind });
  }
}

function* timeRefusals(terms: ProtectionTerms, facts: SegmentFacts): Generator<Reason> {
  const tier = tierOf(facts);
  if (tier === "C") yield reason("RECORD_TOO_LATE", { maxHours: TIER_B_RECORD_DELAY_MAX_MS / 3_600_000 });
  if (tier === "B" && !(facts.week.latePermille <= terms.lateWeekMaxPermille)) {
    yield reason("TOO_MUCH_OF_WEEK_LATE", { maxPercent: percent(terms.lateWeekMaxPermille) });
  }
}

function* hiddenRefusals(terms: ProtectionTerms, facts: SegmentFacts): Generator<Reason> {
  const budget = terms.hiddenBudget;
  const captures = speakingCaptures(facts);
  const redacted = captures.map((each) => (each.isRegistered ? each.redactedPermille : 1_000));
  const masked = captures.map((each) => (each.isRegistered ? each.maskedPermille : 0));
  if (!isWithinMean(redacted, budget.redactedSegmentMaxPermille)) {
    yield reason("REDACTED_OVER_SEGMENT_BUDGET", { maxPercent: percent(budget.redactedSegmentMaxPermille) });
  }
  if (!(facts.week.redactedPermille <= budget.redactedWeekMaxPermille)) {
    yield reason("REDACTED_OVER_WEEK_BUDGET", { maxPercent: percent(budget.redactedWeekMaxPermille) });
  }
  if (!isWithinMean(masked, budget.maskedSegmentMaxPermille)) {
    yield reason("MASKED_OVER_SEGMENT_BUDGET", { maxPercent: percent(budget.maskedSegmentMaxPermille) });
  }
  if (!(facts.week.maskedPermille <= budget.maskedWeekMaxPermille)) {
    yield reason("MASKED_OVER_WEEK_BUDGET", { maxPercent: percent(budget.maskedWeekMaxPermille) });
  }
}

/** Rule 4: any one sign is enough; low activity alone never disqualifies. */
const workRefusals = (terms: ProtectionTerms, facts: SegmentFacts): readonly Reason[] => {
  if (facts.hasInput || facts.hasChangedWork) return [];
  if (facts.mode === "working") return [reason("NO_SIGN_OF_WORK")];
  const maxMinutes = terms.modeWeekMaxMinutes[facts.mode];
  if (facts.week.modeMinutes[facts.mode] <= maxMinutes) return [];
  return [reason("MODE_ALLOWANCE_USED", { mode: facts.mode, maxMinutes })];
};

/** Everything that keeps the guarantee from this segment; empty where it stands. */
export const guaranteeRefusals = (
  terms: ProtectionTerms,
  facts: SegmentFacts,
  funding: Pick<FundingState, "guarantee">,
): readonly Reason[] => {
  if (!terms.hasGuarantee) return [reason("GUARANTEE_NOT_IN_TERMS")];
  if (funding.guarantee === null) return [reason("GUARANTEE_NOT_OFFERED")];
  if (facts.isManual) return [reason("MANUAL_TIME_NOT_GUARANTEED")];
  if (facts.profile === "blind" || facts.profile === "waived") {
    return [reason("PROFILE_NOT_GUARANTEED", { profile: facts.profile })];
  }
  return [
    ...accountRefusals(funding.guarantee),
    ...timeRefusals(terms, facts),
    ...(facts.disclosure === "missed" ? [reason("DISCLOSURE_MISSED")] : []),
    ...hiddenRefusals(terms, facts),
    ...(terms.freelancerMayOpenSample ? [] : [reason("SAMPLE_NOT_AGREED")]),
    ...workRefusals(terms, facts),
  ];
};

/** What the freelancer can still mend while the guarantee stands. */
export const guaranteeWarnings = (facts: SegmentFacts): readonly Reason[] => {
  const missing = facts.captures.filter((each) => !each.isRegistered).length;
  return [
    ...(facts.disclosure === "pending" ? [reason("DISCLOSURE_PENDING")] : []),
    ...(missing > 0 ? [reason("CAPTURE_MISSING", { count: missing })] : []),
    ...(tierOf(facts) === "B" ? [reason("RECORD_LATE")] : []),
  ];
};
