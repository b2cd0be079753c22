import type { Reason, ReasonCode } from "./reasons.ts";
import type { Remedy, RemedyCode } from "./remedies.ts";

// The only place with words. `{name}` is filled from the reason's values; translations replace the tables whole.

export const REASON_SENTENCES: Readonly<Record<ReasonCode, string>> = {
  CONTRACT_NOT_ACTIVE: "The contract was not active at this time.",
  OVER_WEEKLY_LIMIT: "The weekly limit of {limitMinutes} minutes was reached before this segment.",
  DEVICE_NOT_ENROLLED: "The device that signed this segment was not enrolled.",
  CHAIN_BROKEN: "The device's chain of records is broken here.",
  SLOT_BILLED_ELSEWHERE: "These ten minutes are billed to another contract already.",
  MANUAL_TIME_NOT_ALLOWED: "The signed terms do not allow manual time.",
  TOO_MUCH_WITHOUT_CAPTURES:
    "More than {maxPercent} % of the week went without captures, so this counts as manual time, which the terms do not allow.",
  PROFILE_TOO_OPEN: "The segment is more open (`{profile}`) than the signed terms (`{termsProfile}`).",
  DEPOSIT_SHORT: "The deposit does not have room for this segment.",
  DEPOSIT_ABSENT: "The deposit has not been funded yet.",
  DEPOSIT_NOT_IN_TERMS: "The signed terms have no deposit.",
  GUARANTEE_NOT_IN_TERMS: "The signed terms have no guarantee.",
  GUARANTEE_NOT_OFFERED: "The operator guarantees no hours here.",
  MANUAL_TIME_NOT_GUARANTEED: "Manual time is never guaranteed; only a deposit covers it.",
  PROFILE_NOT_GUARANTEED: "Segments of profile `{profile}` are never guaranteed; only a deposit covers them.",
  PERSON_NOT_IDENTIFIED: "The client or the freelancer is not identified yet.",
  PAYMENT_METHOD_NOT_VERIFIED: "The client's payment method is not verified.",
  CLIENT_NOT_IN_GOOD_STANDING: "The client owes money from earlier weeks.",
  INSTRUMENT_SHARED: "Client and freelancer share a card or a device.",
  EXPOSURE_OVER_CAP: "The guarantee's limit for this {kind} is reached.",
  RECORD_TOO_LATE: "The record arrived more than {maxHours} hours after its time.",
  TOO_MUCH_OF_WEEK_LATE: "More than {maxPercent} % of the week arrived late.",
  DISCLOSURE_MISSED: "The pictures were not sealed to the client in time.",
  REDACTED_OVER_SEGMENT_BUDGET: "More than {maxPercent} % of this segment's pictures is withheld or missing.",
  REDACTED_OVER_WEEK_BUDGET: "More than {maxPercent} % of the week's pictures is withheld or missing.",
  MASKED_OVER_SEGMENT_BUDGET: "More than {maxPercent} % of this segment's screen was never captured.",
  MASKED_OVER_WEEK_BUDGET: "More than {maxPercent} % of the week's screens was never captured.",
  SAMPLE_NOT_AGREED: "The terms do not let the freelancer open the random sample to the arbiter.",
  NO_SIGN_OF_WORK: "There was no input, no changed work product and no declared mode in this segment.",
  MODE_ALLOWANCE_USED: "The week's allowance of {maxMinutes} minutes for `{mode}` is used up.",
  PARTLY_OVER_WEEKLY_LIMIT: "Only {minutes} minutes of this segment are within the weekly limit of {limitMinutes}.",
  DEPOSIT_RUNS_LOW: "{usedPercent} % of the deposit is used.",
  DISCLOSURE_PENDING: "The pictures are not sealed to the client yet.",
  CAPTURE_MISSING: "{count} drawn captures are missing; each counts as wholly hidden.",
  RECORD_LATE: "The record arrived late; it counts toward the week's allowance for late records.",
  DEPOSIT_HOLDS: "The client's deposit holds the money for this segment.",
  GUARANTEE_HOLDS: "The operator guarantees this segment.",
  NOTHING_TO_PAY: "Nothing was tracked in this segment.",
};

export const REMEDY_SENTENCES: Readonly<Record<RemedyCode, string>> = {
  FUND_DEPOSIT: "Ask the client to fund the deposit.",
  SIGN_TERMS_WITH_DEPOSIT: "Agree on terms with a deposit.",
  RAISE_WEEKLY_LIMIT: "Ask the client to raise the weekly limit before you go on.",
  RESTART_CONTRACT: "Ask the client to restart the contract.",
  ENROL_DEVICE: "Enrol this device.",
  ASK_FOR_REVIEW: "Ask the operator for a human review.",
  SIGN_TERMS_WITH_MANUAL_TIME: "Agree on terms that allow manual time.",
  TRACK_WITH_CAPTURES: "Track the next segments with captures.",
  USE_PROFILE_OF_TERMS: "Use the profile that both sides signed, or a more confidential one.",
  SIGN_TERMS_WITH_GUARANTEE: "Agree on terms with a guarantee.",
  IDENTIFY_BOTH: "Complete the identification of both sides.",
  VERIFY_PAYMENT_METHOD: "Ask the client to verify a payment method.",
  SETTLE_ARREARS: "Wait until the client has paid what is owed.",
  STAY_ONLINE: "Keep the tracker running and online.",
  DISCLOSE_BEFORE_LOCK: "Review and send the pictures before the week locks.",
  HIDE_LESS: "Withhold less before the week locks.",
  SIGN_TERMS_WITH_SAMPLE: "Agree on terms that let you open the sample.",
  DECLARE_MODE: "Declare a call, reading or whiteboard work while you do it.",
};

/** The English sentence, with the reason's values in their places. */
export const sentenceOfReason = ({ code, values }: Reason): string =>
  REASON_SENTENCES[code].replaceAll(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));

export const sentenceOfRemedy = ({ code }: Remedy): string => REMEDY_SENTENCES[code];
