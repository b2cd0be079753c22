// Which tiles hide the boxes. The shape of what is hidden must not betray what is under it: a fine mask shows the
// lengths of words and a ragged one the outline of a form. So boxes are snapped to tiles, get a margin of one tile,
// and every connected group is filled to its rectangle.
import { assert } from "@underseal/foundation";
import { boundingRect, type Rect } from "./rect.ts";

export interface TileGrid {
  readonly columns: number;
  readonly rows: number;
}

const MARGIN_TILES = 1;

/**
 * The indexes (row-major) of the tiles to hide for `boxes`, given in pixels. What sticks out of the grid is cut.
 * The result is a set of rectangles that touch neither by side nor by corner.
 */
export const boxesToTiles = ({
  boxes,
  columns,
  rows,
  tilePx,
}: TileGrid & { readonly boxes: readonly Rect[]; readonly tilePx: number }): ReadonlySet<number> => {
  const tiles = new Set<number>();
  for (const box of boxes) {
    const area = boxToTiles(box, tilePx);
    addRect(tiles, cutToGrid(area, { columns, rows }), columns);
  }
  return fillGroups(tiles, { columns, rows });
};

/** Fills every 8-connected group of tiles to its bounding rectangle, until no rectangles touch any more. */
export const fillGroups = (tiles: ReadonlySet<number>, grid: TileGrid): ReadonlySet<number> => {
  let filled = tiles;
  // Each round that changes anything adds a tile, so there cannot be more rounds than tiles.
  for (let round = 0; round <= grid.columns * grid.rows; round += 1) {
    const next = new Set<number>();
    for (const group of groupsOf(filled, grid)) addRect(next, group, grid.columns);
    if (next.size === filled.size) return next;
    filled = next;
  }
  assert(false, "filling groups ends");
};

/** The rectangles, in tiles, around each 8-connected group. */
export const groupsOf = (tiles: ReadonlySet<number>, grid: TileGrid): readonly Rect[] => {
  const seen = new Set<number>();
  const groups: Rect[] = [];
  for (const tile of tiles) {
    if (!seen.has(tile)) groups.push(walkGroup(tile, tiles, grid, seen));
  }
  return groups;
};

const walkGroup = (first: number, tiles: ReadonlySet<number>, grid: TileGrid, seen: Set<number>): Rect => {
  let bounds = tileRect(first, grid.columns);
  const waiting = [first];
  seen.add(first);
  for (let tile = waiting.pop(); tile !== undefined; tile = waiting.pop()) {
    const place = tileRect(tile, grid.columns);
    bounds = boundingRect(bounds, place);
    for (const neighbour of neighboursOf(place, grid)) {
      if (!tiles.has(neighbour) || seen.has(neighbour)) continue;
      seen.add(neighbour);
      waiting.push(neighbour);
    }
  }
  return bounds;
};

const tileRect = (tile: number, columns: number): Rect => ({
  x: tile % columns,
  y: Math.floor(tile / columns),
  width: 1,
  height: 1,
});

const neighboursOf = ({ x, y }: Rect, grid: TileGrid): readonly number[] => {
  const area = cutToGrid({ x: x - 1, y: y - 1, width: 3, height: 3 }, grid);
  const neighbours = new Set<number>();
  addRect(neighbours, area, grid.columns);
  return [...neighbours];
};

const boxToTiles = (box: Rect, tilePx: number): Rect => {
  assert([box.x, box.y, box.width, box.height].every(Number.isFinite), "a box has finite sides");
  const x = Math.floor(box.x / tilePx) - MARGIN_TILES;
  const y = Math.floor(box.y / tilePx) - MARGIN_TILES;
  return {
    x,
    y,
    width: Math.ceil((box.x + box.width) / tilePx) + MARGIN_TILES - x,
    height: Math.ceil((box.y + box.height) / tilePx) + MARGIN_TILES - y,
  };
};

const cutToGrid = (area: Rect, { columns, rows }: TileGrid): Rect => {
  const x = Math.max(0, area.x);
  const y = Math.max(0, area.y);
  return {
    x,
    y,
    width: Math.min(columns, area.x + area.width) - x,
    height: Math.min(rows, area.y + area.height) - y,
  };
};

const addRect = (tiles: Set<number>, { x, y, width, height }: Rect, columns: number): void => {
  for (let row = y; row < y + height; row += 1) {
    for (let column = x; column < x + width; column += 1) tiles.add(row * columns + column);
  }
};
