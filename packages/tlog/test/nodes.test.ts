import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodeHash, verifyConsistency, verifyInclusion } from "../src/merkle.ts";
import { consistencyProofNodes, foldProof, foldRoot, inclusionProofNodes, rootNodes } from "../src/nodes.ts";
import { createFilledLog, createTestLog, leavesOf, rootByDefinition } from "./testlog.ts";

const SIZE_MAX = 300;
const log = createFilledLog(SIZE_MAX);
const leaves = leavesOf(SIZE_MAX);
const rootAt = (size: number): Uint8Array => foldRoot(size, log.read);

/** A claim's hashes with one bit of one of them flipped: each hash in turn, a bit that varies. */
const spoil = (hashes: readonly Uint8Array[], which: number, bit: number): readonly Uint8Array[] =>
  hashes.map((hash, i) => (i === which ? hash.map((b, at) => (at === bit >> 3 ? b ^ (1 << (bit & 7)) : b)) : hash));

describe("a log kept as complete subtrees", () => {
  it("has the root of the definition at every size", () => {
    for (let size = 0; size <= SIZE_MAX; size += 1) {
      expect(rootAt(size)).toEqual(rootByDefinition(leaves.slice(0, size)));
    }
  });

  it("keeps exactly its complete subtrees, each made once", () => {
    let expected = 0;
    for (let width = 1; width <= SIZE_MAX; width *= 2) expected += Math.floor(SIZE_MAX / width);
    expect(log.hashes.size).toBe(expected);
  });

  it.each([
    [0, []],
    [1, [{ level: 0, index: 0 }]],
    [3, [0, 1].map((i) => ({ level: 1 - i, index: i * 2 }))],
    [256, [{ level: 8, index: 0 }]],
    [257, [{ level: 8, index: 0 }, { level: 0, index: 256 }]], // biome-ignore format: one row, one case
    [2 ** 52, [{ level: 52, index: 0 }]],
  ])("names the nodes of the root at size %d", (size, nodes) => {
    expect(rootNodes(size)).toEqual(nodes);
  });

  it("is the same whether appended at once, one by one or in any batches", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 7 }), (batches) => {
        const grown = createTestLog();
        for (const batch of batches) {
          const allowed = new Set(rootNodes(grown.size()).map(({ level, index }) => `${level}/${index}`));
          for (const key of grown.hashes.keys()) if (!allowed.has(key)) grown.hashes.set(key, new Uint8Array(32));
          grown.append(leaves.slice(grown.size(), grown.size() + batch));
        }
        expect(grown.root()).toEqual(rootAt(grown.size()));
      }),
    );
  });
});

describe("proofs folded from nodes", () => {
  it("prove every entry of every log up to 70 entries", () => {
    for (let size = 1; size <= 70; size += 1) {
      const root = rootAt(size);
      for (let index = 0; index < size; index += 1) {
        const proof = foldProof(inclusionProofNodes({ index, size }), log.read);
        const leafHash = leaves[index] ?? new Uint8Array(0);
        expect(verifyInclusion({ index, size, leafHash, proof, root })).toEqual({ ok: true, value: undefined });
      }
    }
  });

  it("prove the growth between any two logs up to 70 entries", () => {
    for (let newSize = 1; newSize <= 70; newSize += 1) {
      for (let oldSize = 1; oldSize <= newSize; oldSize += 1) {
        const proof = foldProof(consistencyProofNodes({ oldSize, newSize }), log.read);
        const claim = { oldSize, oldRoot: rootAt(oldSize), newSize, newRoot: rootAt(newSize), proof };
        expect(verifyConsistency(claim)).toEqual({ ok: true, value: undefined });
      }
    }
  });

  const twoCounts = fc
    .tuple(fc.integer({ min: 1, max: SIZE_MAX }), fc.integer({ min: 1, max: SIZE_MAX }))
    .map(([a, b]) => ({ smaller: Math.min(a, b), larger: Math.max(a, b) }));
  const place = fc.tuple(fc.nat(1_000), fc.integer({ min: 0, max: 255 }));

  it("of inclusion fail with any bit flipped, and at any other place or size where they could mislead", () => {
    fc.assert(
      fc.property(twoCounts, place, ({ smaller, larger: size }, [which, bit]) => {
        const index = smaller - 1;
        const proof = foldProof(inclusionProofNodes({ index, size }), log.read);
        const all = [leaves[index] ?? new Uint8Array(0), rootAt(size), ...proof];
        const [leafHash, root, ...rest] = spoil(all, which % all.length, bit);
        if (leafHash === undefined || root === undefined) return expect.fail("two hashes");
        expect(verifyInclusion({ index, size, leafHash, proof: rest, root }).ok).toBe(false);
        const elsewhere = {
          index: (index + 1) % size,
          size,
          leafHash: leaves[index] ?? root,
          proof,
          root: rootAt(size),
        };
        expect(verifyInclusion(elsewhere).ok).toBe(size === 1);
      }),
    );
  });

  it("of consistency fail with any bit flipped", () => {
    fc.assert(
      fc.property(twoCounts, place, ({ smaller: oldSize, larger: newSize }, [which, bit]) => {
        const proof = foldProof(consistencyProofNodes({ oldSize, newSize }), log.read);
        const all = [rootAt(oldSize), rootAt(newSize), ...proof];
        const [oldRoot, newRoot, ...rest] = spoil(all, which % all.length, bit);
        if (oldRoot === undefined || newRoot === undefined) return expect.fail("two hashes");
        expect(verifyConsistency({ oldSize, oldRoot, newSize, newRoot, proof: rest }).ok).toBe(false);
      }),
    );
  });

  it("work in a log of more than 2^32 entries", () => {
    // All entries alike, so that a subtree's hash depends on its level alone and no log need be built.
    const byLevel = [leaves[0] ?? new Uint8Array(0)];
    for (let level = 1; level < 53; level += 1) {
      const below = byLevel[level - 1] ?? new Uint8Array(0);
      byLevel.push(nodeHash(below, below));
    }
    const read = (level: number) => byLevel[level] ?? expect.fail(`level ${level}`);
    const [leafHash = new Uint8Array(0)] = byLevel;
    const sizes = [2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 45 + 12_345, Number.MAX_SAFE_INTEGER];
    for (const size of sizes) {
      const root = foldRoot(size, read);
      for (const index of [0, 2 ** 31 + 5, size - 1]) {
        const proof = foldProof(inclusionProofNodes({ index, size }), read);
        expect(verifyInclusion({ index, size, leafHash, proof, root }).ok).toBe(true);
      }
      for (const oldSize of [1, 2 ** 31 + 5, size - 1]) {
        const proof = foldProof(consistencyProofNodes({ oldSize, newSize: size }), read);
        const claim = { oldSize, oldRoot: foldRoot(oldSize, read), newSize: size, newRoot: root, proof };
        expect(verifyConsistency(claim).ok).toBe(true);
      }
    }
  });
});
