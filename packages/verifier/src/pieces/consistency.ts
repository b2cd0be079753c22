// That a log has only grown: its newer checkpoint still begins with every entry of the older one.
import { equalBytes, ok, type Result } from "@underseal/foundation";
import { verifyConsistency } from "@underseal/tlog";
import { readCheckpoint } from "./checkpoint.ts";
import { checkProofForm, withSigners } from "./inclusion.ts";
import { type PieceFailure, type Reasons, refusePiece, refusePieceAs } from "./piece-failure.ts";

export interface ConsistencyEvidence {
  /** Signed notes, byte for byte. */
  readonly older: Uint8Array;
  readonly newer: Uint8Array;
  readonly proof: readonly Uint8Array[];
  /** `name+id+key` of the log and of witnesses; without any, nobody's word is checked. */
  readonly keys: readonly string[];
}

export interface ConsistencyVerdict extends Reasons {
  readonly origin: string;
  readonly oldSize: number;
  readonly newSize: number;
  readonly signedBy: readonly string[];
}

export const verifyConsistencyClaim = (evidence: ConsistencyEvidence): Result<ConsistencyVerdict, PieceFailure> => {
  const { proof, keys } = evidence;
  const sound = checkProofForm(proof, proof);
  if (!sound.ok) return sound;
  const older = readCheckpoint(evidence.older, keys);
  if (!older.ok) return older;
  const newer = readCheckpoint(evidence.newer, keys);
  if (!newer.ok) return newer;
  const { origin, size: oldSize, root: oldRoot } = older.value.checkpoint;
  const { size: newSize, root: newRoot } = newer.value.checkpoint;
  if (newer.value.checkpoint.origin !== origin) return refusePiece("ORIGINS_DIFFER");
  // No proof could mend this; it is itself a proof, of a lie.
  if (oldSize === newSize && !equalBytes(oldRoot, newRoot)) return refusePiece("LOG_FORKED");
  const consistent = verifyConsistency({ oldSize, oldRoot, newSize, newRoot, proof });
  if (!consistent.ok) return refusePieceAs(consistent.error, "ROOT_MISMATCH");
  const proven = [`The log of ${newSize} entries begins with the same ${oldSize} entries as the older one.`];
  const notProven = ["Nothing here shows what the entries are, nor which of them anybody has seen."];
  const { signedBy } = newer.value;
  return ok({ origin, oldSize, newSize, signedBy, ...withSigners({ proven, notProven }, newer.value) });
};
