import { createHash, createHmac, hkdfSync } from "node:crypto";
import { concatBytes, createTestRandom, u32 } from "@underseal/foundation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  buildTree,
  closedSubtrees,
  joinHashes,
  type Leaf,
  type LeafKind,
  leafHash,
  leafKinds,
  rootOfOpening,
  saltKeyOf,
  saltOf,
  splitHashes,
  wrapKeyOf,
} from "../src/tree.ts";

const SECRET = createTestRandom(9).bytes(32);
const SIZES = [2, 4, 8, 16, 32, 64] as const;

const leavesOf = (size: number): Leaf[] =>
  Array.from({ length: size }, (_, i) => ({ kind: leafKinds.pixels, payload: u32(i % 3) }));

/** A tree, and which of its leaves are opened. */
const openings = fc
  .constantFrom(...SIZES)
  .chain((size) => fc.tuple(fc.constant(size), fc.uniqueArray(fc.nat(size - 1), { maxLength: size })));

const open = (size: number, indexes: readonly number[]) => {
  const leaves = leavesOf(size);
  const tree = buildTree(SECRET, leaves);
  const opened = new Map(indexes.map((i) => [i, tree.levels[0]?.[i] ?? new Uint8Array()]));
  return { tree, opened, closed: closedSubtrees(tree, (index) => opened.has(index)) };
};

const sha256 = (...parts: readonly Uint8Array[]) =>
  new Uint8Array(
    createHash("sha256")
      .update(concatBytes(...parts))
      .digest(),
  );

describe("the evidence tree", () => {
  it("is what the protocol says, computed a second time with other code", () => {
    const saltKey = new Uint8Array(hkdfSync("sha256", SECRET, new Uint8Array(), "underseal/1/salt", 32));
    const salt = (i: number) => new Uint8Array(createHmac("sha256", saltKey).update(u32(i)).digest());
    const leaves = leavesOf(4);
    const hashes = leaves.map(({ kind, payload }, i) =>
      sha256(Uint8Array.of(0), salt(i), Uint8Array.of(kind), u32(i), payload),
    );
    const node = (a = new Uint8Array(), b = new Uint8Array()) => sha256(Uint8Array.of(1), a, b);
    const root = node(node(hashes[0], hashes[1]), node(hashes[2], hashes[3]));
    expect(buildTree(SECRET, leaves).root).toEqual(root);
    expect(saltKeyOf(SECRET)).toEqual(saltKey);
    expect(saltOf(saltKey, 3)).toEqual(salt(3));
    expect(wrapKeyOf(SECRET)).toEqual(
      new Uint8Array(hkdfSync("sha256", SECRET, new Uint8Array(), "underseal/1/wrap", 32)),
    );
  });

  it("gives equal tiles unequal leaves", () => {
    const tree = buildTree(SECRET, leavesOf(64));
    expect(new Set(tree.levels[0]?.map((hash) => hash.join())).size).toBe(64);
    const empty = Array.from({ length: 64 }, () => ({ kind: leafKinds.padding, payload: new Uint8Array() }));
    expect(new Set(buildTree(SECRET, empty).levels[0]?.map((hash) => hash.join())).size).toBe(64);
  });

  it("gives another root for another secret", () => {
    expect(buildTree(createTestRandom(10).bytes(32), leavesOf(8)).root).not.toEqual(
      buildTree(SECRET, leavesOf(8)).root,
    );
  });

  it.each([0, 1, 3, 1023])("is not built of %i leaves", (size) => {
    expect(() => buildTree(SECRET, leavesOf(size))).toThrow("broken assumption");
  });
});

describe("an opening", () => {
  it("leads to the same root whichever leaves are withheld", () => {
    fc.assert(
      fc.property(openings, ([size, indexes]) => {
        const { tree, opened, closed } = open(size, indexes);
        expect(rootOfOpening({ size, opened, closed })).toEqual({ ok: true, value: tree.root });
      }),
    );
  });

  it("names maximal subtrees only: never two neighbours that could be one", () => {
    expect(open(64, []).closed).toHaveLength(1);
    expect(open(64, [0]).closed).toHaveLength(6);
    expect(open(64, [0, 63]).closed).toHaveLength(10);
    expect(open(64, [...Array(64).keys()]).closed).toHaveLength(0);
  });

  it("fails, or leads elsewhere, with any hash changed, dropped, added or moved", () => {
    fc.assert(
      fc.property(openings, fc.nat(), fc.nat(255), ([size, indexes], at, bit) => {
        const { tree, opened, closed } = open(size, indexes);
        const flip = (hash: Uint8Array) => hash.with(bit >> 3, (hash[bit >> 3] ?? 0) ^ (1 << (bit & 7)));
        const leads = (parts: { opened?: ReadonlyMap<number, Uint8Array>; closed?: readonly Uint8Array[] }) => {
          const root = rootOfOpening({ size, opened, closed, ...parts });
          return root.ok && root.value.join() === tree.root.join();
        };
        const i = closed.length === 0 ? 0 : at % closed.length;
        expect(leads({ closed: [...closed, new Uint8Array(32)] })).toBe(false);
        if (closed.length > 0) {
          expect(leads({ closed: closed.map((hash, j) => (j === i ? flip(hash) : hash)) })).toBe(false);
          expect(leads({ closed: closed.toSpliced(i, 1) })).toBe(false);
        }
        if (closed.length > 1) expect(leads({ closed: closed.toReversed() })).toBe(false);
        const [first] = [...opened];
        if (first !== undefined) {
          expect(leads({ opened: new Map([...opened, [first[0], flip(first[1])]]) })).toBe(false);
          expect(leads({ opened: new Map([...opened].filter(([index]) => index !== first[0])) })).toBe(false);
        }
      }),
    );
  });
});

describe("a leaf", () => {
  const salt = saltOf(saltKeyOf(SECRET), 5);
  const leaf: Leaf = { kind: leafKinds.pixels, payload: createTestRandom(3).bytes(64) };
  const original = leafHash(salt, 5, leaf);

  it("has another hash for every other pixel, salt, index and kind", () => {
    const kinds: LeafKind[] = [leafKinds.header, leafKinds.context, leafKinds.masked, leafKinds.padding];
    for (const kind of kinds) expect(leafHash(salt, 5, { ...leaf, kind })).not.toEqual(original);
    expect(leafHash(salt, 4, leaf)).not.toEqual(original);
    fc.assert(
      fc.property(fc.nat(63), fc.integer({ min: 1, max: 255 }), (i, mask) => {
        const payload = leaf.payload.with(i, (leaf.payload[i] ?? 0) ^ mask);
        expect(leafHash(salt, 5, { ...leaf, payload })).not.toEqual(original);
        expect(leafHash(salt.with(i % 32, (salt[i % 32] ?? 0) ^ mask), 5, leaf)).not.toEqual(original);
      }),
    );
  });
});

describe("joined hashes", () => {
  it("come apart again, and only at their borders", () => {
    const hashes = [1, 2, 3].map((seed) => createTestRandom(seed).bytes(32));
    expect(splitHashes(joinHashes(hashes))).toEqual(hashes);
    expect(splitHashes(new Uint8Array())).toEqual([]);
    expect(splitHashes(new Uint8Array(31))).toBeNull();
    expect(splitHashes(new Uint8Array(33))).toBeNull();
  });
});
