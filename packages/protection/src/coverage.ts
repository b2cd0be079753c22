import { assert } from "@underseal/foundation";
import { DEPOSIT_LOW_PERMILLE } from "./defaults.ts";
import { type FundingState, PROFILES, PROTECTION_VERSION, type ProtectionTerms, type SegmentFacts } from "./facts.ts";
import { guaranteeRefusals, guaranteeWarnings } from "./guarantee.ts";
import { minutesWithinLimit } from "./limit.ts";
import { isUnbillable, isWarning, type Reason, reason } from "./reasons.ts";
import { type Remedy, remediesOf } from "./remedies.ts";

export interface Coverage {
  /** Who pays the segment if the client does not. Whether it is owed is another question: a dispute answers that. */
  readonly covered: "deposit" | "guarantee" | "none";
  readonly reasons: readonly Reason[];
  readonly remedies: readonly Remedy[];
}

const verdict = (covered: Coverage["covered"], reasons: readonly Reason[]): Coverage => ({
  covered,
  reasons,
  remedies: remediesOf(reasons),
});

const opennessOf = (profile: ProtectionTerms["profile"]): number => PROFILES.indexOf(profile);

const hasCaptures = (profile: ProtectionTerms["profile"]): boolean => profile !== "blind" && profile !== "waived";

/** Who signed a profile with captures cannot be billed a whole deposit without any. */
const goesWithoutTooOften = (terms: ProtectionTerms, facts: SegmentFacts): boolean =>
  hasCaptures(terms.profile) &&
  !hasCaptures(facts.profile) &&
  !(facts.week.capturelessPermille <= terms.capturelessWeekMaxPermille);

/** Rule 1: what cannot be billed at all, whoever would pay. */
const unbillableReasons = (terms: ProtectionTerms, facts: SegmentFacts): readonly Reason[] => {
  const limitMinutes = terms.weeklyLimitMinutes;
  const fitting = minutesWithinLimit({ limitMinutes, minutesBefore: facts.week.minutesBefore, minutes: facts.minutes });
  const found: Reason[] = [];
  if (!facts.isContractActive) found.push(reason("CONTRACT_NOT_ACTIVE"));
  if (!(fitting > 0)) found.push(reason("OVER_WEEKLY_LIMIT", { limitMinutes }));
  if (!facts.isDeviceEnrolled) found.push(reason("DEVICE_NOT_ENROLLED"));
  if (!facts.isChainIntact) found.push(reason("CHAIN_BROKEN"));
  if (facts.isSlotBilledElsewhere) found.push(reason("SLOT_BILLED_ELSEWHERE"));
  if (opennessOf(facts.profile) < opennessOf(terms.profile)) {
    found.push(reason("PROFILE_TOO_OPEN", { profile: facts.profile, termsProfile: terms.profile }));
  }
  if (facts.isManual && !terms.isManualTimeAllowed) found.push(reason("MANUAL_TIME_NOT_ALLOWED"));
  else if (goesWithoutTooOften(terms, facts) && !terms.isManualTimeAllowed) {
    found.push(reason("TOO_MUCH_WITHOUT_CAPTURES", { maxPercent: terms.capturelessWeekMaxPermille / 10 }));
  }
  return found;
};

const limitWarnings = (terms: ProtectionTerms, facts: SegmentFacts): readonly Reason[] => {
  const limitMinutes = terms.weeklyLimitMinutes;
  const minutes = minutesWithinLimit({ limitMinutes, minutesBefore: facts.week.minutesBefore, minutes: facts.minutes });
  return minutes < facts.minutes ? [reason("PARTLY_OVER_WEEKLY_LIMIT", { minutes, limitMinutes })] : [];
};

/** Rule 2: money that is there pays, whatever the pictures say. */
const depositRefusals = (terms: ProtectionTerms, funding: FundingState): readonly Reason[] => {
  if (!terms.hasDeposit) return [reason("DEPOSIT_NOT_IN_TERMS")];
  if (funding.deposit === "has-room") return [];
  return [reason(funding.deposit === "short" ? "DEPOSIT_SHORT" : "DEPOSIT_ABSENT")];
};

const depositWarnings = (funding: FundingState): readonly Reason[] =>
  funding.depositUsedPermille >= DEPOSIT_LOW_PERMILLE
    ? [reason("DEPOSIT_RUNS_LOW", { usedPercent: Math.floor(funding.depositUsedPermille / 10) })]
    : [];

/**
 * Who pays a segment if the client does not, by the published rules `protection/1`: the same pure function on the
 * freelancer's device, on the server and in the verifier. It answers for every input of its types; numbers that are
 * not numbers refuse. Only terms that pin another version are a broken assumption: the caller picks the function by
 * the version.
 */
export const coverage = (terms: ProtectionTerms, facts: SegmentFacts, funding: FundingState): Coverage => {
  assert(terms.rulesVersion === PROTECTION_VERSION, "the terms pin these rules");
  if (facts.minutes === 0) return verdict("none", [reason("NOTHING_TO_PAY")]);
  const unbillable = unbillableReasons(terms, facts);
  if (unbillable.length > 0) return verdict("none", unbillable);
  const partly = limitWarnings(terms, facts);
  const noDeposit = depositRefusals(terms, funding);
  if (noDeposit.length === 0) {
    return verdict("deposit", [reason("DEPOSIT_HOLDS"), ...partly, ...depositWarnings(funding)]);
  }
  const countedFacts = { ...facts, isManual: facts.isManual || goesWithoutTooOften(terms, facts) };
  const noGuarantee = guaranteeRefusals(terms, countedFacts, funding);
  if (noGuarantee.length > 0) return verdict("none", [...noDeposit, ...noGuarantee, ...partly]);
  return verdict("guarantee", [reason("GUARANTEE_HOLDS"), ...partly, ...guaranteeWarnings(facts)]);
};

/** Whether the minutes go on an invoice. Unprotected minutes do: the client owes them all the same. */
export const isBillable = ({ reasons }: Coverage): boolean =>
  !reasons.some((each) => each.code === "NOTHING_TO_PAY" || isUnbillable(each));

export type VerdictColour = "green" | "amber" | "red";

/** Green: covered. Amber: covered, with something to mend while there is time. Red: nobody stands behind it. */
export const verdictColour = ({ covered, reasons }: Coverage): VerdictColour => {
  if (reasons.some((each) => each.code === "NOTHING_TO_PAY")) return "green";
  if (covered === "none") return "red";
  return reasons.some(isWarning) ? "amber" : "green";
};
