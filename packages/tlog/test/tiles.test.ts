import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeEntryBundle,
  encodeEntryBundle,
  parseTilePath,
  TILE_WIDTH,
  tileNodes,
  tilePath,
  tileWidth,
} from "../src/tiles.ts";

describe("tile paths", () => {
  it.each([
    [0, 0, 256, "tile/0/000"],
    [0, 0, 1, "tile/0/000.p/1"],
    [0, 0, 255, "tile/0/000.p/255"],
    [0, 255, 256, "tile/0/255"],
    [0, 256, 256, "tile/0/256"],
    [0, 257, 17, "tile/0/257.p/17"],
    [1, 999, 256, "tile/1/999"],
    [1, 1_000, 256, "tile/1/x001/000"],
    [1, 1_001, 3, "tile/1/x001/001.p/3"],
    [0, 256 * 256, 256, "tile/0/x065/536"],
    [0, 999_999, 256, "tile/0/x999/999"],
    [0, 1_000_000, 256, "tile/0/x001/x000/000"],
    [2, 1_234_067, 256, "tile/2/x001/x234/067"],
    ["entries", 1_234_067, 8, "tile/entries/x001/x234/067.p/8"],
    [63, Number.MAX_SAFE_INTEGER, 256, "tile/63/x009/x007/x199/x254/x740/991"],
  ] as const)("level %s, index %d, width %d is at %s", (level, index, width, path) => {
    expect(tilePath({ level, index, width })).toBe(path);
    expect(parseTilePath(path)).toEqual({ ok: true, value: { level, index, width } });
  });

  it.each([
    "",
    "/tile/0/000",
    "tile/0/000/",
    "tile/0/0",
    "tile/0/0000",
    "tile/00/000",
    "tile/64/000",
    "tile/-1/000",
    "tile/0/x000/000",
    "tile/0/x001",
    "tile/0/001/000",
    "tile/0/000.p/0",
    "tile/0/000.p/01",
    "tile/0/000.p/256",
    "tile/0/000.p/",
    "tile/0/000.p",
    "tile/0/000\n",
    "tile/0/../000",
    "tile/Entries/000",
    "tile/0/x009/x007/x199/x254/x740/992",
    "tile/0/x999/x999/x999/x999/x999/x999/999",
  ])("%j is no tile", (path) => {
    expect(parseTilePath(path)).toMatchObject({ ok: false, error: { code: "TILE_PATH_MALFORMED" } });
  });

  it("and tiles stand for each other, one to one", () => {
    const level = fc.oneof(fc.constant("entries" as const), fc.integer({ min: 0, max: 63 }));
    const index = fc.oneof(fc.nat(2_000), fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
    const tile = fc.record({ level, index, width: fc.integer({ min: 1, max: 256 }) });
    fc.assert(
      fc.property(tile, (one) => {
        expect(parseTilePath(tilePath(one))).toEqual({ ok: true, value: one });
      }),
    );
  });
});

describe("the tiles of a log", () => {
  it.each([
    // The specification's example of 70,000 entries: 273 full tiles and a partial one, then one and a partial one.
    [70_000, 0, 272, 256],
    [70_000, 0, 273, 112],
    [70_000, 0, 274, 0],
    [70_000, 1, 0, 256],
    [70_000, 1, 1, 17],
    [70_000, 2, 0, 1],
    [70_000, 3, 0, 0],
    [0, 0, 0, 0],
    [1, 0, 0, 1],
    [255, 0, 0, 255],
    [255, 1, 0, 0],
    [256, 0, 0, 256],
    [256, 0, 1, 0],
    [256, 1, 0, 1],
    [257, 0, 1, 1],
    [257, "entries", 1, 1],
    [256 * 256 - 1, 1, 0, 255],
    [256 * 256 - 1, 2, 0, 0],
    [256 * 256, 1, 0, 256],
    [256 * 256, 2, 0, 1],
    [Number.MAX_SAFE_INTEGER, 63, 0, 0],
  ] as const)("of %d entries: level %s, index %d holds %d", (size, level, index, width) => {
    expect(tileWidth({ level, index }, size)).toBe(width);
  });

  it("name the nodes they are made of", () => {
    expect(tileNodes({ level: 1, index: 1, width: 2 })).toEqual([
      { level: 8, index: 256 },
      { level: 8, index: 257 },
    ]);
    expect(tileNodes({ level: "entries", index: 0, width: 1 })).toEqual([{ level: 0, index: 0 }]);
    expect(tileNodes({ level: 0, index: 3, width: TILE_WIDTH }).at(-1)).toEqual({ level: 0, index: 1_023 });
  });
});

describe("entry bundles", () => {
  it("are entries after their lengths", () => {
    expect(encodeEntryBundle([Uint8Array.of(7), new Uint8Array(0)])).toEqual(Uint8Array.of(0, 1, 7, 0, 0));
    expect(encodeEntryBundle(Array.from({ length: 256 }, () => new Uint8Array(32)))).toHaveLength(8_704);
    expect(encodeEntryBundle([new Uint8Array(0xffff)]).subarray(0, 2)).toEqual(Uint8Array.of(0xff, 0xff));
  });

  it("come back as written, and not cut, lengthened or counted otherwise", () => {
    const entries = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 256 });
    fc.assert(
      fc.property(entries, (list) => {
        const bundle = encodeEntryBundle(list);
        expect(decodeEntryBundle(bundle, list.length)).toEqual({ ok: true, value: list });
        const malformed = { ok: false, error: { code: "BUNDLE_MALFORMED" } };
        for (const width of [0, list.length - 1, list.length + 1]) {
          expect(decodeEntryBundle(bundle, width)).toMatchObject(malformed);
        }
        expect(decodeEntryBundle(bundle.subarray(0, -1), list.length)).toMatchObject(malformed);
        expect(decodeEntryBundle(Uint8Array.of(...bundle, 0), list.length)).toMatchObject(malformed);
        // A view into a larger buffer must not be read from the buffer's start.
        const shifted = Uint8Array.of(9, 9, 9, ...bundle).subarray(3);
        expect(decodeEntryBundle(shifted, list.length)).toEqual({ ok: true, value: list });
      }),
      { numRuns: 30 },
    );
  });
});
