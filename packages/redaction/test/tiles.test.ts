import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boxesToTiles, fillGroups, groupsOf, type Rect } from "../src/index.ts";

const GRID = { columns: 12, rows: 9 };
const TILE_PX = 64;

const box = fc.record({
  x: fc.integer({ min: -100, max: GRID.columns * TILE_PX + 100 }),
  y: fc.integer({ min: -100, max: GRID.rows * TILE_PX + 100 }),
  width: fc.integer({ min: 1, max: 300 }),
  height: fc.integer({ min: 1, max: 200 }),
});

const toTiles = (boxes: readonly Rect[]) => boxesToTiles({ boxes, ...GRID, tilePx: TILE_PX });

const sorted = (tiles: ReadonlySet<number>) => [...tiles].sort((a, b) => a - b);

describe("boxes become tiles", () => {
  test.each([
    ["no box hides nothing", [], []],
    [
      "a box inside one tile hides it and its eight neighbours",
      [{ x: 70, y: 70, width: 10, height: 10 }],
      [0, 1, 2, 12, 13, 14, 24, 25, 26],
    ],
    [
      "a box that ends on a tile's edge does not reach the next tile",
      [{ x: 0, y: 0, width: 64, height: 64 }],
      [0, 1, 12, 13],
    ],
    ["one pixel further it does", [{ x: 0, y: 0, width: 65, height: 64 }], [0, 1, 2, 12, 13, 14]],
    ["a box beyond the last tile is cut away", [{ x: 12 * 64 + 64, y: 0, width: 10, height: 10 }], []],
  ])("%s", (_, boxes, tiles) => {
    expect(sorted(toTiles(boxes))).toEqual(tiles);
  });

  test("groups that touch at a corner become one rectangle", () => {
    const tiles = toTiles([
      { x: 64, y: 64, width: 1, height: 1 },
      { x: 4 * 64, y: 4 * 64, width: 1, height: 1 },
    ]);
    expect(groupsOf(tiles, GRID)).toEqual([{ x: 0, y: 0, width: 6, height: 6 }]);
    expect(tiles.size).toBe(36);
  });

  test("groups one free column apart stay two", () => {
    const tiles = toTiles([
      { x: 64, y: 64, width: 1, height: 1 },
      { x: 5 * 64, y: 64, width: 1, height: 1 },
    ]);
    expect(groupsOf(tiles, GRID)).toHaveLength(2);
  });

  test("every tile that a box touches is hidden, with its neighbours", () => {
    fc.assert(
      fc.property(fc.array(box, { maxLength: 12 }), (boxes) => {
        const tiles = toTiles(boxes);
        for (let tile = 0; tile < GRID.columns * GRID.rows; tile += 1) {
          const left = ((tile % GRID.columns) - 1) * TILE_PX;
          const top = (Math.floor(tile / GRID.columns) - 1) * TILE_PX;
          const near = boxes.some(
            (b) => b.x < left + 3 * TILE_PX && b.x + b.width > left && b.y < top + 3 * TILE_PX && b.y + b.height > top,
          );
          if (near) expect(tiles.has(tile)).toBe(true);
        }
      }),
    );
  });

  test("every group is a full rectangle, groups do not touch, and filling again changes nothing", () => {
    fc.assert(
      fc.property(fc.array(box, { maxLength: 8 }), (boxes) => {
        const tiles = toTiles(boxes);
        const groups = groupsOf(tiles, GRID);
        expect(groups.reduce((sum, group) => sum + group.width * group.height, 0)).toBe(tiles.size);
        for (const [index, a] of groups.entries()) {
          for (const b of groups.slice(index + 1)) {
            const apart = a.x > b.x + b.width || b.x > a.x + a.width || a.y > b.y + b.height || b.y > a.y + a.height;
            expect(apart).toBe(true);
          }
        }
        expect(sorted(fillGroups(tiles, GRID))).toEqual(sorted(tiles));
      }),
    );
  });
});
