// What a reviewer hid by hand is hidden again where the same pixels come back. What is kept of a mask are positions and
// HMACs of its tiles under a key that never leaves the device: a plain hash would tell, to whoever finds the list,
// what was hidden, since the pixels of a guessed word in a known font can be drawn and hashed.
//
// Positions are compared, not looked for: what has moved by a pixel is not recognised.
import { assert, bytesToBase64Url, createHmacSha256, u32, utf8ToBytes } from "@underseal/foundation";
import { isRgbImage, type RgbImage } from "./image.ts";
import type { Rect } from "./rect.ts";
import { fillGroups, groupsOf, type TileGrid } from "./tiles.ts";

export interface PixelGrid extends TileGrid {
  readonly tilePx: number;
}

export interface RememberedTile {
  /** Names the connected group that was hidden together; the same group of the same pixels has the same name. */
  readonly group: string;
  readonly column: number;
  readonly row: number;
  /**
   * HMAC-SHA-256 of the tile's place and pixels, in base64url. `null` where all of its pixels are the same: such a tile
   * would be found everywhere, so it comes back with its group and never brings it back.
   */
  readonly mac: string | null;
}

/** About a megabyte. Eight 4K screens hidden as a whole. */
export const REMEMBERED_TILES_MAX = 16_384;

// A clock, a cursor or one more line changes some tiles of what is otherwise the same. To hide too much costs the
// reviewer a click, to hide too little breaks the contract, so a third is enough; less would bring a mask back for
// the frame of a window around other content.
const MATCHING_SHARE_MIN = 1 / 3;

/** The connected groups of `tiles` (row-major indexes), each filled to its rectangle. Groups of one colour are left out. */
export const rememberMask = (
  image: RgbImage,
  grid: PixelGrid,
  tiles: ReadonlySet<number>,
  key: Uint8Array,
): readonly RememberedTile[] => {
  const macOf = createTileMac(image, grid, key);
  return groupsOf(fillGroups(tiles, grid), grid).flatMap((group) => {
    const members = placesOf(group).map((place) => ({ ...place, mac: macOf(place) }));
    if (members.every(({ mac }) => mac === null)) return [];
    const name = createHmacSha256(key)(utf8ToBytes(`${GROUP_LABEL}${JSON.stringify([group, members])}`));
    return members.map((member) => ({ group: bytesToBase64Url(name), ...member }));
  });
};

/** The tiles to hide in `image`, as row-major indexes in ascending order. */
export const recallMask = (
  image: RgbImage,
  grid: PixelGrid,
  remembered: readonly RememberedTile[],
  key: Uint8Array,
): readonly number[] => {
  const macOf = createTileMac(image, grid, key);
  const recalled = [...byGroup(remembered).values()].filter((members) => {
    const telling = members.filter(({ mac }) => mac !== null);
    const matching = telling.filter((tile) => isInGrid(tile, grid) && macOf(tile) === tile.mac);
    return matching.length > 0 && matching.length >= MATCHING_SHARE_MIN * telling.length;
  });
  const tiles = recalled.flat().filter((tile) => isInGrid(tile, grid));
  return [...new Set(tiles.map(({ column, row }) => row * grid.columns + column))].sort((a, b) => a - b);
};

/** Adds what is new at the end. Whole groups are dropped from the beginning until there are few enough tiles. */
export const rememberMore = (
  remembered: readonly RememberedTile[],
  more: readonly RememberedTile[],
): readonly RememberedTile[] => {
  const renewed = byGroup(more);
  const kept = [...byGroup(remembered).entries()].filter(([group]) => !renewed.has(group));
  const groups = [...kept.map(([, members]) => members), ...renewed.values()];
  let count = groups.reduce((sum, members) => sum + members.length, 0);
  while (count > REMEMBERED_TILES_MAX) count -= groups.shift()?.length ?? 0;
  return groups.flat();
};

/** Whether what was kept somewhere has the form of a remembered tile. */
export const isRememberedTile = (value: unknown): value is RememberedTile => {
  if (typeof value !== "object" || value === null) return false;
  const { group, column, row, mac } = value as Readonly<Record<string, unknown>>;
  return (
    typeof group === "string" &&
    [column, row].every((place) => Number.isInteger(place) && Number(place) >= 0) &&
    (mac === null || typeof mac === "string")
  );
};

const GROUP_LABEL = "underseal remembered group 1\n";
const TILE_LABEL = utf8ToBytes("underseal remembered tile 1\n");

interface Place {
  readonly column: number;
  readonly row: number;
}

const createTileMac = (image: RgbImage, grid: PixelGrid, key: Uint8Array): ((place: Place) => string | null) => {
  assert(isRgbImage(image), "the buffer is width × height × 3 bytes");
  assert(key.length >= 32, "a key has 32 bytes");
  const hmac = createHmacSha256(key);
  const known = new Map<number, string | null>();
  return ({ column, row }) => {
    const tile = row * grid.columns + column;
    const before = known.get(tile);
    if (before !== undefined) return before;
    const pixels = pixelsOf(image, { column, row }, grid.tilePx);
    // The place is part of what is hashed, so that equal tiles do not show as equal in the list.
    const place = [grid.columns, grid.rows, grid.tilePx, column, row, image.width, image.height].map(u32);
    const mac = isUniform(pixels) ? null : bytesToBase64Url(hmac(TILE_LABEL, ...place, pixels));
    known.set(tile, mac);
    return mac;
  };
};

const pixelsOf = ({ rgb, width, height }: RgbImage, { column, row }: Place, tilePx: number): Uint8Array => {
  const [left, top] = [Math.min(width, column * tilePx), Math.min(height, row * tilePx)];
  const [right, bottom] = [Math.min(width, left + tilePx), Math.min(height, top + tilePx)];
  const rowBytes = (right - left) * 3;
  const pixels = new Uint8Array(rowBytes * (bottom - top));
  for (let y = top; y < bottom; y += 1) {
    const from = (y * width + left) * 3;
    pixels.set(rgb.subarray(from, from + rowBytes), (y - top) * rowBytes);
  }
  return pixels;
};

const isUniform = (pixels: Uint8Array): boolean => pixels.every((value, i) => i < 3 || value === pixels[i - 3]);

const placesOf = ({ x, y, width, height }: Rect): readonly Place[] =>
  Array.from({ length: width * height }, (_, i) => ({ column: x + (i % width), row: y + Math.floor(i / width) }));

const isInGrid = ({ column, row }: Place, { columns, rows }: TileGrid): boolean =>
  column >= 0 && column < columns && row >= 0 && row < rows;

const byGroup = (tiles: readonly RememberedTile[]): ReadonlyMap<string, readonly RememberedTile[]> =>
  Map.groupBy(tiles, ({ group }) => group);
