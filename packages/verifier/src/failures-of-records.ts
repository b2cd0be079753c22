// What can be wrong with the records of a bundle, their arrivals, log proofs and draws, and the sealed files.
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
  LOG_PROOF_INVALID: {
    stage: "log",
    sentence: "A record is not proven to be in the log that the terms name.",
    remedy: ASK_PLATFORM,
  },
  LOG_PROOF_NOT_MINIMAL: {
    stage: "log",
    sentence: "A log proof carries data or signatures that nothing here can check.",
    remedy: ASK_PLATFORM,
  },
  LOG_QUORUM_MISSING: {
    stage: "log",
    sentence: "A checkpoint of the log was not cosigned by as many witnesses as the terms ask for.",
    remedy: "Do not rely on this file alone: the log could have shown others another history. Export the week again.",
  },
  LOG_CONSISTENCY_MISSING: {
    stage: "log",
    sentence: "The bundle does not hold one proof from each checkpoint of the log to the next larger one.",
    remedy: ASK_PLATFORM,
  },
  LOG_INCONSISTENT: {
    stage: "log",
    sentence: "The log has signed two different histories.",
    remedy: "Keep this file and publish it: it proves that the log lied to somebody.",
  },
  ROUNDS_MALFORMED: {
    stage: "draws",
    sentence: "The rounds of the beacon are not whole signatures in separate, ascending spans.",
    remedy: ASK_PLATFORM,
  },
  ROUNDS_UNUSED: {
    stage: "draws",
    sentence: "The bundle holds rounds of the beacon that no run asks for.",
    remedy: ASK_PLATFORM,
  },
  BEACON_INVALID: {
    stage: "draws",
    sentence: "A round of the beacon is not signed by the beacon that the terms name.",
    remedy: "The moments cannot be trusted to be drawn: ask the freelancer, and keep this file.",
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
  ACKNOWLEDGEMENT_MISPLACED: {
    stage: "statements",
    sentence: "An acknowledgement is not about a disclosure of the bundle, or is there twice.",
    remedy: ASK_PLATFORM,
  },
  ACKNOWLEDGEMENT_SIGNATURE_INVALID: {
    stage: "statements",
    sentence: "An acknowledgement is not signed by the client's account key.",
    remedy: ALTERED,
  },
  WEEK_STATEMENT_MISPLACED: {
    stage: "statements",
    sentence: "The week statement is of another contract or week, or was made before the week was over.",
    remedy: ASK_PLATFORM,
  },
  WEEK_STATEMENT_SIGNATURE_INVALID: {
    stage: "statements",
    sentence: "The week statement is signed neither by the freelancer's account key nor by the platform's.",
    remedy: ALTERED,
  },
  WEEK_STATEMENT_MISMATCH: {
    stage: "statements",
    sentence: "The week statement does not cover exactly the records that had arrived when it was made.",
    remedy: "A record was left out or put in afterwards: ask both sides, and keep this file.",
  },
  DRAW_START_MISPLACED: {
    stage: "draws",
    sentence: "A run says that it started in another round of the draws than its time says.",
    remedy: "Some moments may have been left out of the draws: ask the freelancer, and keep this file.",
  },
  DRAW_SEED_MISMATCH: {
    stage: "draws",
    sentence: "The seed revealed at the end of a run is not the one committed at its start.",
    remedy: "The moments of the captures were not drawn as agreed: ask the freelancer, and keep this file.",
  },
  DRAW_NOT_DRAWN: {
    stage: "draws",
    sentence: "A capture was made at a moment that was not drawn.",
    remedy: "This capture's moment was chosen, not drawn: ask the freelancer, and keep this file.",
  },
  DRAW_TOO_LONG: {
    stage: "draws",
    sentence: "The runs claim more moments than a week of honest work can hold.",
    remedy: ASK_PLATFORM,
  },
  BLOB_ORDER: {
    stage: "blobs",
    sentence: "The sealed files are not in the order of their digests, or one is there twice.",
    remedy: ASK_PLATFORM,
  },
  BLOB_DIGEST_MISMATCH: {
    stage: "blobs",
    sentence: "A sealed file is not the one that its digest names.",
    remedy: ALTERED,
  },
  BLOB_MISSING: {
    stage: "blobs",
    sentence: "A sealed file that a disclosure names is not in the bundle.",
    remedy: "Ask the platform to produce it: its receipt says that it must, or that it never had it.",
  },
  BLOB_SIZE_MISMATCH: {
    stage: "blobs",
    sentence: "A sealed file has another size than its disclosure or receipt says.",
    remedy: ASK_FREELANCER,
  },
  BLOB_UNUSED: {
    stage: "blobs",
    sentence: "The bundle holds a sealed file that no disclosure of the week names.",
    remedy: ASK_PLATFORM,
  },
  RECEIPT_SIGNATURE_INVALID: {
    stage: "blobs",
    sentence: "A receipt is not signed by the platform key that the terms name, or is for another contract.",
    remedy: ALTERED,
  },
  RECEIPT_MISSING: {
    stage: "blobs",
    sentence: "The platform has not signed a receipt for a sealed file.",
    remedy: ASK_PLATFORM,
  },
  RECEIPT_UNUSED: {
    stage: "blobs",
    sentence: "The bundle holds a second receipt for a sealed file, or one for a file that is not here.",
    remedy: ASK_PLATFORM,
  },
} as const satisfies Record<string, FailureEntry>;
