// The closed list of everything the rules can say. A code's group decides what it means for the verdict; the
// sentences are in sentences.ts, the remedies of each reason in remedies.ts.

/** Rule 1: the minutes cannot be billed at all. */
const UNBILLABLE_REASONS = [
  "CONTRACT_NOT_ACTIVE",
  "OVER_WEEKLY_LIMIT",
  "DEVICE_NOT_ENROLLED",
  "CHAIN_BROKEN",
  "SLOT_BILLED_ELSEWHERE",
  "MANUAL_TIME_NOT_ALLOWED",
  "TOO_MUCH_WITHOUT_CAPTURES",
  "PROFILE_TOO_OPEN",
] as const;

/** Rule 2: why the deposit does not pay. */
const DEPOSIT_REFUSALS = ["DEPOSIT_SHORT", "DEPOSIT_ABSENT", "DEPOSIT_NOT_IN_TERMS"] as const;

/** Rules 3 and 4: why the guarantee does not pay. */
const GUARANTEE_REFUSALS = [
  "GUARANTEE_NOT_IN_TERMS",
  "GUARANTEE_NOT_OFFERED",
  "MANUAL_TIME_NOT_GUARANTEED",
  "PROFILE_NOT_GUARANTEED",
  "PERSON_NOT_IDENTIFIED",
  "PAYMENT_METHOD_NOT_VERIFIED",
  "CLIENT_NOT_IN_GOOD_STANDING",
  "INSTRUMENT_SHARED",
  "EXPOSURE_OVER_CAP",
  "RECORD_TOO_LATE",
  "TOO_MUCH_OF_WEEK_LATE",
  "DISCLOSURE_MISSED",
  "REDACTED_OVER_SEGMENT_BUDGET",
  "REDACTED_OVER_WEEK_BUDGET",
  "MASKED_OVER_SEGMENT_BUDGET",
  "MASKED_OVER_WEEK_BUDGET",
  "SAMPLE_NOT_AGREED",
  "NO_SIGN_OF_WORK",
  "MODE_ALLOWANCE_USED",
] as const;

/** The segment is covered, but something asks for attention while it can still be mended. */
const WARNINGS = [
  "PARTLY_OVER_WEEKLY_LIMIT",
  "DEPOSIT_RUNS_LOW",
  "DISCLOSURE_PENDING",
  "CAPTURE_MISSING",
  "RECORD_LATE",
] as const;

const CONFIRMATIONS = ["DEPOSIT_HOLDS", "GUARANTEE_HOLDS", "NOTHING_TO_PAY"] as const;

export const REASON_CODES = [
  ...UNBILLABLE_REASONS,
  ...DEPOSIT_REFUSALS,
  ...GUARANTEE_REFUSALS,
  ...WARNINGS,
  ...CONFIRMATIONS,
] as const;

export type ReasonCode = (typeof REASON_CODES)[number];

/** A code and the numbers or words that its sentence leaves room for. */
export interface Reason {
  readonly code: ReasonCode;
  readonly values: Readonly<Record<string, string | number>>;
}

export const reason = (code: ReasonCode, values: Reason["values"] = {}): Reason => ({ code, values });

const isAmong = (codes: readonly ReasonCode[]) => (candidate: Reason) => codes.includes(candidate.code);

export const isUnbillable = isAmong(UNBILLABLE_REASONS);

export const isWarning = isAmong(WARNINGS);
