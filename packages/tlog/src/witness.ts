import { assert, base64ToBytes, bytesToBase64, ok, type Result } from "@underseal/foundation";
import { parseCount } from "./checkpoint.ts";
import { refuse, type TlogError } from "./errors.ts";
import type { VerifierKey } from "./keys.ts";
import { HASH_BYTES } from "./merkle.ts";
import {
  type Cosignature,
  formatNote,
  formatSignature,
  NOTE_CHARS_MAX,
  type NoteSignature,
  parseNote,
  verifyNote,
} from "./note.ts";
import { PROOF_HASHES_MAX } from "./proof.ts";

// C2SP tlog-witness: what a log asks of a witness by `POST <prefix>/add-checkpoint`, and what it is answered. HTTP
// itself is left to the two ends.

/** A request of 63 hashes (45 characters each) around the largest note. */
export const WITNESS_REQUEST_CHARS_MAX = NOTE_CHARS_MAX + 4_096;
/** Some 30 classical signatures, or a dozen post-quantum ones. */
export const WITNESS_ANSWER_CHARS_MAX = 65_536;
/** The media type of the 409 that names the size from which the witness wants to be led on. */
export const TLOG_SIZE_TYPE = "text/x.tlog.size";

const OLD_PREFIX = "old ";

export interface AddCheckpointRequest {
  /** The newest size that the witness has cosigned; 0 where it has cosigned none. */
  readonly oldSize: number;
  /** That the checkpoint continues the log of `oldSize` entries; empty from size 0. */
  readonly proof: readonly Uint8Array[];
  /** The checkpoint as signed. */
  readonly note: string;
}

export const formatAddCheckpoint = ({ oldSize, proof, note }: AddCheckpointRequest): string => {
  assert(Number.isSafeInteger(oldSize) && oldSize >= 0, "a log size is a count");
  assert(proof.length <= PROOF_HASHES_MAX, "a proof has at most 63 hashes");
  return `${[`${OLD_PREFIX}${oldSize}`, ...proof.map(bytesToBase64)].join("\n")}\n\n${note}`;
};

const parseHash = (line: string): Uint8Array | null => {
  const hash = base64ToBytes(line);
  return hash?.length === HASH_BYTES ? hash : null;
};

/** Takes a request apart without verifying anything: the note is only cut off. Error: `WITNESS_REQUEST_MALFORMED`. */
export const parseAddCheckpoint = (text: string): Result<AddCheckpointRequest, TlogError> => {
  if (text.length > WITNESS_REQUEST_CHARS_MAX) return refuse("WITNESS_REQUEST_MALFORMED");
  const divider = text.indexOf("\n\n");
  if (divider < 0) return refuse("WITNESS_REQUEST_MALFORMED");
  const [oldLine = "", ...hashLines] = text.slice(0, divider).split("\n");
  const oldSize = oldLine.startsWith(OLD_PREFIX) ? parseCount(oldLine.slice(OLD_PREFIX.length)) : null;
  if (oldSize === null || hashLines.length > PROOF_HASHES_MAX) return refuse("WITNESS_REQUEST_MALFORMED");
  const proof = hashLines.map(parseHash).filter((hash) => hash !== null);
  if (proof.length !== hashLines.length) return refuse("WITNESS_REQUEST_MALFORMED");
  return ok({ oldSize, proof, note: text.slice(divider + 2) });
};

/** The body of a 200: signature lines. */
export const formatWitnessAnswer = (signatures: readonly NoteSignature[]): string => {
  assert(signatures.length > 0, "a witness answers with a signature");
  return signatures.map(formatSignature).join("");
};

export interface WitnessAnswer {
  /** What was sent to the witness. */
  readonly note: string;
  /** The body of its 200. */
  readonly answer: string;
  /** The key that the policy names. */
  readonly witness: VerifierKey;
}

export interface WitnessWord extends Cosignature {
  /** To be put under the note with `addSignatures`. */
  readonly signature: NoteSignature;
}

/**
 * Verifies a witness's answer. Signatures by other keys in it are dropped, so that a witness can smuggle nothing
 * under a published checkpoint. Errors: `WITNESS_ANSWER_MALFORMED`, `WITNESS_UNSIGNED`, `NOTE_SIGNATURE_INVALID`.
 */
export const readWitnessAnswer = ({ note, answer, witness }: WitnessAnswer): Result<WitnessWord, TlogError> => {
  const asked = parseNote(note);
  assert(asked.ok && witness.kind === "cosigner", "a well-formed note was sent to a cosigner");
  if (answer.length > WITNESS_ANSWER_CHARS_MAX || answer.includes("\n\n")) return refuse("WITNESS_ANSWER_MALFORMED");
  const parsed = parseNote(`${asked.value.text}\n${answer}`);
  if (!parsed.ok || parsed.value.text !== asked.value.text) return refuse("WITNESS_ANSWER_MALFORMED");
  const isOwn = ({ name, keyId }: NoteSignature): boolean => name === witness.name && keyId === witness.id;
  const signature = parsed.value.signatures.find(isOwn);
  if (signature === undefined) return refuse("WITNESS_UNSIGNED");
  const verified = verifyNote(formatNote({ text: asked.value.text, signatures: [signature] }), [witness]);
  if (!verified.ok) return verified;
  const [cosignature] = verified.value.cosignatures;
  return cosignature === undefined ? refuse("WITNESS_UNSIGNED") : ok({ ...cosignature, signature });
};

/** The body of a 409: the newest size that the witness has cosigned. Error: `WITNESS_ANSWER_MALFORMED`. */
export const parseWitnessSize = (answer: string): Result<number, TlogError> => {
  const size = answer.endsWith("\n") ? parseCount(answer.slice(0, -1)) : null;
  return size === null ? refuse("WITNESS_ANSWER_MALFORMED") : ok(size);
};
