import { err, type Result } from "@underseal/foundation";

// Every way in which a note, checkpoint, tile or proof can be refused. The list is closed: whoever shows an error
// can be held to handle each of them. The sentences are for people, so they name no internals.
const SENTENCES = {
  HASH_LENGTH: "A hash in the proof is not 32 bytes long.",
  INDEX_OUT_OF_RANGE: "The entry's index lies outside a log of this size.",
  SIZE_INVALID: "The two log sizes cannot be compared: the older must hold an entry and not exceed the newer.",
  PROOF_LENGTH: "The proof has too many or too few hashes for this log size.",
  ROOT_MISMATCH: "The proof does not lead to the log's root hash.",
  KEY_MALFORMED: "This is not a verifier key: it should read name+id+key.",
  KEY_TYPE_UNSUPPORTED: "This verifier key is of a kind other than Ed25519.",
  KEY_ID_MISMATCH: "The verifier key's id does not belong to its name and key.",
  KEY_UNACCEPTABLE: "The verifier key is not a sound Ed25519 public key.",
  NOTE_TOO_LARGE: "The signed note is larger than allowed.",
  NOTE_MALFORMED: "This is not a signed note: text, an empty line and signature lines are expected.",
  NOTE_SIGNATURES_TOO_MANY: "The signed note carries more signatures than allowed.",
  NOTE_SIGNATURE_INVALID: "A signature by a known key does not fit the note.",
  NOTE_SIGNER_UNKNOWN: "No known key has signed the note.",
  CHECKPOINT_MALFORMED: "This is not a checkpoint: a name, a size and a root hash are expected on three lines.",
  CHECKPOINT_ORIGIN_UNKNOWN: "The checkpoint names a log other than the one whose key signed it.",
  TILE_PATH_MALFORMED: "This is not the path of a tile.",
  BUNDLE_MALFORMED: "This is not a bundle of log entries.",
  PROOF_TOO_LARGE: "The log proof is larger than allowed.",
  PROOF_MALFORMED: "This is not a log proof in a version we read.",
  POLICY_TOO_LARGE: "The log policy is larger than allowed.",
  POLICY_TOO_COMPLEX: "The log policy has more logs, witnesses or groups than allowed, or groups nested too deep.",
  POLICY_MALFORMED: "The log policy has a line that is not of a known form.",
  POLICY_KEY_UNFIT: "The log policy has a key that is not sound, or not of the kind that its line needs.",
  POLICY_KEY_REPEATED: "The log policy names one key twice.",
  POLICY_NAME_TAKEN: "The log policy defines one name twice.",
  POLICY_NAME_UNKNOWN: "The log policy uses a name that no line before defines.",
  POLICY_MEMBER_REPEATED: "The log policy lists one member in two places.",
  POLICY_THRESHOLD: "The log policy has a group that asks for none, or for more members than it has.",
  POLICY_QUORUM_COUNT: "The log policy has no quorum line, or more than one.",
  POLICY_NOT_PINNED: "Terms need a policy in its plain form: one log, no addresses and no comments.",
  QUORUM_MISSING: "Too few of the policy's witnesses have cosigned the checkpoint.",
  WITNESS_REQUEST_MALFORMED: "This is not a request to a witness: a size, hashes and a checkpoint are expected.",
  WITNESS_ANSWER_MALFORMED: "The witness answered with something other than signatures or a size.",
  WITNESS_UNSIGNED: "The witness's answer holds no signature by its own key.",
  TILE_MISSING: "The log does not hand out a tile that it must have.",
  TILE_MALFORMED: "A tile of the log has the wrong length.",
  TILE_MISMATCH: "The log's tiles do not lead to the root hash that it signed.",
  LOG_FORKED: "The log has signed two histories: what it shows now does not continue what it showed before.",
} as const;

export type TlogErrorCode = keyof typeof SENTENCES;

export interface TlogError {
  readonly code: TlogErrorCode;
  readonly sentence: string;
}

/** All codes, for tables that must be complete. */
export const TLOG_ERROR_CODES = Object.keys(SENTENCES) as readonly TlogErrorCode[]; // `keys` forgets the literal type.

export const tlogErrorSentence = (code: TlogErrorCode): string => SENTENCES[code];

/** For texts that people write: says in which line, counted from 1. */
export const refuseLine = (code: TlogErrorCode, line: number): Result<never, TlogError> =>
  err({ code, sentence: `Line ${line}: ${SENTENCES[code]}` });

export const refuse = (code: TlogErrorCode): Result<never, TlogError> => err({ code, sentence: SENTENCES[code] });
