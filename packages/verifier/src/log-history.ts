// All checkpoints of a bundle must be of one history: two of one size are the same tree, and each is continued by the
// next larger one.
import { base64UrlToBytes, equalBytes, ok, type Result } from "@underseal/foundation";
import { verifyConsistency, type WitnessedCheckpoint } from "@underseal/tlog";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { ParsedBundle } from "./parse.ts";

/** Where a statement stands in the log, as of a checkpoint. */
export interface Place {
  readonly checkpoint: WitnessedCheckpoint;
  readonly index: number;
}

/** One root for each size, one entry in each place. */
export const createHistory = () => {
  const roots = new Map<number, Uint8Array>();
  const places = new Set<number>();
  return {
    roots,
    add: ({ checkpoint: { checkpoint }, index }: Place): boolean => {
      const root = roots.get(checkpoint.size) ?? checkpoint.root;
      const isSame = equalBytes(root, checkpoint.root);
      // Every statement here is another entry, so no two can stand in one place.
      const isFree = !places.has(index);
      roots.set(checkpoint.size, root);
      places.add(index);
      return isSame && isFree;
    },
  };
};

/** From each checkpoint to the next larger one there is one proof, and it holds. */
export const checkConsistency = (
  { consistency }: ParsedBundle,
  roots: ReadonlyMap<number, Uint8Array>,
): Result<void, VerificationFailure> => {
  const sizes = [...roots.keys()].sort((a, b) => a - b);
  if (consistency.length !== Math.max(0, sizes.length - 1)) return refuse("LOG_CONSISTENCY_MISSING");
  for (const [i, { oldSize, newSize, hashes }] of consistency.entries()) {
    const oldRoot = roots.get(oldSize);
    const newRoot = roots.get(newSize);
    const isNext = oldSize === sizes[i] && newSize === sizes[i + 1];
    if (!isNext || oldRoot === undefined || newRoot === undefined) return refuse("LOG_CONSISTENCY_MISSING");
    const proof = hashes.map((hash) => base64UrlToBytes(hash) ?? new Uint8Array());
    if (!verifyConsistency({ oldSize, oldRoot, newSize, newRoot, proof }).ok) return refuse("LOG_INCONSISTENT");
  }
  return ok(undefined);
};
