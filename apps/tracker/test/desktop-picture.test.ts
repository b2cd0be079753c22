import { expect, test } from "vitest";
import { composeDesktop } from "../src/reduction/desktop.ts";
import { fitGrid, zeroTiles } from "../src/reduction/grid.ts";

const screen = (x: number, y: number, width: number, height: number, value: number) => ({
  ...{ x, y, width, height },
  rgb: new Uint8Array(width * height * 3).fill(value),
});

test("monitors are put where they stand, also left of and above the first, and gaps are black", () => {
  const desktop = composeDesktop([screen(0, 0, 2, 1, 1), screen(-1, 1, 1, 2, 2)]);
  expect(desktop).toMatchObject({ originX: -1, originY: 0, width: 3, height: 3 });
  const firsts = Array.from({ length: 9 }, (_, i) => desktop?.rgb[i * 3]);
  expect(firsts).toEqual([0, 1, 1, 2, 0, 0, 2, 0, 0]);
});

test.each([
  [1920, 1080, 1022, 1, 30, 17],
  [3840, 2160, 2046, 1, 60, 34],
  [3840, 2160, 1022, 2, 30, 17],
  [64, 64, 1, 1, 1, 1],
  [65, 64, 1, 2, 1, 1],
  [7680, 2160, 1022, 2, 60, 17],
  [7680, 4320, 1022, 4, 30, 17],
])("%i×%i with room for %i tiles is scaled by %i to %i×%i tiles", (width, height, tilesMax, scale, columns, rows) => {
  const grid = fitGrid({ rgb: new Uint8Array(), width, height }, { tilePx: 64, tilesMax });
  expect(grid).toEqual({ scale, columns, rows, cellPx: 64 * scale });
});

test("zeroed tiles are zero to the last pixel and their neighbours are untouched", () => {
  const image = { rgb: new Uint8Array(5 * 3 * 3).fill(9), width: 5, height: 3 };
  zeroTiles(image, { columns: 3, rows: 2, scale: 1, cellPx: 2 }, [1, 5]);
  const firsts = Array.from({ length: 15 }, (_, i) => image.rgb[i * 3]);
  expect(firsts).toEqual([9, 9, 0, 0, 9, 9, 9, 0, 0, 9, 9, 9, 9, 9, 0]);
});
