// That one entry stands in a log, as of one checkpoint.
import { ok, type Result } from "@underseal/foundation";
import { HASH_BYTES, PROOF_HASHES_MAX, verifyInclusion } from "@underseal/tlog";
import { countOf } from "../count-of.ts";
import { readCheckpoint, type SignedCheckpoint } from "./checkpoint.ts";
import { type PieceFailure, type Reasons, refusePiece, refusePieceAs } from "./piece-failure.ts";

export interface InclusionEvidence {
  /** The signed note, byte for byte. */
  readonly checkpoint: Uint8Array;
  readonly index: number;
  readonly leafHash: Uint8Array;
  /** From the leaf's sibling up to the root's child. */
  readonly proof: readonly Uint8Array[];
  /** `name+id+key` of the log and of witnesses; without any, nobody's word is checked. */
  readonly keys: readonly string[];
}

export interface InclusionVerdict extends Reasons {
  readonly origin: string;
  readonly size: number;
  readonly index: number;
  readonly signedBy: readonly string[];
}

export const verifyInclusionClaim = (evidence: InclusionEvidence): Result<InclusionVerdict, PieceFailure> => {
  const { index, leafHash, proof } = evidence;
  if (!Number.isSafeInteger(index) || index < 0) return refusePiece("INDEX_INVALID");
  const sound = checkProofForm([leafHash, ...proof], proof);
  if (!sound.ok) return sound;
  const signed = readCheckpoint(evidence.checkpoint, evidence.keys);
  if (!signed.ok) return signed;
  const { origin, size, root } = signed.value.checkpoint;
  const included = verifyInclusion({ index, size, leafHash, proof, root });
  if (!included.ok) return refusePieceAs(included.error, "ROOT_MISMATCH");
  const proven = [`The entry with this leaf hash is number ${index} of the ${size} entries under this root hash.`];
  const notProven = ["Nothing here shows what the entry means: it is a hash of a statement that is not here."];
  return ok({
    origin,
    size,
    index,
    signedBy: signed.value.signedBy,
    ...withSigners({ proven, notProven }, signed.value),
  });
};

export const checkProofForm = (
  hashes: readonly Uint8Array[],
  proof: readonly Uint8Array[],
): Result<void, PieceFailure> => {
  // A consistency proof needs one hash more than a path does.
  if (proof.length > PROOF_HASHES_MAX + 1) return refusePiece("PROOF_HASHES_TOO_MANY");
  return hashes.every(({ length }) => length === HASH_BYTES) ? ok(undefined) : refusePiece("HASH_LENGTH");
};

/** Adds whose word the root hash is. */
export const withSigners = (reasons: Reasons, { checkpoint, signedBy, witnesses }: SignedCheckpoint): Reasons => {
  const proven = [...reasons.proven];
  const notProven = [...reasons.notProven];
  if (signedBy.length > 0) proven.push(`The key given for ${checkpoint.origin} signed that root hash.`);
  else if (witnesses.length > 0)
    notProven.push("No key of the log itself was given: its own signature was not checked.");
  else notProven.push("No key was given: nothing here shows who signed, and anyone can make such a file.");
  if (witnesses.length > 0)
    proven.push(`${countOf(witnesses.length, "witness", "witnesses")} cosigned that checkpoint.`);
  else notProven.push("Whether the log showed somebody else another history is for witnesses to say.");
  return { proven, notProven };
};
