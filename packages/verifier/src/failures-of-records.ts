// What can be wrong with the records of a bundle and their arrivals.
import type { FailureEntry } from "./failure-entry.ts";

const ALTERED = "The file was altered or made wrongly: do not rely on it, and export the week again from the platform.";
const ASK_PLATFORM = "Ask the platform for a correct export, and keep this file: it shows what you were given.";
const ASK_FREELANCER = "Ask the freelancer to explain this record, and keep this file as it is.";

export const FAILURES_OF_RECORDS = {
  RECORD_CONTRACT_MISMATCH: {
    stage: "records",
    sentence: "A record belongs to another contract than the bundle.",
    remedy: ALTERED,
  },
  RECORD_TERMS_UNKNOWN: {
    stage: "records",
    sentence: "A record was made under terms that are not in the bundle.",
    remedy: ASK_PLATFORM,
  },
  RECORD_TERMS_NOT_IN_FORCE: {
    stage: "records",
    sentence: "A record was made under terms that were not in force at its time.",
    remedy: ASK_FREELANCER,
  },
  RECORD_DEVICE_UNKNOWN: {
    stage: "records",
    sentence: "A record was made by a device whose certificate is not in the bundle.",
    remedy: ASK_PLATFORM,
  },
  RECORD_OUTSIDE_VALIDITY: {
    stage: "records",
    sentence: "A record was made when its device's certificate was not valid.",
    remedy: ASK_FREELANCER,
  },
  RECORD_SIGNATURE_INVALID: {
    stage: "records",
    sentence: "A record is not signed by its device's key.",
    remedy: ALTERED,
  },
  RECORD_PROFILE_FORBIDS: {
    stage: "records",
    sentence: "A record holds what the confidentiality profile of its terms forbids, or lacks what it asks for.",
    remedy: ASK_FREELANCER,
  },
  RECORD_CHAIN_BROKEN: {
    stage: "records",
    sentence: "A device's records do not follow one another: one is missing, repeated or out of order.",
    remedy: "Ask the platform for the missing records; a gap can hide something that both sides should see.",
  },
  RECORD_WITHOUT_RUN: {
    stage: "records",
    sentence: "A capture or segment does not belong to a run that was started.",
    remedy: ASK_FREELANCER,
  },
  RECORD_OUTSIDE_WEEK: {
    stage: "records",
    sentence: "A device's records begin or end with one that does not belong to the bundle's week.",
    remedy: ASK_PLATFORM,
  },
  CAPTURE_ROUND_REPEATED: {
    stage: "records",
    sentence: "Two captures of one run claim the same moment.",
    remedy: ASK_FREELANCER,
  },
  CAPTURE_OUTSIDE_RUN: {
    stage: "records",
    sentence: "A capture claims a moment that is not after its run's start.",
    remedy: ASK_FREELANCER,
  },
  SEGMENT_CAPTURE_UNKNOWN: {
    stage: "records",
    sentence: "A segment refers to a capture that its run does not have, or that another segment has already listed.",
    remedy: ASK_FREELANCER,
  },
  SEGMENT_CAPTURE_MISPLACED: {
    stage: "records",
    sentence: "A segment lists a capture that was drawn at another time.",
    remedy: ASK_FREELANCER,
  },
  SEGMENT_MINUTES_EXCEEDED: {
    stage: "records",
    sentence: "The segments of one ten-minute slot add up to more than ten minutes.",
    remedy: "Do not pay this slot before it is explained: time is counted twice.",
  },
  SEGMENT_OUTSIDE_RUN: {
    stage: "records",
    sentence: "A segment claims more time than had passed in its run when it was recorded, or a slot already recorded.",
    remedy: "Do not pay this slot before it is explained: time is claimed that nobody tracked.",
  },
  SEGMENT_MANUAL_FORBIDDEN: {
    stage: "records",
    sentence: "A segment was entered by hand although the terms do not allow that, or claims pictures or a run.",
    remedy: ASK_FREELANCER,
  },
  DISCLOSURE_CAPTURE_UNKNOWN: {
    stage: "records",
    sentence: "A disclosure refers to a capture that its device never recorded.",
    remedy: ASK_FREELANCER,
  },
  DISCLOSURE_VERSION_BROKEN: {
    stage: "records",
    sentence: "The disclosures of a capture are not numbered 0, 1, 2 and so on.",
    remedy: ASK_FREELANCER,
  },
  DISCLOSURE_REVEALS_MORE: {
    stage: "records",
    sentence: "A disclosure was replaced by one that hides less.",
    remedy: ASK_FREELANCER,
  },
  CONFLICT_MISPLACED: {
    stage: "records",
    sentence: "A second body does not belong to a record of the bundle, or is there twice.",
    remedy: ASK_PLATFORM,
  },
  CONFLICT_SIGNATURE_INVALID: {
    stage: "records",
    sentence: "A second body is not signed by its device's key, so it proves nothing.",
    remedy: ASK_PLATFORM,
  },
  RECORD_AFTER_REVOCATION: {
    stage: "arrivals",
    sentence: "A record arrived after its device had been revoked.",
    remedy:
      "Do not rely on this record: ask the freelancer who held the device then, and the platform why it was taken.",
  },
  ARRIVAL_MISMATCH: {
    stage: "arrivals",
    sentence: "An arrival statement is about another record than the one it stands beside.",
    remedy: ALTERED,
  },
  ARRIVAL_SIGNATURE_INVALID: {
    stage: "arrivals",
    sentence: "An arrival statement is not signed by the platform key that the terms name.",
    remedy: ALTERED,
  },
  ARRIVAL_BEFORE_RECORD: {
    stage: "arrivals",
    sentence: "A record arrived before it was made, by more than clocks may differ.",
    remedy: "The device's clock was wrong, or the record claims another time than its own: ask the freelancer.",
  },
  DRAW_SOURCE_MIXED: {
    stage: "records",
    sentence: "A run was drawn partly by the beacon and partly by the device.",
    remedy: ASK_FREELANCER,
  },
  DRAW_SEED_MISPLACED: {
    stage: "records",
    sentence: "A run without network does not reveal its seed when it stops, or another run reveals one.",
    remedy: ASK_FREELANCER,
  },
} as const satisfies Record<string, FailureEntry>;
