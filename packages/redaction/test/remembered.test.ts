import { createTestRandom } from "@underseal/foundation";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  fillGroups,
  type PixelGrid,
  REMEMBERED_TILES_MAX,
  type RememberedTile,
  type RgbImage,
  recallMask,
  rememberMask,
  rememberMore,
} from "../src/index.ts";

const GRID: PixelGrid = { columns: 6, rows: 5, tilePx: 8 };
// The last column and row of tiles are cut.
const SIZE = { width: 45, height: 37 };
const KEY = createTestRandom(7).bytes(32);
const OTHER_KEY = createTestRandom(8).bytes(32);

const noise = (seed: number): RgbImage => ({
  rgb: createTestRandom(seed).bytes(SIZE.width * SIZE.height * 3),
  ...SIZE,
});

const blank: RgbImage = { rgb: new Uint8Array(SIZE.width * SIZE.height * 3).fill(200), ...SIZE };

/** `image` with the given tiles taken from `other`. */
const withTiles = (image: RgbImage, other: RgbImage, tiles: readonly number[]): RgbImage => {
  const rgb = Uint8Array.from(image.rgb);
  for (let i = 0; i < rgb.length; i += 1) {
    const [x, y] = [Math.floor(i / 3) % SIZE.width, Math.floor(i / 3 / SIZE.width)];
    const tile = Math.floor(y / GRID.tilePx) * GRID.columns + Math.floor(x / GRID.tilePx);
    if (tiles.includes(tile)) rgb[i] = other.rgb[i] ?? 0;
  }
  return { ...image, rgb };
};

const remember = (image: RgbImage, tiles: readonly number[], key = KEY) =>
  rememberMask(image, GRID, new Set(tiles), key);
const recall = (image: RgbImage, remembered: readonly RememberedTile[], key = KEY) =>
  recallMask(image, GRID, remembered, key);

describe("a mask comes back", () => {
  const mask = [7, 8, 9, 13, 14, 15];

  test("where the same pixels are at the same place", () => {
    const image = noise(1);
    expect(recall(image, remember(image, mask))).toEqual(mask);
  });

  test("where only what is outside of it has changed", () => {
    const image = noise(1);
    expect(recall(withTiles(noise(2), image, mask), remember(image, mask))).toEqual(mask);
  });

  test.each([
    ["two of six tiles, a third", [7, 15], mask],
    ["one of six", [7], []],
    ["none", [], []],
  ])("of its tiles the same: %s", (_, same, expected) => {
    const image = noise(1);
    expect(recall(withTiles(noise(2), image, same), remember(image, mask))).toEqual(expected);
  });

  test("with its tiles of one colour, which do not count", () => {
    const image = withTiles(blank, noise(1), [8]);
    const remembered = remember(image, mask);
    expect(remembered.filter(({ mac }) => mac !== null)).toHaveLength(1);
    expect(recall(image, remembered)).toEqual(mask);
    expect(recall(blank, remembered)).toEqual([]);
  });

  test("group by group", () => {
    const image = noise(1);
    const remembered = remember(image, [0, 1, 28, 29]);
    expect(new Set(remembered.map(({ group }) => group)).size).toBe(2);
    expect(recall(withTiles(noise(2), image, [0, 1]), remembered)).toEqual([0, 1]);
  });

  test("at the cut tiles of the right and lower edge", () => {
    const image = noise(1);
    expect(recall(image, remember(image, [29]))).toEqual([29]);
  });

  test("but not shifted, not on another grid, and not under another key", () => {
    const image = noise(1);
    const remembered = remember(image, mask);
    const shifted = { ...image, rgb: Uint8Array.from([...image.rgb.subarray(3), 0, 0, 0]) };
    expect(recall(shifted, remembered)).toEqual([]);
    expect(recallMask(image, { columns: 5, rows: 4, tilePx: 10 }, remembered, KEY)).toEqual([]);
    expect(recall(image, remembered, OTHER_KEY)).toEqual([]);
  });
});

describe("what is kept", () => {
  test("of a mask over one colour is nothing", () => {
    expect(remember(blank, [0, 1, 6, 7])).toEqual([]);
  });

  test("does not show which tiles are equal", () => {
    const tile = createTestRandom(3).bytes(8 * 3);
    const rgb = Uint8Array.from(
      { length: SIZE.width * SIZE.height * 3 },
      (_, i) => tile[i % 24 === i ? i : (i % (SIZE.width * 3)) % 24] ?? 0,
    );
    const macs = remember({ ...SIZE, rgb }, [0, 1, 6, 7]).map(({ mac }) => mac);
    expect(new Set(macs).size).toBe(macs.length);
  });

  test("cannot be told without the key", () => {
    const image = noise(1);
    const macs = (key: Uint8Array) => remember(image, [7, 8], key).flatMap(({ group, mac }) => [group, mac]);
    expect(macs(KEY).filter((mac) => macs(OTHER_KEY).includes(mac))).toEqual([]);
  });
});

describe("the list", () => {
  const tile = (group: string): RememberedTile => ({ group, column: 0, row: 0, mac: group });
  const group = (name: string, count: number) => Array.from({ length: count }, () => tile(name));

  test("takes a group that is there already as new, once", () => {
    const list = rememberMore([tile("a"), tile("b")], [tile("a")]);
    expect(list.map(({ group }) => group)).toEqual(["b", "a"]);
  });

  test.each([
    ["at the limit nothing is dropped", REMEMBERED_TILES_MAX - 10, ["a", "b", "c"]],
    ["one more tile drops the oldest group whole", REMEMBERED_TILES_MAX - 9, ["b", "c"]],
  ])("%s", (_, count, groups) => {
    const list = rememberMore([...group("a", 5), ...group("b", 5)], group("c", count));
    expect([...new Set(list.map(({ group }) => group))]).toEqual(groups);
    expect(list.length).toBeLessThanOrEqual(REMEMBERED_TILES_MAX);
  });

  test("a group larger than the list is not kept", () => {
    expect(rememberMore([], group("a", REMEMBERED_TILES_MAX + 1))).toEqual([]);
  });
});

test("on the picture it was made on, a mask comes back filled to rectangles, whatever its shape", () => {
  const tiles = fc.uniqueArray(fc.integer({ min: 0, max: GRID.columns * GRID.rows - 1 }), { maxLength: 12 });
  fc.assert(
    fc.property(tiles, fc.integer({ min: 1, max: 1_000 }), (mask, seed) => {
      const image = noise(seed);
      const expected = [...fillGroups(new Set(mask), GRID)].sort((a, b) => a - b);
      expect(recall(image, remember(image, mask))).toEqual(expected);
      expect(recall(noise(seed + 1_000), remember(image, mask))).toEqual([]);
    }),
    { numRuns: 50 },
  );
});
