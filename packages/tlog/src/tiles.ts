import { assert, concatBytes, ok, type Result } from "@underseal/foundation";
import { refuse, type TlogError } from "./errors.ts";
import type { NodeId } from "./nodes.ts";

// Paths and contents of C2SP tlog-tiles. Each tile has one path and each path one tile: any other spelling is
// refused, so that caches and file systems cannot hold two copies that differ.

export const TILE_WIDTH = 256;
export const TILE_HEIGHT = 8;
const TILE_LEVEL_MAX = 63;
const PATH_CHARS_MAX = 64;
const ENTRY_BYTES_MAX = 0xffff;

export interface Tile {
  /** A level of hashes (0 holds leaf hashes), or the entries themselves. */
  readonly level: number | "entries";
  readonly index: number;
  /** How many hashes or entries it holds: 256 when full, else 1 to 255. */
  readonly width: number;
}

const indexPath = (index: number): string => {
  const digits = String(index);
  const padded = digits.padStart(Math.ceil(digits.length / 3) * 3, "0");
  const groups = padded.match(/\d{3}/g) ?? [];
  return groups.map((group, i) => (i === groups.length - 1 ? group : `x${group}`)).join("/");
};

const isTile = ({ level, index, width }: Tile): boolean =>
  (level === "entries" || (Number.isInteger(level) && level >= 0 && level <= TILE_LEVEL_MAX)) &&
  Number.isSafeInteger(index) &&
  index >= 0 &&
  Number.isInteger(width) &&
  width >= 1 &&
  width <= TILE_WIDTH;

/** `tile/0/x001/x234/067.p/8`, without a leading slash. */
export const tilePath = (tile: Tile): string => {
  assert(isTile(tile), "a tile has a level, an index and a width");
  const suffix = tile.width === TILE_WIDTH ? "" : `.p/${tile.width}`;
  return `tile/${tile.level}/${indexPath(tile.index)}${suffix}`;
};

const TILE_PATH = /^tile\/(entries|\d{1,2})\/((?:x\d{3}\/){0,5}\d{3})(?:\.p\/(\d{1,3}))?$/;

/** Reads a path as `tilePath` writes it. Whether the log is long enough to have the tile is `tileWidth`'s matter. */
export const parseTilePath = (path: string): Result<Tile, TlogError> => {
  const match = path.length > PATH_CHARS_MAX ? null : TILE_PATH.exec(path);
  if (match === null) return refuse("TILE_PATH_MALFORMED");
  const [, level = "", index = "", width = String(TILE_WIDTH)] = match;
  const tile: Tile = {
    level: level === "entries" ? "entries" : Number(level),
    index: Number(index.replaceAll(/[x/]/g, "")),
    width: Number(width),
  };
  return isTile(tile) && tilePath(tile) === path ? ok(tile) : refuse("TILE_PATH_MALFORMED");
};

/** How many hashes or entries the tile at this place has in a log of `size` entries: 0 where there is none. */
export const tileWidth = (place: Pick<Tile, "level" | "index">, size: number): number => {
  const level = place.level === "entries" ? 0 : place.level;
  const nodesOnLevel = Math.floor(size / TILE_WIDTH ** level);
  return Math.max(0, Math.min(TILE_WIDTH, nodesOnLevel - place.index * TILE_WIDTH));
};

/** The nodes whose hashes, joined in this order, are the tile's bytes. For entries: the leaves, in order. */
export const tileNodes = ({ level, index, width }: Tile): readonly NodeId[] =>
  Array.from({ length: width }, (_, i) => ({
    level: level === "entries" ? 0 : level * TILE_HEIGHT,
    index: index * TILE_WIDTH + i,
  }));

/** Each entry after its length as two big-endian bytes. At most 256 entries of at most 65,535 bytes. */
export const encodeEntryBundle = (entries: readonly Uint8Array[]): Uint8Array => {
  assert(entries.length >= 1 && entries.length <= TILE_WIDTH, "a bundle has 1 to 256 entries");
  const parts = entries.flatMap((entry) => {
    assert(entry.length <= ENTRY_BYTES_MAX, "an entry has at most 65,535 bytes");
    return [Uint8Array.of(entry.length >> 8, entry.length & 0xff), entry];
  });
  return concatBytes(...parts);
};

/** `width` is how many entries the bundle's path promises. Fewer, more or left-over bytes are refused. */
export const decodeEntryBundle = (bytes: Uint8Array, width: number): Result<readonly Uint8Array[], TlogError> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: Uint8Array[] = [];
  let offset = 0;
  while (offset < bytes.length && entries.length < width) {
    if (offset + 2 > bytes.length) return refuse("BUNDLE_MALFORMED");
    const end = offset + 2 + view.getUint16(offset);
    if (end > bytes.length) return refuse("BUNDLE_MALFORMED");
    entries.push(bytes.slice(offset + 2, end));
    offset = end;
  }
  const isWhole = offset === bytes.length && entries.length === width && width <= TILE_WIDTH;
  return isWhole ? ok(entries) : refuse("BUNDLE_MALFORMED");
};
