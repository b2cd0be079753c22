// The evidence tree of one capture (protocol §4): `size` salted leaves, a perfect RFC 6962 tree. A leaf without its
// salt is 32 bytes of noise, so a tile can be withheld for ever while the root still binds it.
import {
  assert,
  concatBytes,
  createHmacSha256,
  err,
  hmacSha256,
  ok,
  type Result,
  u32,
  utf8ToBytes,
} from "@underseal/foundation";
import { deriveKey, sha256 } from "./hash.ts";

export const leafKinds = { header: 0x01, context: 0x02, pixels: 0x10, masked: 0x11, padding: 0x1f } as const;

export type LeafKind = (typeof leafKinds)[keyof typeof leafKinds];

export interface Leaf {
  readonly kind: LeafKind;
  readonly payload: Uint8Array;
}

export const HEADER_INDEX = 0;
export const CONTEXT_INDEX = 1;
/** Tiles begin here: leaf `FIRST_TILE_INDEX + i` is tile `i` of the virtual desktop, row-major. */
export const FIRST_TILE_INDEX = 2;

/** `levels[0]` are the leaf hashes, the last level is the root alone. */
export interface EvidenceTree {
  readonly levels: readonly (readonly Uint8Array[])[];
  readonly root: Uint8Array;
}

/** Salt of leaf `index`; `saltKey` comes from `saltKeyOf(secret)`. Salts are disclosed one by one, never the key. */
export const saltOf = (saltKey: Uint8Array, index: number): Uint8Array => hmacSha256(saltKey, u32(index));

/** The same for many leaves: the key is prepared once. */
export const saltsOf = (saltKey: Uint8Array): ((index: number) => Uint8Array) => {
  const authenticate = createHmacSha256(saltKey);
  return (index) => authenticate(u32(index));
};

export const saltKeyOf = (secret: Uint8Array): Uint8Array => deriveKey(secret, "underseal/1/salt");

export const wrapKeyOf = (secret: Uint8Array): Uint8Array => deriveKey(secret, "underseal/1/wrap");

const WRAP_COMMITMENT_LABEL = utf8ToBytes("underseal/1/wrapC");

/** What a disclosure commits to of the key of its verifiable wrap. */
export const wrapCommitment = (wrapKey: Uint8Array): Uint8Array => sha256(WRAP_COMMITMENT_LABEL, wrapKey);

const LEAF = Uint8Array.of(0x00);
const NODE = Uint8Array.of(0x01);

/** What is hashed for a leaf, in parts, so that pixels are not copied. */
export const leafMessage = (salt: Uint8Array, index: number, { kind, payload }: Leaf): readonly Uint8Array[] => [
  LEAF,
  salt,
  Uint8Array.of(kind),
  u32(index),
  payload,
];

export const leafHash = (salt: Uint8Array, index: number, leaf: Leaf): Uint8Array =>
  sha256(...leafMessage(salt, index, leaf));

const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256(NODE, left, right);

/** Builds the tree over all leaves, padding included; their number is a power of two. */
export const buildTree = (secret: Uint8Array, leaves: readonly Leaf[]): EvidenceTree => {
  assert(leaves.length > 1 && Number.isInteger(Math.log2(leaves.length)), "a tree has a power of two of leaves");
  const saltAt = saltsOf(saltKeyOf(secret));
  const levels = [leaves.map((leaf, index) => leafHash(saltAt(index), index, leaf))];
  for (let level = levels[0]; level !== undefined && level.length > 1; level = levels.at(-1)) {
    levels.push(pairUp(level));
  }
  const root = levels.at(-1)?.[0];
  assert(root !== undefined, "the last level holds the root");
  return { levels, root };
};

const pairUp = (hashes: readonly Uint8Array[]): Uint8Array[] =>
  Array.from({ length: hashes.length / 2 }, (_, i) => {
    const left = hashes[2 * i];
    const right = hashes[2 * i + 1];
    assert(left !== undefined && right !== undefined, "a level has an even number of hashes");
    return nodeHash(left, right);
  });

/** The hashes of the maximal subtrees without an opened leaf, left to right: what an opening needs besides leaves. */
export const closedSubtrees = (tree: EvidenceTree, isOpened: (index: number) => boolean): Uint8Array[] => {
  const closed: Uint8Array[] = [];
  const visit = (level: number, index: number): void => {
    const hash = tree.levels[level]?.[index];
    assert(hash !== undefined, "the visit stays inside the tree");
    if (!hasOpened(level, index, isOpened)) closed.push(hash);
    else if (level > 0) {
      visit(level - 1, 2 * index);
      visit(level - 1, 2 * index + 1);
    }
  };
  visit(tree.levels.length - 1, 0);
  return closed;
};

const hasOpened = (level: number, index: number, isOpened: (index: number) => boolean): boolean => {
  const span = 2 ** level;
  for (let leaf = index * span; leaf < (index + 1) * span; leaf += 1) if (isOpened(leaf)) return true;
  return false;
};

/**
 * The root that opened leaves and closed subtrees add up to. Hostile input: too few or too many subtree hashes is an
 * error, so that every byte of an opening counts.
 */
export const rootOfOpening = ({
  size,
  opened,
  closed,
}: {
  readonly size: number;
  readonly opened: ReadonlyMap<number, Uint8Array>;
  readonly closed: readonly Uint8Array[];
}): Result<Uint8Array, "ROOT"> => {
  let next = 0;
  const visit = (level: number, index: number): Uint8Array | null => {
    if (!hasOpened(level, index, (leaf) => opened.has(leaf))) return closed[next++] ?? null;
    if (level === 0) return opened.get(index) ?? null;
    const left = visit(level - 1, 2 * index);
    const right = visit(level - 1, 2 * index + 1);
    return left === null || right === null ? null : nodeHash(left, right);
  };
  const root = visit(Math.log2(size), 0);
  return root === null || next !== closed.length ? err("ROOT") : ok(root);
};

/** Joins hashes or salts of 32 bytes for transport, and takes them apart; `null` where the length does not fit. */
export const joinHashes = (hashes: readonly Uint8Array[]): Uint8Array => concatBytes(...hashes);

export const splitHashes = (joined: Uint8Array): Uint8Array[] | null =>
  joined.length % 32 !== 0
    ? null
    : Array.from({ length: joined.length / 32 }, (_, i) => joined.subarray(32 * i, 32 * i + 32));
