import { assert } from "@underseal/foundation";
import { emptyRoot, nodeHash } from "./merkle.ts";

// A log is kept as its complete subtrees: node (level, index) covers the 2^level entries from index * 2^level on.
// Such a node never changes once made. Roots and proofs are folded from a few dozen of them, so whoever keeps them
// (a table, tiles) is first told which nodes are needed, fetches those in its own way, and then has them folded.

export interface NodeId {
  readonly level: number;
  readonly index: number;
}

export interface LogNode extends NodeId {
  readonly hash: Uint8Array;
}

/** Gives the hash of a complete subtree. It is asked only for nodes that the matching plan names. */
export type ReadNode = (level: number, index: number) => Uint8Array;

/** The recipe for a proof: one list of nodes per hash, to be folded from right to left. */
export type ProofPlan = readonly (readonly NodeId[])[];

interface Range {
  readonly start: number;
  readonly end: number;
}

const assertSize = (size: number): void => assert(Number.isSafeInteger(size) && size >= 0, "a log size is a count");

/** The complete subtrees of [start, end), left to right. */
const rangeNodes = ({ start, end }: Range): readonly NodeId[] => {
  const nodes: NodeId[] = [];
  let from = start;
  while (from < end) {
    let level = 0;
    while (from % 2 ** (level + 1) === 0 && from + 2 ** (level + 1) <= end) level += 1;
    nodes.push({ level, index: from / 2 ** level });
    from += 2 ** level;
  }
  return nodes;
};

/** Where RFC 6962 splits a tree over the range: the largest power of two smaller than its length. */
const splitOf = ({ start, end }: Range): number => {
  let width = 1;
  while (width * 2 < end - start) width *= 2;
  return start + width;
};

/** The nodes whose fold is the root of the first `size` entries; at most 53, none for an empty log. */
export const rootNodes = (size: number): readonly NodeId[] => {
  assertSize(size);
  return rangeNodes({ start: 0, end: size });
};

/** What proves entry `index` in the log of `size` entries. The caller has checked that `index < size`. */
export const inclusionProofNodes = ({ index, size }: { readonly index: number; readonly size: number }): ProofPlan => {
  assertSize(size);
  assert(Number.isSafeInteger(index) && index >= 0 && index < size, "the entry is in the log");
  const plan: (readonly NodeId[])[] = [];
  let range: Range = { start: 0, end: size };
  while (range.end - range.start > 1) {
    const middle = splitOf(range);
    const left: Range = { start: range.start, end: middle };
    const right: Range = { start: middle, end: range.end };
    plan.push(rangeNodes(index < middle ? right : left));
    range = index < middle ? left : right;
  }
  return plan.reverse();
};

/** What proves that the log of `newSize` entries continues that of `oldSize`. The caller has checked both. */
export const consistencyProofNodes = (sizes: { readonly oldSize: number; readonly newSize: number }): ProofPlan => {
  assertSize(sizes.newSize);
  assert(Number.isSafeInteger(sizes.oldSize) && sizes.oldSize > 0, "the older log holds an entry");
  assert(sizes.oldSize <= sizes.newSize, "the older log is not longer than the newer");
  const plan: (readonly NodeId[])[] = [];
  let range: Range = { start: 0, end: sizes.newSize };
  while (range.end !== sizes.oldSize) {
    const middle = splitOf(range);
    const left: Range = { start: range.start, end: middle };
    const right: Range = { start: middle, end: range.end };
    plan.push(rangeNodes(sizes.oldSize <= middle ? right : left));
    range = sizes.oldSize <= middle ? left : right;
  }
  // A verifier knows the old root already, so it is left out where the walk ends on it.
  if (range.start !== 0) plan.push(rangeNodes(range));
  return plan.reverse();
};

/** The hash of the entries under these neighbouring nodes, left to right; of at least one. */
export const foldNodes = (nodes: readonly NodeId[], read: ReadNode): Uint8Array =>
  nodes.map(({ level, index }) => read(level, index)).reduceRight((right, left) => nodeHash(left, right));

/** The root of the first `size` entries, read from the nodes of `rootNodes(size)`. */
export const foldRoot = (size: number, read: ReadNode): Uint8Array =>
  size === 0 ? emptyRoot() : foldNodes(rootNodes(size), read);

/** The proof's hashes, read from the nodes that the plan names. */
export const foldProof = (plan: ProofPlan, read: ReadNode): readonly Uint8Array[] =>
  plan.map((nodes) => foldNodes(nodes, read));

export interface Append {
  /** How many entries the log holds before. */
  readonly size: number;
  readonly leafHashes: readonly Uint8Array[];
  /** Asked only for nodes of `rootNodes(size)`. */
  readonly read: ReadNode;
}

/**
 * The complete subtrees that an append creates, leaves included: about two per entry, each node after its
 * children. The new root is the fold of old and new nodes.
 */
export const appendedNodes = ({ size, leafHashes, read }: Append): readonly LogNode[] => {
  assertSize(size + leafHashes.length);
  const created: LogNode[] = [];
  // Per level, the newest left child that this append made: the only one that can still be joined from the right.
  const newest: Uint8Array[] = [];
  for (const [offset, leaf] of leafHashes.entries()) {
    let node: LogNode = { level: 0, index: size + offset, hash: leaf };
    created.push(node);
    while (node.index % 2 === 1) {
      const left = newest[node.level] ?? read(node.level, node.index - 1);
      node = { level: node.level + 1, index: (node.index - 1) / 2, hash: nodeHash(left, node.hash) };
      created.push(node);
    }
    newest[node.level] = node.hash;
  }
  return created;
};
