// What a commitment promises, for any screen and any choice of what is shown.
import { base64UrlToBytes, bytesToBase64Url, createTestRandom, redact } from "@underseal/foundation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkVisible } from "../src/check.ts";
import { signStatement } from "../src/envelope.ts";
import { type OpenedLeaf, openLeaves, rootOfLeaves } from "../src/opening.ts";
import { TILE_BYTES } from "../src/tiles.ts";
import { buildTree, type Leaf, leafHash, leafKinds } from "../src/tree.ts";
import { makeCapture, plainVisible, recordsOf, SECRET, TREE_SIZE } from "./capture.ts";
import { sampleBodies, sampleSecret } from "./samples.ts";

const COLUMNS = 4;
const ROWS = 3;
const TILES = COLUMNS * ROWS;
const FIRST = 2;

const tileIndexes = fc.uniqueArray(fc.nat(TILES - 1), { maxLength: TILES });
const secret = redact(SECRET);

/** A screen of so many leaves; each pixel tile is one shade. */
const leavesOf = (shades: readonly number[]): Leaf[] =>
  Array.from({ length: 64 }, (_, i): Leaf => {
    const shade = shades[i - FIRST];
    if (i < FIRST) return { kind: i === 0 ? leafKinds.header : leafKinds.context, payload: Uint8Array.of(i, 7) };
    if (shade === undefined) return { kind: leafKinds.padding, payload: new Uint8Array() };
    return { kind: leafKinds.pixels, payload: new Uint8Array(TILE_BYTES).fill(shade) };
  });

const shades = fc.array(fc.nat(255), { minLength: TILES, maxLength: TILES });

const openingOf = (leaves: readonly Leaf[], indexes: readonly number[]) => {
  const tree = buildTree(SECRET, leaves);
  return { tree, ...openLeaves({ tree, leaves, secret }, indexes) };
};

const leafIndexes = fc.uniqueArray(fc.nat(63), { minLength: 1, maxLength: 20 });

describe("whatever is withheld", () => {
  it("the root is the same, and what is shown checks against it", async () => {
    const { root } = makeCapture({ columns: COLUMNS, rows: ROWS }).capture.tree;
    await fc.assert(
      fc.asyncProperty(tileIndexes, fc.boolean(), async (redacted, isContextRedacted) => {
        const made = makeCapture({ columns: COLUMNS, rows: ROWS, redacted, isContextRedacted });
        expect(made.capture.tree.root).toEqual(root);
        const checked = await checkVisible((await plainVisible(made)).plaintext, recordsOf(made));
        if (!checked.ok) throw new Error(checked.error.detail);
        expect(checked.value.counts).toEqual({
          visible: TILES - redacted.length,
          redacted: redacted.length,
          masked: 0,
        });
      }),
      { numRuns: 12 },
    );
  });

  it("the file holds none of its pixels and none of its salts", async () => {
    const made = makeCapture({ columns: COLUMNS, rows: ROWS, redacted: [5] });
    const { manifest, plaintext } = await plainVisible(made);
    const hidden = openLeaves({ tree: made.capture.tree, leaves: made.capture.leaves, secret }, [FIRST + 5]).leaves[0];
    const salts = base64UrlToBytes(manifest.salts) ?? new Uint8Array();
    expect(Buffer.from(salts).indexOf(Buffer.from(hidden?.salt ?? "", "base64url"))).toBe(-1);
    expect(Buffer.from(plaintext).indexOf(Buffer.from(SECRET))).toBe(-1);
    expect(manifest.payloadBytes).toBe(manifest.headerBytes + manifest.contextBytes + (TILES - 1) * TILE_BYTES);
  });
});

describe("any change to an opened leaf", () => {
  const changes: Readonly<Record<string, (leaf: OpenedLeaf, at: number) => OpenedLeaf>> = {
    pixel: (leaf, at) => ({ ...leaf, payload: flipBase64(leaf.payload, at) }),
    salt: (leaf, at) => ({ ...leaf, salt: flipBase64(leaf.salt, at, "base64url") }),
    index: (leaf) => ({ ...leaf, index: leaf.index ^ 1 }),
    kind: (leaf) => ({ ...leaf, kind: leaf.kind === leafKinds.pixels ? leafKinds.masked : leafKinds.pixels }),
  };
  const flipBase64 = (text: string, at: number, encoding: "base64" | "base64url" = "base64"): string => {
    const bytes = Buffer.from(text, encoding);
    if (bytes.length === 0) return Buffer.of(1).toString(encoding);
    bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ (1 << (at % 8));
    return bytes.toString(encoding);
  };

  it.each(Object.entries(changes))("leads to another root: its %s", (_, change) => {
    fc.assert(
      fc.property(shades, leafIndexes, fc.nat(), (screen, indexes, at) => {
        const { tree, leaves, closed } = openingOf(leavesOf(screen), indexes);
        const honest = rootOfLeaves({ leaves, closed }, 64);
        expect(honest).toEqual({ ok: true, value: tree.root });
        const changed = leaves.map((leaf, i) => (i === at % leaves.length ? change(leaf, at) : leaf));
        expect(rootOfLeaves({ leaves: changed, closed }, 64)).not.toEqual(honest);
      }),
    );
  });

  it("leads to another root: two leaves in each other's place, or one left out", () => {
    fc.assert(
      fc.property(shades, fc.uniqueArray(fc.nat(63), { minLength: 2, maxLength: 20 }), (screen, indexes) => {
        const { tree, leaves, closed } = openingOf(leavesOf(screen), indexes);
        const [first, second, ...rest] = leaves;
        if (first === undefined || second === undefined) throw new Error("two leaves");
        const swapped = [{ ...second, index: first.index }, { ...first, index: second.index }, ...rest];
        for (const lie of [swapped, [second, ...rest]]) {
          expect(rootOfLeaves({ leaves: lie, closed }, 64)).not.toEqual({ ok: true, value: tree.root });
        }
      }),
    );
  });
});

describe("a commitment", () => {
  it("gives equal tiles unequal leaves, in one capture and in two", () => {
    const screen = leavesOf(Array.from({ length: TILES }, () => 9));
    const trees = [SECRET, createTestRandom(90).bytes(32)].map((other) => buildTree(other, screen));
    const hashes = trees.flatMap(({ levels }) => levels[0]?.map(bytesToBase64Url) ?? []);
    expect(new Set(hashes).size).toBe(2 * screen.length);
  });

  it("leaves no mark of the pixels in the signed record but the root", () => {
    fc.assert(
      fc.property(shades, shades, (one, other) => {
        const [first, second] = [one, other].map((screen) => {
          const root = bytesToBase64Url(buildTree(SECRET, leavesOf(screen)).root);
          const { bodyBytes } = signStatement("capture", { ...sampleBodies.capture, root }, [sampleSecret(2)]);
          return { root, text: Buffer.from(bodyBytes).toString() };
        });
        expect(first?.text.replace(first.root, "")).toBe(second?.text.replace(second.root, ""));
      }),
    );
  });
});

describe("a sampled opening", () => {
  it("verifies, and is the same for two screens that differ in unopened tiles only, but for hashes that are noise", () => {
    fc.assert(
      fc.property(shades, shades, leafIndexes, (one, other, indexes) => {
        const opened = new Set(indexes);
        const second = one.map((shade, i) => (opened.has(i + FIRST) ? shade : (other[i] ?? shade)));
        const openings = [one, second].map((screen) => openingOf(leavesOf(screen), indexes));
        const [a, b] = openings;
        if (a === undefined || b === undefined) throw new Error("two openings");
        for (const { tree, leaves, closed } of openings) {
          expect(rootOfLeaves({ leaves, closed }, 64)).toEqual({ ok: true, value: tree.root });
        }
        expect(JSON.stringify(b.leaves)).toBe(JSON.stringify(a.leaves));
        expect(b.closed.length).toBe(a.closed.length);
      }),
    );
  });

  it("helps nobody to guess: with its salts, the right guess of a closed tile gives none of its hashes", () => {
    const screen = leavesOf(Array.from({ length: TILES }, (_, i) => i));
    const { leaves, closed } = openingOf(screen, [3, 4]);
    const hashes = base64UrlToBytes(closed) ?? new Uint8Array();
    for (const [index, guess] of screen.entries()) {
      for (const { salt } of leaves) {
        const hash = leafHash(base64UrlToBytes(salt) ?? new Uint8Array(), index, guess);
        expect(Buffer.from(hashes).indexOf(Buffer.from(hash))).toBe(-1);
      }
    }
  });
});

it("a tree's size does not tell how many tiles the screen has", async () => {
  const small = makeCapture({ columns: 1, rows: 1 });
  const large = makeCapture({ columns: COLUMNS, rows: ROWS });
  expect([small, large].map(({ capture }) => capture.leaves.length)).toEqual([TREE_SIZE, TREE_SIZE]);
});
