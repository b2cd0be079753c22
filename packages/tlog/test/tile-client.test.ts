import { base64ToBytes, concatBytes } from "@underseal/foundation";
import { describe, expect, it } from "vitest";
import { verifyCheckpoint } from "../src/checkpoint.ts";
import { leafHash, verifyConsistency, verifyInclusion } from "../src/merkle.ts";
import { foldRoot, type ReadNode } from "../src/nodes.ts";
import { proveConsistencyByTiles, proveInclusionByTiles, type ReadTile } from "../src/tile-client.ts";
import { decodeEntryBundle, parseTilePath, tileNodes, tileWidth } from "../src/tiles.ts";
import { keyOf, tesseraLog } from "./data.ts";
import { createTestLog, entryAt, leavesOf } from "./testlog.ts";

const SIZE_MAX = 66_100;
const log = createTestLog();
log.append(leavesOf(SIZE_MAX));
const rootAt = (size: number): Uint8Array => foldRoot(size, log.read);

/** Hands out the tiles of a log of `size` entries and no others, and remembers what was asked for. */
const serve = (size: number, read: ReadNode = log.read, keepPartial = true) => {
  const asked: string[] = [];
  const readTile: ReadTile = async (path) => {
    asked.push(path);
    const tile = parseTilePath(path);
    if (!tile.ok) return expect.fail(`a path of its own making: ${path}`);
    const width = tileWidth(tile.value, size);
    const isThere = tile.value.width === 256 ? width === 256 : keepPartial && tile.value.width <= width;
    return isThere ? concatBytes(...tileNodes(tile.value).map((node) => read(node.level, node.index))) : null;
  };
  return { readTile, asked };
};

const SIZES = [1, 2, 3, 255, 256, 257, 511, 512, 513, 1_000, 65_535, 65_536, 65_537, 65_792, SIZE_MAX];

describe("proofs from tiles", () => {
  it.each(SIZES)("show entries of a log of %d", async (size) => {
    for (const index of new Set([0, Math.floor(size / 3), Math.floor(size / 2), size - 1])) {
      const { readTile, asked } = serve(size);
      const claim = { index, size, root: rootAt(size), leafHash: leafHash(entryAt(index)) };
      const proof = await proveInclusionByTiles({ ...claim, readTile });
      if (!proof.ok) return expect.fail(proof.error.code);
      expect(verifyInclusion({ ...claim, proof: proof.value }).ok).toBe(true);
      // Per level the tile with the entry and those at the right edge.
      expect(asked.length).toBeLessThanOrEqual(6);
      expect(new Set(asked).size).toBe(asked.length);
    }
  });

  it("show that each of these sizes continues each smaller one", async () => {
    for (const newSize of SIZES) {
      for (const oldSize of SIZES.filter((size) => size <= newSize)) {
        const claim = { oldSize, oldRoot: rootAt(oldSize), newSize, newRoot: rootAt(newSize) };
        const { readTile } = serve(newSize);
        const proof = await proveConsistencyByTiles({ ...claim, readTile });
        if (!proof.ok) return expect.fail(`${oldSize} to ${newSize}: ${proof.error.code}`);
        expect(verifyConsistency({ ...claim, proof: proof.value }).ok).toBe(true);
      }
    }
  });

  it("come from the full tile where the partial one is gone", async () => {
    const claim = { index: 3, size: 300, root: rootAt(300), leafHash: leafHash(entryAt(3)) };
    const { readTile, asked } = serve(600, log.read, false);
    expect((await proveInclusionByTiles({ ...claim, readTile })).ok).toBe(true);
    expect(asked).toContain("tile/0/001.p/44");
    expect(asked).toContain("tile/0/001");
    // The next log has no full tile either at its edge.
    const short = serve(300, log.read, false);
    const missing = await proveInclusionByTiles({ ...claim, readTile: short.readTile });
    expect(missing).toMatchObject({ error: { code: "TILE_MISSING" } });
  });

  it("do not show another entry in its place, or one that is not there", async () => {
    const { readTile } = serve(300);
    const claim = { index: 3, size: 300, root: rootAt(300), leafHash: leafHash(entryAt(4)), readTile };
    expect(await proveInclusionByTiles(claim)).toMatchObject({ error: { code: "ROOT_MISMATCH" } });
    for (const index of [-1, 300, 0.5, Number.NaN, 2 ** 60]) {
      expect(await proveInclusionByTiles({ ...claim, index })).toMatchObject({ error: { code: "INDEX_OUT_OF_RANGE" } });
    }
    const outside = await proveInclusionByTiles({ ...claim, size: 2 ** 60 });
    expect(outside).toMatchObject({ error: { code: "INDEX_OUT_OF_RANGE" } });
  });

  it("tell a forked log from tiles that belong to no signed root", async () => {
    const { readTile } = serve(300);
    const claim = { oldSize: 70, oldRoot: rootAt(70), newSize: 300, newRoot: rootAt(300), readTile };
    const forked = await proveConsistencyByTiles({ ...claim, oldRoot: rootAt(71) });
    expect(forked).toMatchObject({ error: { code: "LOG_FORKED" } });
    const astray = await proveConsistencyByTiles({ ...claim, newRoot: rootAt(299) });
    expect(astray).toMatchObject({ error: { code: "TILE_MISMATCH" } });
    const same = { ...claim, oldSize: 300, oldRoot: rootAt(300) };
    expect(await proveConsistencyByTiles(same)).toEqual({ ok: true, value: [] });
    expect(await proveConsistencyByTiles({ ...same, newRoot: rootAt(299) })).toMatchObject({
      error: { code: "LOG_FORKED" },
    });
  });

  it.each([
    [0, 300],
    [301, 300],
    [-1, 300],
    [1.5, 300],
    [1, 2 ** 60],
  ])("are refused from size %d to %d", async (oldSize, newSize) => {
    const claim = { oldSize, oldRoot: rootAt(1), newSize, newRoot: rootAt(300), readTile: serve(300).readTile };
    expect(await proveConsistencyByTiles(claim)).toMatchObject({ error: { code: "SIZE_INVALID" } });
  });

  it("notice every changed, shortened and lengthened tile", async () => {
    const size = 600;
    const entry = { index: 500, size, root: rootAt(size), leafHash: leafHash(entryAt(500)) };
    const growth = { oldSize: 300, oldRoot: rootAt(300), newSize: size, newRoot: rootAt(size) };
    const { readTile, asked } = serve(size);
    const prove = async (read: ReadTile) => [
      await proveInclusionByTiles({ ...entry, readTile: read }),
      await proveConsistencyByTiles({ ...growth, readTile: read }),
    ];
    for (const { ok } of await prove(readTile)) expect(ok).toBe(true);
    for (const path of new Set(asked)) {
      const spoiled = (spoil: (bytes: Uint8Array) => Uint8Array) =>
        prove(async (other) => {
          const bytes = await readTile(other);
          return bytes === null || other !== path ? bytes : spoil(bytes);
        });
      const codesOf = async (spoil: (bytes: Uint8Array) => Uint8Array) =>
        (await spoiled(spoil)).map((result) => (result.ok ? "ok" : result.error.code));
      expect(await codesOf((bytes) => bytes.map((byte) => byte ^ 1))).toContain("TILE_MISMATCH");
      expect(await codesOf((bytes) => bytes.slice(1))).toContain("TILE_MALFORMED");
      expect(await codesOf((bytes) => concatBytes(bytes, bytes))).toContain("TILE_MALFORMED");
      expect(await codesOf(() => new Uint8Array(0))).toContain("TILE_MALFORMED");
    }
  });

  it("pass on what the reader throws", async () => {
    const readTile: ReadTile = () => Promise.reject(new Error("no network"));
    const claim = { index: 0, size: 2, root: rootAt(2), leafHash: leafHash(entryAt(0)), readTile };
    await expect(proveInclusionByTiles(claim)).rejects.toThrow("no network");
  });
});

describe("a log written by another implementation", () => {
  const bytesOf = (text: string): Uint8Array => base64ToBytes(text) ?? expect.fail("base64");
  const tile = bytesOf(tesseraLog.tile);
  const readTile: ReadTile = async (path) => {
    const parsed = parseTilePath(path);
    return parsed.ok && parsed.value.level === 0 ? tile.slice(0, parsed.value.width * 32) : null;
  };
  const headAt = (size: string) => {
    const head = verifyCheckpoint(tesseraLog.checkpoints[size] ?? "", [keyOf(tesseraLog.logKey)]);
    return head.ok ? head.value : expect.fail(head.error.code);
  };

  it("shows its growth and each of its entries", async () => {
    const newest = headAt("15");
    for (const size of Object.keys(tesseraLog.checkpoints)) {
      const older = headAt(size);
      const growth = { oldSize: older.size, oldRoot: older.root, newSize: 15, newRoot: newest.root, readTile };
      expect((await proveConsistencyByTiles(growth)).ok).toBe(true);
    }
    const entries = decodeEntryBundle(bytesOf(tesseraLog.entries), 15);
    if (!entries.ok) return expect.fail(entries.error.code);
    for (const [index, entry] of entries.value.entries()) {
      const claim = { index, size: 15, root: newest.root, leafHash: leafHash(entry), readTile };
      expect((await proveInclusionByTiles(claim)).ok).toBe(true);
    }
  });
});
