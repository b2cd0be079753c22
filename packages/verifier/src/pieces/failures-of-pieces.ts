// What can be wrong with a single piece of evidence that somebody hands over without its bundle: a checkpoint, a proof,
// a round of the beacon, an opening. Closed like the list for bundles.
import { FAILURES_OF_OPENINGS } from "./failures-of-openings.ts";
import type { PieceEntry } from "./piece-entry.ts";

const CHECK_KEY = "Copy the whole line again from where the log or witness publishes its key: name+id+key.";
const CHECK_NOTE =
  "Check that this is the file as the log served it, not one that an editor or a mail program rewrote.";
const FETCH_PROOF = "Ask the log for the proof again, for exactly these sizes and this index.";
const DO_NOT_RELY = "Do not rely on it, and keep it: it shows what you were given.";

export const FAILURES_OF_PIECES = {
  KEY_MALFORMED: { stage: "arguments", sentence: "A key is not of the form name+id+key.", remedy: CHECK_KEY },
  KEY_TYPE_UNSUPPORTED: {
    stage: "arguments",
    sentence: "A key is of a kind that this verifier does not know.",
    remedy: "Use an Ed25519 key of a log (kind 1) or of a witness (kind 4).",
  },
  KEY_ID_MISMATCH: {
    stage: "arguments",
    sentence: "A key's id does not belong to its name and key.",
    remedy: CHECK_KEY,
  },
  KEY_UNACCEPTABLE: {
    stage: "arguments",
    sentence: "A key is not a sound Ed25519 public key: signatures by it would prove nothing.",
    remedy: "Do not trust whoever published it.",
  },
  KEY_REPEATED: {
    stage: "arguments",
    sentence: "One key is given twice; it could be counted as two witnesses.",
    remedy: "Give each key once.",
  },
  KEYS_MISSING: {
    stage: "arguments",
    sentence: "No key is given, so no signature can be checked.",
    remedy: "Give the key of the log, and the keys of the witnesses that you trust.",
  },
  KEYS_TOO_MANY: {
    stage: "arguments",
    sentence: "More than 64 keys are given; a note carries no more signatures than that.",
    remedy: "Give only the keys of this log and its witnesses.",
  },
  QUORUM_INVALID: {
    stage: "arguments",
    sentence: "The quorum is not a whole number from 0 to the number of witness keys given.",
    remedy: "Give as many witness keys (kind 4) as the quorum asks for, or ask for less.",
  },
  INDEX_INVALID: {
    stage: "arguments",
    sentence: "The index is not a whole number from 0.",
    remedy: "The first entry of a log has index 0.",
  },
  HASH_LENGTH: {
    stage: "arguments",
    sentence: "A hash is not 32 bytes long.",
    remedy: "Give each hash as 64 hexadecimal digits.",
  },
  PROOF_HASHES_TOO_MANY: {
    stage: "arguments",
    sentence: "The proof has more hashes than any log's could have.",
    remedy: FETCH_PROOF,
  },
  NOTE_TOO_LARGE: { stage: "parse", sentence: "The file is larger than a checkpoint may be.", remedy: CHECK_NOTE },
  NOTE_NOT_TEXT: { stage: "parse", sentence: "The file is not text in UTF-8.", remedy: CHECK_NOTE },
  NOTE_MALFORMED: {
    stage: "parse",
    sentence: "The file is not a signed note: a text, an empty line and signature lines are expected.",
    remedy: CHECK_NOTE,
  },
  NOTE_SIGNATURES_TOO_MANY: {
    stage: "parse",
    sentence: "The note carries more signatures than allowed.",
    remedy: CHECK_NOTE,
  },
  CHECKPOINT_MALFORMED: {
    stage: "parse",
    sentence: "The note is not a checkpoint: a name, a size and a root hash are expected on three lines.",
    remedy: CHECK_NOTE,
  },
  NOTE_SIGNATURE_INVALID: {
    stage: "signatures",
    sentence: "A signature by one of the keys given does not fit the checkpoint.",
    remedy: `The checkpoint was altered, or somebody pretends to be the key's owner. ${DO_NOT_RELY}`,
  },
  NOTE_SIGNER_UNKNOWN: {
    stage: "signatures",
    sentence: "None of the keys given has signed the checkpoint.",
    remedy: "Check that the key belongs to this log; if it does, do not rely on this checkpoint.",
  },
  CHECKPOINT_ORIGIN_UNKNOWN: {
    stage: "signatures",
    sentence: "The checkpoint names another log than the one whose key signed it.",
    remedy: "A log speaks for itself alone: use the key of the log that the checkpoint names.",
  },
  QUORUM_MISSED: {
    stage: "quorum",
    sentence: "Fewer of the witnesses given have cosigned the checkpoint than the quorum asks for.",
    remedy: "Fetch a newer checkpoint; if witnesses stay away, the log may be showing them another history.",
  },
  ORIGINS_DIFFER: {
    stage: "proof",
    sentence: "The two checkpoints are of different logs.",
    remedy: "Compare two checkpoints of one log.",
  },
  SIZE_INVALID: {
    stage: "proof",
    sentence: "The two checkpoints cannot be compared: the old one must hold an entry and not exceed the new one.",
    remedy: "Give the smaller one as the old one. Every log continues an empty one, so that would prove nothing.",
  },
  INDEX_OUT_OF_RANGE: {
    stage: "proof",
    sentence: "The index lies outside a log of the checkpoint's size.",
    remedy: "Use a checkpoint that is newer than the entry.",
  },
  PROOF_LENGTH: {
    stage: "proof",
    sentence: "The proof has too many or too few hashes for this size.",
    remedy: FETCH_PROOF,
  },
  ROOT_MISMATCH: {
    stage: "proof",
    sentence: "The proof does not lead to the checkpoint's root hash.",
    remedy: `Ask the log for the proof once more. If it fails again: ${DO_NOT_RELY.toLowerCase()}`,
  },
  LOG_FORKED: {
    stage: "proof",
    sentence: "The two checkpoints have one size and different root hashes: the log has two histories.",
    remedy: "Keep both files. Where the log's key signed both, publish them: they prove that the log lied to somebody.",
  },
  BEACON_SCHEME_UNKNOWN: {
    stage: "arguments",
    sentence: "The beacon's scheme is none that this verifier knows.",
    remedy: "The one it knows is quicknet (bls-unchained-g1-rfc9380).",
  },
  BEACON_KEY_INVALID: {
    stage: "arguments",
    sentence: "The beacon's public key is not a sound point of 96 bytes.",
    remedy: "Copy the whole key from where the beacon publishes it: 192 hexadecimal digits.",
  },
  BEACON_ROUND_INVALID: {
    stage: "arguments",
    sentence: "The round is not a whole number from 1.",
    remedy: "The first round of a beacon is 1.",
  },
  BEACON_SIGNATURE_MALFORMED: {
    stage: "parse",
    sentence: "The round's signature is not 48 bytes long.",
    remedy: "Copy the whole signature: 96 hexadecimal digits.",
  },
  BEACON_SIGNATURE_INVALID: {
    stage: "beacon",
    sentence: "The signature is not the beacon's own for this round.",
    remedy: "Check round and key; if they are right, the round was invented. Do not rely on draws made from it.",
  },
  ...FAILURES_OF_OPENINGS,
} as const satisfies Record<string, PieceEntry>;
