// What can be wrong with an opening: chosen leaves of one capture, with everything that ties them to a signed record.
import type { PieceEntry } from "./piece-entry.ts";

const ALTERED = "The file was altered or made wrongly: do not rely on it, and ask its maker for it again.";
const ASK_MAKER = "Ask whoever opened the capture for a correct opening, and keep this one as it is.";

export const FAILURES_OF_OPENINGS = {
  OPENING_TOO_LARGE: {
    stage: "parse",
    sentence: "The file is larger than an opening may be (32 MiB).",
    remedy: "An opening is a sample: ask for fewer tiles.",
  },
  OPENING_MALFORMED: {
    stage: "parse",
    sentence: "The file is not an opening of the form underseal-opening/1.",
    remedy: "Check that you chose the right file; a newer kind of opening needs a newer verifier.",
  },
  OPENING_STATEMENT_MALFORMED: {
    stage: "parse",
    sentence: "A signed statement in the opening is not of the documented form.",
    remedy: ALTERED,
  },
  OPENING_TERMS_UNSIGNED: {
    stage: "statements",
    sentence: "The terms are not signed by the client and then the freelancer that they name.",
    remedy: "Do not rely on this file: these terms were not agreed by both.",
  },
  OPENING_TERMS_INVALID: {
    stage: "statements",
    sentence: "The terms name a log that cannot be checked.",
    remedy: "Ask both parties which log they agreed on; without it nothing shows when the capture was recorded.",
  },
  OPENING_DEVICE_UNCERTIFIED: {
    stage: "statements",
    sentence: "The device is not certified by the freelancer's key in the terms.",
    remedy: ASK_MAKER,
  },
  OPENING_CAPTURE_MISMATCH: {
    stage: "statements",
    sentence:
      "The capture belongs to other terms or another device, or was made when the device's certificate did not hold.",
    remedy: ASK_MAKER,
  },
  OPENING_CAPTURE_UNSIGNED: {
    stage: "statements",
    sentence: "The capture's record is not signed by its device's key.",
    remedy: ALTERED,
  },
  OPENING_ARRIVAL_INVALID: {
    stage: "statements",
    sentence: "The arrival is about another record, or not signed by the platform key that the terms name.",
    remedy: ALTERED,
  },
  OPENING_LOG_PROOF_INVALID: {
    stage: "log",
    sentence: "The capture's record is not proven to be in the log that the terms name.",
    remedy: ASK_MAKER,
  },
  OPENING_QUORUM_MISSED: {
    stage: "log",
    sentence: "Fewer witnesses have cosigned the checkpoint than the terms ask for.",
    remedy: "Ask for an opening with a published checkpoint; if there is none, the witnesses may have refused it.",
  },
  OPENING_ROOT_MISMATCH: {
    stage: "leaves",
    sentence: "The opened leaves are not those that the capture's record committed to.",
    remedy: "What is shown is not what was captured: do not rely on it, and keep this file.",
  },
  OPENING_LEAF_UNFIT: {
    stage: "leaves",
    sentence: "An opened leaf is of a kind or size that does not belong in its place.",
    remedy: "The device committed to something that is no capture: keep this file, and ask the freelancer.",
  },
} as const satisfies Record<string, PieceEntry>;
