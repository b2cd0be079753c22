// One checkpoint of a log, judged by keys that the caller brings: what was signed, by whom, and what that means.
import { bytesToBase64, bytesToUtf8, ok, type Result } from "@underseal/foundation";
import {
  type Checkpoint,
  NOTE_CHARS_MAX,
  parseCheckpoint,
  parseNote,
  type VerifierKey,
  verifyNote,
} from "@underseal/tlog";
import { countOf } from "../count-of.ts";
import { readKeys } from "./keys.ts";
import { type PieceFailure, type Reasons, refusePiece, refusePieceAs } from "./piece-failure.ts";

export interface CheckpointNoteClaim {
  /** The signed note, byte for byte. */
  readonly note: Uint8Array;
  /** `name+id+key` of logs and witnesses. */
  readonly keys: readonly string[];
  /** How many of the witnesses among the keys must have cosigned. */
  readonly quorum: number;
}

export interface CheckpointVerdict extends Reasons {
  readonly origin: string;
  readonly size: number;
  /** Base64, as the note has it. */
  readonly root: string;
  /** Names of the log keys that signed. */
  readonly signedBy: readonly string[];
  readonly witnesses: readonly WitnessSeen[];
  /** Signatures by keys that were not given. */
  readonly ignoredSignatures: number;
}

export interface WitnessSeen {
  readonly name: string;
  /** Unix seconds by the witness's clock. */
  readonly at: number;
}

export const verifyCheckpointNote = (claim: CheckpointNoteClaim): Result<CheckpointVerdict, PieceFailure> => {
  const keys = readKeys(claim.keys);
  if (!keys.ok) return keys;
  if (keys.value.length === 0) return refusePiece("KEYS_MISSING");
  const witnessKeys = keys.value.filter(({ kind }) => kind === "cosigner");
  const isQuorum = Number.isSafeInteger(claim.quorum) && claim.quorum >= 0 && claim.quorum <= witnessKeys.length;
  if (!isQuorum) return refusePiece("QUORUM_INVALID");
  const signed = verifySigned(claim.note, keys.value);
  if (!signed.ok) return signed;
  if (signed.value.witnesses.length < claim.quorum) return refusePiece("QUORUM_MISSED");
  return ok({ ...describe(signed.value), ...reasonsOf(signed.value, witnessKeys.length) });
};

/** A checkpoint with who of the keys given has signed it; nobody where none was given. */
export interface SignedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly signedBy: readonly string[];
  readonly witnesses: readonly WitnessSeen[];
  readonly ignoredSignatures: number;
}

/** For proofs, which can be followed without any key. Errors: those of `readKeys` and of a note and its signatures. */
export const readCheckpoint = (
  note: Uint8Array,
  keyTexts: readonly string[],
): Result<SignedCheckpoint, PieceFailure> => {
  const keys = readKeys(keyTexts);
  if (!keys.ok) return keys;
  return keys.value.length > 0 ? verifySigned(note, keys.value) : readUnsigned(note);
};

const readUnsigned = (note: Uint8Array): Result<SignedCheckpoint, PieceFailure> => {
  const text = readText(note);
  if (!text.ok) return text;
  const parsed = parseNote(text.value);
  if (!parsed.ok) return refusePieceAs(parsed.error, "NOTE_MALFORMED");
  const checkpoint = parseCheckpoint(parsed.value.text);
  if (!checkpoint.ok) return refusePiece("CHECKPOINT_MALFORMED");
  const ignoredSignatures = parsed.value.signatures.length;
  return ok({ checkpoint: checkpoint.value, signedBy: [], witnesses: [], ignoredSignatures });
};

const verifySigned = (note: Uint8Array, keys: readonly VerifierKey[]): Result<SignedCheckpoint, PieceFailure> => {
  const text = readText(note);
  if (!text.ok) return text;
  const verified = verifyNote(text.value, keys);
  if (!verified.ok) return refusePieceAs(verified.error, "NOTE_MALFORMED");
  const { signedBy, cosignatures, signatures } = verified.value;
  const checkpoint = parseCheckpoint(verified.value.text);
  if (!checkpoint.ok) return refusePiece("CHECKPOINT_MALFORMED");
  const { origin } = checkpoint.value;
  const logNames = signedBy.filter(({ kind }) => kind === "signer").map(({ name }) => name);
  // Whoever names a log's key asks whether that log has signed; witnesses alone do not answer this.
  const isLogAsked = keys.some(({ kind }) => kind === "signer");
  if (isLogAsked && logNames.length === 0) return refusePiece("NOTE_SIGNER_UNKNOWN");
  if (isLogAsked && !logNames.includes(origin)) return refusePiece("CHECKPOINT_ORIGIN_UNKNOWN");
  return ok({
    checkpoint: checkpoint.value,
    signedBy: logNames,
    witnesses: cosignatures.map(({ key, time }) => ({ name: key.name, at: time })),
    ignoredSignatures: signatures.filter(
      ({ name, keyId }) => !signedBy.some((by) => by.name === name && by.id === keyId),
    ).length,
  });
};

/** What a note of the largest length in characters could take in UTF-8. */
export const NOTE_BYTES_MAX = 3 * NOTE_CHARS_MAX;

const readText = (note: Uint8Array): Result<string, PieceFailure> => {
  if (note.length > NOTE_BYTES_MAX) return refusePiece("NOTE_TOO_LARGE");
  const text = bytesToUtf8(note);
  return text === null ? refusePiece("NOTE_NOT_TEXT") : ok(text);
};

const describe = ({ checkpoint, signedBy, witnesses, ignoredSignatures }: SignedCheckpoint) => ({
  origin: checkpoint.origin,
  size: checkpoint.size,
  root: bytesToBase64(checkpoint.root),
  signedBy,
  witnesses,
  ignoredSignatures,
});

const reasonsOf = (signed: SignedCheckpoint, witnessKeys: number): Reasons => {
  const { origin, size } = signed.checkpoint;
  const seen = signed.witnesses.length;
  const proven: string[] = [];
  const notProven = ["Nothing here shows which entries the log holds: an inclusion proof does that, entry by entry."];
  if (signed.signedBy.length > 0) proven.push(`The key given for ${origin} signed this log of ${size} entries.`);
  else notProven.push("No key of the log itself was given, so the log's own signature was not checked.");
  if (seen > 0) {
    proven.push(
      `${countOf(seen, "witness", "witnesses")} (of ${witnessKeys} given) cosigned it: it continues all they saw before.`,
    );
    notProven.push("Whether these witnesses belong to different people cannot be seen from their keys.");
  } else {
    notProven.push("No independent witness is shown: the log could show somebody else another history.");
  }
  if (signed.ignoredSignatures > 0) {
    notProven.push(`${countOf(signed.ignoredSignatures, "signature")} by keys that were not given: not looked at.`);
  }
  return { proven, notProven };
};
