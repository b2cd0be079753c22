import { assert, equalBytes, ok, type Result } from "@underseal/foundation";
import { refuse, type TlogError } from "./errors.ts";
import {
  type ConsistencyClaim,
  HASH_BYTES,
  type InclusionClaim,
  nodeHash,
  verifyConsistency,
  verifyInclusion,
} from "./merkle.ts";
import {
  consistencyProofNodes,
  foldProof,
  foldRoot,
  inclusionProofNodes,
  type NodeId,
  type ReadNode,
  rootNodes,
} from "./nodes.ts";
import { TILE_HEIGHT, TILE_WIDTH, type Tile, tilePath, tileWidth } from "./tiles.ts";

// Proofs out of a log's public tiles alone, for whoever wants no answer of a server that was made for them. The
// tiles are as untrusted as any answer: they count only once they lead to a root that the log has signed.

/** The bytes at a path such as `tile/0/000.p/5`, or `null` where the log has none. May reject: that is passed on. */
export type ReadTile = (path: string) => Promise<Uint8Array | null>;

export interface TileSource {
  readonly readTile: ReadTile;
}

/** Where a complete subtree sits: the hashes of a tile that it spans, from `first` on. */
const placeOf = ({ level, index }: NodeId) => {
  const width = 2 ** (level % TILE_HEIGHT);
  const start = index * width;
  const tile = { level: Math.floor(level / TILE_HEIGHT), index: Math.floor(start / TILE_WIDTH) };
  return { tile, first: start % TILE_WIDTH, width };
};

const tileName = ({ level, index }: Pick<Tile, "level" | "index">): string => `${level}/${index}`;

/** A partial tile may be gone once the full one exists, so that is asked for in its place. */
const readHashes = async (tile: Tile, readTile: ReadTile): Promise<Result<Uint8Array, TlogError>> => {
  const own = await readTile(tilePath(tile));
  const isFull = own === null || tile.width === TILE_WIDTH;
  const bytes = own ?? (await readTile(tilePath({ ...tile, width: TILE_WIDTH })));
  if (bytes === null) return refuse("TILE_MISSING");
  const expected = (isFull ? TILE_WIDTH : tile.width) * HASH_BYTES;
  return bytes.length === expected ? ok(bytes) : refuse("TILE_MALFORMED");
};

const foldSpan = (hashes: Uint8Array, first: number, width: number): Uint8Array => {
  if (width === 1) return hashes.slice(first * HASH_BYTES, (first + 1) * HASH_BYTES);
  const half = width / 2;
  return nodeHash(foldSpan(hashes, first, half), foldSpan(hashes, first + half, half));
};

export interface TileNodes extends TileSource {
  /** The log's size under a verified checkpoint; it says how wide the last tiles are. */
  readonly size: number;
  /** Complete subtrees within that size. */
  readonly nodes: readonly NodeId[];
}

/** Reads the nodes from tiles, each tile once and all at the same time. Errors: `TILE_MISSING`, `TILE_MALFORMED`. */
export const readTileNodes = async ({ size, nodes, readTile }: TileNodes): Promise<Result<ReadNode, TlogError>> => {
  const tiles = new Map(nodes.map(placeOf).map(({ tile }) => [tileName(tile), tile]));
  const hashesByTile = new Map<string, Uint8Array>();
  const reads = Array.from(tiles, async ([name, place]) => {
    const hashes = await readHashes({ ...place, width: tileWidth(place, size) }, readTile);
    if (hashes.ok) hashesByTile.set(name, hashes.value);
    return hashes;
  });
  for (const read of await Promise.all(reads)) if (!read.ok) return read;
  return ok((level, index) => {
    const { tile, first, width } = placeOf({ level, index });
    const hashes = hashesByTile.get(tileName(tile));
    assert(hashes !== undefined, "only nodes that were asked for are read");
    return foldSpan(hashes, first, width);
  });
};

export type TileInclusion = Omit<InclusionClaim, "proof"> & TileSource;

/**
 * Shows from tiles that the leaf is entry `index`, and returns the proof. Errors: `INDEX_OUT_OF_RANGE`,
 * `ROOT_MISMATCH` where another leaf is there, `TILE_MISMATCH` where the tiles are not those of this root,
 * `TILE_MISSING`, `TILE_MALFORMED`.
 */
export const proveInclusionByTiles = async (
  claim: TileInclusion,
): Promise<Result<readonly Uint8Array[], TlogError>> => {
  const { index, size, root, leafHash, readTile } = claim;
  const isInside = Number.isSafeInteger(size) && Number.isSafeInteger(index) && index >= 0 && index < size;
  if (!isInside) return refuse("INDEX_OUT_OF_RANGE");
  const plan = inclusionProofNodes({ index, size });
  const read = await readTileNodes({ size, nodes: [{ level: 0, index }, ...plan.flat()], readTile });
  if (!read.ok) return read;
  const proof = foldProof(plan, read.value);
  const own = read.value(0, index);
  if (!verifyInclusion({ index, size, leafHash: own, proof, root }).ok) return refuse("TILE_MISMATCH");
  return equalBytes(own, leafHash) ? ok(proof) : refuse("ROOT_MISMATCH");
};

export type TileConsistency = Omit<ConsistencyClaim, "proof"> & TileSource;

/**
 * Shows from tiles that the newer log continues the older one, and returns the proof. Errors: `SIZE_INVALID`,
 * `LOG_FORKED` where the tiles are those of the newer root and yet not of the older one: then both signed
 * checkpoints together convict the log; `TILE_MISMATCH` where they do not lead to the newer root, `TILE_MISSING`,
 * `TILE_MALFORMED`.
 */
export const proveConsistencyByTiles = async (
  claim: TileConsistency,
): Promise<Result<readonly Uint8Array[], TlogError>> => {
  const { oldSize, oldRoot, newSize, newRoot, readTile } = claim;
  const areSizes = Number.isSafeInteger(oldSize) && Number.isSafeInteger(newSize);
  if (!areSizes || oldSize <= 0 || oldSize > newSize) return refuse("SIZE_INVALID");
  if (oldSize === newSize) return equalBytes(oldRoot, newRoot) ? ok([]) : refuse("LOG_FORKED");
  const plan = consistencyProofNodes({ oldSize, newSize });
  const read = await readTileNodes({ size: newSize, nodes: [...rootNodes(oldSize), ...plan.flat()], readTile });
  if (!read.ok) return read;
  const proof = foldProof(plan, read.value);
  const shownRoot = foldRoot(oldSize, read.value);
  if (!verifyConsistency({ oldSize, oldRoot: shownRoot, newSize, newRoot, proof }).ok) return refuse("TILE_MISMATCH");
  return equalBytes(shownRoot, oldRoot) ? ok(proof) : refuse("LOG_FORKED");
};
