// What can be wrong with what proves the records: the log, the draws, the statements about them, the sealed files.
import type { FailureEntry } from "./failure-entry.ts";

const ALTERED = "The file was altered or made wrongly: do not rely on it, and export the week again from the platform.";
const ASK_PLATFORM = "Ask the platform for a correct export, and keep this file: it shows what you were given.";
const ASK_FREELANCER = "Ask the freelancer to explain this record, and keep this file as it is.";

export const FAILURES_OF_PROOFS = {
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
  LOG_CHANGED: {
    stage: "log",
    sentence: "Two versions of the terms in this week name different logs.",
    remedy: "What is in two logs cannot be shown as one history: change the log from a Monday on.",
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
