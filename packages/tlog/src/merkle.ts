import { equalBytes, ok, type Result, sha256 } from "@underseal/foundation";
import { refuse, type TlogError } from "./errors.ts";

// Hashing of RFC 6962 section 2.1 and the two verifications of RFC 9162 sections 2.1.3.2 and 2.1.4.2. Sizes and
// indexes are plain integers up to 2^53 - 1, so halving is done by division: bit operators stop at 32 bits.

export const HASH_BYTES = 32;

const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

export const leafHash = (entry: Uint8Array): Uint8Array => sha256(LEAF_PREFIX, entry);

export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(NODE_PREFIX, left, right);

/** The root of a tree without leaves: the hash of nothing. */
export const emptyRoot = (): Uint8Array => sha256();

const half = (value: number): number => Math.floor(value / 2);
const isOdd = (value: number): boolean => value % 2 === 1;
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const isPowerOfTwo = (value: number): boolean => 2 ** Math.round(Math.log2(value)) === value;
const areHashes = (hashes: readonly Uint8Array[]): boolean => hashes.every((hash) => hash.length === HASH_BYTES);

/**
 * A walk from a node up to the root. `position` is the node's number on its level and `last` that of the level's
 * last node; where the last node has no sibling it rises unhashed, several levels at once if need be.
 */
interface Walk {
  readonly position: number;
  readonly last: number;
}

const rise = ({ position, last }: Walk): Walk => ({ position: half(position), last: half(last) });

const riseUntil = (walk: Walk, done: (position: number) => boolean): Walk => {
  let at = walk;
  while (!done(at.position)) at = rise(at);
  return at;
};

const joinsLeft = ({ position, last }: Walk): boolean => isOdd(position) || position === last;

/** The next step after hashing with a left sibling: a lone last node first rises to where it is a right child. */
const riseFromRight = (walk: Walk): Walk => rise(riseUntil(walk, (position) => isOdd(position) || position === 0));

export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leafHash: Uint8Array;
  /** From the leaf's sibling up to the root's child. */
  readonly proof: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** Proves that the leaf is entry `index` of the log whose first `size` entries have this `root`. */
export const verifyInclusion = (claim: InclusionClaim): Result<void, TlogError> => {
  const { index, size, proof, root } = claim;
  if (!isCount(index) || !isCount(size) || index >= size) return refuse("INDEX_OUT_OF_RANGE");
  if (!areHashes([claim.leafHash, root, ...proof])) return refuse("HASH_LENGTH");
  let walk: Walk = { position: index, last: size - 1 };
  let hash = claim.leafHash;
  for (const sibling of proof) {
    if (walk.last === 0) return refuse("PROOF_LENGTH");
    const fromLeft = joinsLeft(walk);
    hash = fromLeft ? nodeHash(sibling, hash) : nodeHash(hash, sibling);
    walk = fromLeft ? riseFromRight(walk) : rise(walk);
  }
  if (walk.last !== 0) return refuse("PROOF_LENGTH");
  return equalBytes(hash, root) ? ok(undefined) : refuse("ROOT_MISMATCH");
};

export interface ConsistencyClaim {
  readonly oldSize: number;
  readonly oldRoot: Uint8Array;
  readonly newSize: number;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

/**
 * Proves that the newer log still begins with every entry of the older one. From size 0 this would prove nothing,
 * since every log continues an empty one, so it is refused and not waved through.
 */
export const verifyConsistency = (claim: ConsistencyClaim): Result<void, TlogError> => {
  const { oldSize, oldRoot, newSize, newRoot, proof } = claim;
  if (!isCount(oldSize) || !isCount(newSize) || oldSize === 0 || oldSize > newSize) return refuse("SIZE_INVALID");
  if (!areHashes([oldRoot, newRoot, ...proof])) return refuse("HASH_LENGTH");
  if (oldSize === newSize) {
    if (proof.length > 0) return refuse("PROOF_LENGTH");
    return equalBytes(oldRoot, newRoot) ? ok(undefined) : refuse("ROOT_MISMATCH");
  }
  return foldConsistency(claim);
};

const foldConsistency = ({ oldSize, oldRoot, newSize, newRoot, proof }: ConsistencyClaim): Result<void, TlogError> => {
  // The proof starts at the largest complete subtree that ends where the old log ends. Where that is the whole old
  // log, its root is known and the proof leaves it out.
  const [start, ...rest] = isPowerOfTwo(oldSize) && proof.length > 0 ? [oldRoot, ...proof] : proof;
  if (start === undefined) return refuse("PROOF_LENGTH");
  let walk = riseUntil({ position: oldSize - 1, last: newSize - 1 }, (position) => !isOdd(position));
  let oldHash = start;
  let newHash = start;
  for (const sibling of rest) {
    if (walk.last === 0) return refuse("PROOF_LENGTH");
    const fromLeft = joinsLeft(walk);
    if (fromLeft) oldHash = nodeHash(sibling, oldHash);
    newHash = fromLeft ? nodeHash(sibling, newHash) : nodeHash(newHash, sibling);
    walk = fromLeft ? riseFromRight(walk) : rise(walk);
  }
  if (walk.last !== 0) return refuse("PROOF_LENGTH");
  return equalBytes(oldHash, oldRoot) && equalBytes(newHash, newRoot) ? ok(undefined) : refuse("ROOT_MISMATCH");
};
