// The content of a capture: the leaves of its tree, and the plaintext of the two blobs that a disclosure names
// (protocol §5). Nothing here encrypts or decrypts: the verifier and the server may import it.
import { assert, base64UrlToBytes, concatBytes, err, ok, type Result } from "@underseal/foundation";
import { z } from "zod";
import { encodeCanonical, parseCanonical } from "./json.ts";
import { type LeafState, leafStates } from "./map.ts";
import { padBytes } from "./padding.ts";
import { gridOf, TILE_BYTES, TILE_PX } from "./tiles.ts";
import { FIRST_TILE_INDEX, type Leaf, leafKinds } from "./tree.ts";

const integer = (max: number) => z.int().min(0).max(max);
const DESKTOP_PX_MAX = 65_536;

/** Why a capture shows less than its terms allow (protocol §4.2). Coarse: what broke in detail is the tracker's affair. */
export const fallbackReasons = ["screen", "detection", "reading", "lists", "time", "memory", "process"] as const;

export type FallbackReason = (typeof fallbackReasons)[number];

/** Leaf 0: the geometry, always visible, so that the client counts the tiles itself. */
export const headerSchema = z.strictObject({
  app: z.string().max(100),
  width: z.int().min(1).max(DESKTOP_PX_MAX),
  height: z.int().min(1).max(DESKTOP_PX_MAX),
  tile: z.literal(TILE_PX),
  /** How often the virtual desktop was halved in both directions to fit the tree. */
  halvings: integer(8),
  displays: z
    .array(
      z.strictObject({
        x: integer(DESKTOP_PX_MAX),
        y: integer(DESKTOP_PX_MAX),
        width: integer(DESKTOP_PX_MAX),
        height: integer(DESKTOP_PX_MAX),
      }),
    )
    .min(1)
    .max(32),
  /** There where something failed and the tracker withheld all text, or the whole picture. */
  fallback: z
    .strictObject({ shows: z.enum(["structure", "nothing"]), because: z.enum(fallbackReasons) })
    .exactOptional(),
});

export type Header = z.infer<typeof headerSchema>;

/** Leaf 1: what was in front. May be redacted as a whole. */
export const contextSchema = z.strictObject({ title: z.string().max(500), process: z.string().max(200) });

export type Context = z.infer<typeof contextSchema>;

/** Input events by minute of the segment: counts, never keys. */
export const minuteCountsSchema = z.strictObject({
  keys: integer(1_000_000),
  clicks: integer(1_000_000),
  wheel: integer(1_000_000),
  moves: integer(1_000_000),
});

export type MinuteCounts = z.infer<typeof minuteCountsSchema>;

const base64Url = (maxBytes: number) =>
  z
    .string()
    .max(Math.ceil((maxBytes * 4) / 3))
    .refine((text) => base64UrlToBytes(text) !== null, "not base64url");

const TREE_SIZE_MAX = 4096;
/** A client opens what a stranger wrote: nothing may grow beyond a full tree of raw tiles. */
export const PAYLOAD_MAX_BYTES = TREE_SIZE_MAX * TILE_PX * TILE_PX * 3;
const MANIFEST_MAX_BYTES = 1024 * 1024;
export const MEMO_MAX_CHARACTERS = 1_000;

export const visibleManifestSchema = z.strictObject({
  capture: base64Url(32),
  map: base64Url(TREE_SIZE_MAX / 4),
  mapSalt: base64Url(32),
  /** Salts of the opened leaves, in order. */
  salts: base64Url(TREE_SIZE_MAX * 32),
  /** Hashes of the maximal subtrees without an opened leaf, left to right. */
  closed: base64Url(TREE_SIZE_MAX * 32),
  headerBytes: integer(16_384),
  /** 0 where the context is redacted. */
  contextBytes: integer(16_384),
  memo: z.string().max(MEMO_MAX_CHARACTERS),
  minutes: z.array(minuteCountsSchema).length(10),
  activitySalt: base64Url(32),
  /** The newest checkpoint the author knew: how the client learns of a forked log past the platform. */
  checkpoint: z.string().max(8_192),
  encoding: z.literal("zstd"),
  /** Length of the compressed stream; what follows it is padding. */
  streamBytes: integer(PAYLOAD_MAX_BYTES),
  payloadBytes: integer(PAYLOAD_MAX_BYTES),
});

export type VisibleManifest = z.infer<typeof visibleManifestSchema>;

export const hiddenManifestSchema = z.strictObject({
  capture: base64Url(32),
  secret: base64Url(32),
  /** 0 where the header is not inside. */
  headerBytes: integer(16_384),
  encoding: z.literal("zstd"),
  streamBytes: integer(PAYLOAD_MAX_BYTES),
  payloadBytes: integer(PAYLOAD_MAX_BYTES),
});

export type HiddenManifest = z.infer<typeof hiddenManifestSchema>;

/** Where no tile is shown, the length would tell of the header and the memo: such files are all of one length. */
export const PLAINTEXT_MIN_BYTES = 8_192;

/** `JCS manifest || 0x00 || compressed stream`, padded with zeros: by Padmé, and to the least length. */
export const joinBlob = (manifest: VisibleManifest | HiddenManifest, stream: Uint8Array): Uint8Array => {
  assert(manifest.streamBytes === stream.length, "the manifest says how long the stream is");
  return padBytes(concatBytes(encodeCanonical(manifest), Uint8Array.of(0), stream), PLAINTEXT_MIN_BYTES);
};

export interface SplitBlob<Manifest> {
  readonly manifest: Manifest;
  readonly stream: Uint8Array;
}

/** Takes the plaintext of a blob apart, as hostile input. */
export const splitBlob = <Manifest extends VisibleManifest | HiddenManifest>(
  plaintext: Uint8Array,
  schema: z.ZodType<Manifest>,
): Result<SplitBlob<Manifest>, "MANIFEST"> => {
  const end = plaintext.indexOf(0);
  if (end < 0) return err("MANIFEST");
  const json = parseCanonical(plaintext.subarray(0, end), { maxBytes: MANIFEST_MAX_BYTES });
  const manifest = json.ok ? schema.safeParse(json.value) : null;
  if (manifest?.success !== true) return err("MANIFEST");
  const from = end + 1;
  const to = from + manifest.data.streamBytes;
  const isPadding = plaintext.subarray(to).every((byte) => byte === 0);
  if (to > plaintext.length || !isPadding) return err("MANIFEST");
  return ok({ manifest: manifest.data, stream: plaintext.subarray(from, to) });
};

/** `null` in `tiles` is a masked tile: never captured. */
export interface CaptureContent {
  readonly header: Header;
  readonly context: Context;
  readonly tiles: readonly (Uint8Array | null)[];
}

/** All leaves of a capture's tree, padding included. The desktop must fit: `columns × rows + 2 ≤ treeSize`. */
export const leavesOf = (content: CaptureContent, treeSize: number): Leaf[] => {
  const { columns, rows } = gridOf(content.header);
  assert(content.tiles.length === columns * rows, "one tile for each place of the grid");
  assert(content.tiles.length + FIRST_TILE_INDEX <= treeSize, "the desktop fits the tree");
  const leaves: Leaf[] = [
    { kind: leafKinds.header, payload: encodeCanonical(content.header) },
    { kind: leafKinds.context, payload: encodeCanonical(content.context) },
    ...content.tiles.map((tile) =>
      tile === null ? { kind: leafKinds.masked, payload: new Uint8Array() } : { kind: leafKinds.pixels, payload: tile },
    ),
  ];
  while (leaves.length < treeSize) leaves.push({ kind: leafKinds.padding, payload: new Uint8Array() });
  return leaves;
};

/**
 * The leaves of a capture back from the payloads of all of them that have one (the header, the context, the tiles
 * that were not masked), one after the other. `null` where the sizes do not fit the states.
 */
export const restoreLeaves = ({
  payload,
  headerBytes,
  states,
}: {
  readonly payload: Uint8Array;
  readonly headerBytes: number;
  readonly states: readonly LeafState[];
}): Leaf[] | null => {
  const hasPixels = (state: LeafState) => state === leafStates.visible || state === leafStates.redacted;
  const tileCount = states.slice(FIRST_TILE_INDEX).filter(hasPixels).length;
  const contextBytes = payload.length - headerBytes - tileCount * TILE_BYTES;
  if (contextBytes < 0) return null;
  let offset = 0;
  const take = (length: number) => {
    offset += length;
    return payload.subarray(offset - length, offset);
  };
  const leaves: Leaf[] = [
    { kind: leafKinds.header, payload: take(headerBytes) },
    { kind: leafKinds.context, payload: take(contextBytes) },
  ];
  for (const state of states.slice(FIRST_TILE_INDEX)) {
    if (hasPixels(state)) leaves.push({ kind: leafKinds.pixels, payload: take(TILE_BYTES) });
    else leaves.push({ kind: state === leafStates.masked ? leafKinds.masked : leafKinds.padding, payload: EMPTY });
  }
  return leaves;
};

const EMPTY = new Uint8Array();

export const activityBytes = (minutes: readonly MinuteCounts[]): Uint8Array => encodeCanonical(minutes);

/** 0–10: in how many minutes of the segment there was any input. */
export const activityLevel = (minutes: readonly MinuteCounts[]): number =>
  minutes.filter(({ keys, clicks, wheel, moves }) => keys + clicks + wheel + moves > 0).length;
