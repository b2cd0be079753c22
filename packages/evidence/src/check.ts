// What a reader checks before believing a picture (protocol §5 and §9): a tile counts only if it hashes into the
// signed root, never because it decrypted. Each failure names the complaint it is ground for. Imports nothing that
// seals or opens: the offline verifier uses it too.
import { base64UrlToBytes, equalBytes, err, hashEach, ok, type Result } from "@underseal/foundation";
import { bucketOf } from "./buckets.ts";
import {
  activityBytes,
  activityLevel,
  type Context,
  contextSchema,
  type Header,
  headerSchema,
  type MinuteCounts,
  splitBlob,
  type VisibleManifest,
  visibleManifestSchema,
} from "./content.ts";
import { decompressExactly } from "./decompress.ts";
import { commitment } from "./hash.ts";
import { parseCanonical } from "./json.ts";
import { decodeMap, isOpened, type LeafState, leafStates } from "./map.ts";
import type { StatementBody } from "./statements.ts";
import { gridOf, TILE_BYTES } from "./tiles.ts";
import {
  CONTEXT_INDEX,
  FIRST_TILE_INDEX,
  HEADER_INDEX,
  leafKinds,
  leafMessage,
  rootOfOpening,
  splitHashes,
} from "./tree.ts";

/** `MANIFEST`: not of the documented form; `ROOT`, `MAP`, `CAP`: the complaints of protocol §9. */
export interface CheckError {
  readonly code: "MANIFEST" | "ROOT" | "MAP" | "CAP" | "ACTIVITY";
  readonly detail: string;
}

/** The signed statements a visible blob is checked against. */
export interface DisclosedRecords {
  readonly captureHash: Uint8Array;
  readonly capture: StatementBody<"capture">;
  readonly disclosure: StatementBody<"disclosure">;
  readonly segment: StatementBody<"segment">;
  readonly treeSize: number;
}

/** A picture whose every tile was proven to be in the commitment made when the work happened. */
export interface Picture {
  readonly header: Header;
  /** `null`: withheld by the freelancer. */
  readonly context: Context | null;
  /** By place in the grid, row-major; the state says why a tile is not here. */
  readonly tiles: readonly { readonly state: LeafState; readonly rgb: Uint8Array | null }[];
  readonly counts: { readonly visible: number; readonly redacted: number; readonly masked: number };
  readonly memo: string;
  readonly minutes: readonly MinuteCounts[];
  readonly checkpoint: string;
}

/** Checks the decrypted plaintext of a visible blob against the records. */
export const checkVisible = async (
  plaintext: Uint8Array,
  records: DisclosedRecords,
): Promise<Result<Picture, CheckError>> => {
  const split = splitBlob(plaintext, visibleManifestSchema);
  if (!split.ok) return fail("MANIFEST", "the sealed file does not begin with a manifest of the documented form");
  const { manifest, stream } = split.value;
  const states = checkMap(manifest, records);
  if (!states.ok) return states;
  const payloads = splitPayload(manifest, stream, states.value);
  if (!payloads.ok) return payloads;
  const rooted = await checkRoot(manifest, states.value, payloads.value, records);
  if (!rooted.ok) return rooted;
  const geometry = readGeometry(payloads.value, states.value);
  if (!geometry.ok) return geometry;
  const capped = checkShares(geometry.value.counts, records);
  if (!capped.ok) return capped;
  const active = checkActivity(manifest, records);
  if (!active.ok) return active;
  const { memo, minutes, checkpoint } = manifest;
  return ok({ ...geometry.value, memo, minutes, checkpoint });
};

const fail = (code: CheckError["code"], detail: string) => err({ code, detail });

/** For values whose base64url form the schema has checked already. */
const decoded = (text: string): Uint8Array => base64UrlToBytes(text) ?? new Uint8Array();

const checkMap = (manifest: VisibleManifest, records: DisclosedRecords): Result<LeafState[], CheckError> => {
  if (!equalBytes(decoded(manifest.capture), records.captureHash)) {
    return fail("MAP", "the sealed file is about another capture");
  }
  const map = decoded(manifest.map);
  if (!equalBytes(commitment(decoded(manifest.mapSalt), map), decoded(records.disclosure.mapC))) {
    return fail("MAP", "the map is not the one that the disclosure committed to");
  }
  const states = decodeMap(map, records.treeSize);
  if (states === null || states[HEADER_INDEX] !== leafStates.visible) {
    return fail("MAP", "the map does not fit the tree, or withholds the header");
  }
  // The context is one leaf that is shown or withheld; it is never masked, and never padding.
  const context = states[CONTEXT_INDEX];
  return context === leafStates.visible || context === leafStates.redacted
    ? ok(states)
    : fail("MAP", "the map calls the context a tile");
};

/** Cuts the decompressed stream into the payloads of the visible leaves; the size must be exact. */
const splitPayload = (
  manifest: VisibleManifest,
  stream: Uint8Array,
  states: readonly LeafState[],
): Result<Map<number, Uint8Array>, CheckError> => {
  const bytes = decompressExactly(stream, manifest.payloadBytes);
  if (bytes === null) return fail("MANIFEST", "the stream does not decompress to the length announced");
  const payloads = new Map<number, Uint8Array>();
  let offset = 0;
  for (const [index, state] of states.entries()) {
    if (state !== leafStates.visible) continue;
    const length =
      index === HEADER_INDEX ? manifest.headerBytes : index === CONTEXT_INDEX ? manifest.contextBytes : TILE_BYTES;
    payloads.set(index, bytes.subarray(offset, offset + length));
    offset += length;
  }
  return offset === bytes.length ? ok(payloads) : fail("MANIFEST", "the stream and the map disagree about the size");
};

const checkRoot = async (
  manifest: VisibleManifest,
  states: readonly LeafState[],
  payloads: ReadonlyMap<number, Uint8Array>,
  records: DisclosedRecords,
): Promise<Result<void, CheckError>> => {
  const indexes = states.flatMap((state, index) => (isOpened(state) ? [index] : []));
  const salts = splitHashes(decoded(manifest.salts));
  const closed = splitHashes(decoded(manifest.closed));
  if (salts === null || closed === null || salts.length !== indexes.length) {
    return fail("ROOT", "there is not one salt for each opened leaf");
  }
  const messages = indexes.map((index, i) => {
    const payload = payloads.get(index) ?? new Uint8Array();
    return leafMessage(salts[i] ?? new Uint8Array(), index, { kind: kindOf(index, states[index]), payload });
  });
  const hashes = await hashEach(messages);
  const opened = new Map(indexes.map((index, i) => [index, hashes[i] ?? new Uint8Array()]));
  const root = rootOfOpening({ size: records.treeSize, opened, closed });
  return root.ok && equalBytes(root.value, decoded(records.capture.root))
    ? ok(undefined)
    : fail("ROOT", "the tiles do not add up to the root that was signed when the work happened");
};

const kindOf = (index: number, state: LeafState | undefined) => {
  if (index === HEADER_INDEX) return leafKinds.header;
  if (index === CONTEXT_INDEX) return leafKinds.context;
  return state === leafStates.masked ? leafKinds.masked : leafKinds.pixels;
};

type Geometry = Pick<Picture, "header" | "context" | "tiles" | "counts">;

const readGeometry = (
  payloads: ReadonlyMap<number, Uint8Array>,
  states: readonly LeafState[],
): Result<Geometry, CheckError> => {
  const header = readLeaf(payloads.get(HEADER_INDEX), headerSchema);
  if (header === null) return fail("MANIFEST", "the header leaf is not of the documented form");
  const contextPayload = payloads.get(CONTEXT_INDEX);
  const context = contextPayload === undefined ? null : readLeaf(contextPayload, contextSchema);
  if (contextPayload !== undefined && context === null) return fail("MANIFEST", "the context leaf is not well formed");
  const { columns, rows } = gridOf(header);
  const end = FIRST_TILE_INDEX + columns * rows;
  // A tile called padding, or padding called a tile, would make the hidden share a lie.
  const isHonest = states.every((state, i) => i < FIRST_TILE_INDEX || (state === leafStates.padding) === i >= end);
  if (end > states.length || !isHonest) return fail("MAP", "the map does not fit the geometry in the header");
  const tiles = states
    .slice(FIRST_TILE_INDEX, end)
    .map((state, i) => ({ state, rgb: payloads.get(FIRST_TILE_INDEX + i) ?? null }));
  return ok({ header, context, tiles, counts: countStates(tiles) });
};

const readLeaf = <T>(
  payload: Uint8Array | undefined,
  schema: { readonly safeParse: (value: unknown) => { success: true; data: T } | { success: false } },
): T | null => {
  const json = payload === undefined ? null : parseCanonical(payload);
  const parsed = json?.ok ? schema.safeParse(json.value) : null;
  return parsed?.success ? parsed.data : null;
};

const countStates = (tiles: readonly { readonly state: LeafState }[]): Picture["counts"] => ({
  visible: tiles.filter(({ state }) => state === leafStates.visible).length,
  redacted: tiles.filter(({ state }) => state === leafStates.redacted).length,
  masked: tiles.filter(({ state }) => state === leafStates.masked).length,
});

const checkShares = (counts: Picture["counts"], records: DisclosedRecords): Result<void, CheckError> => {
  const total = counts.visible + counts.redacted + counts.masked;
  if (bucketOf(counts.redacted, total) !== records.disclosure.redacted) {
    return fail("CAP", "the disclosure states another share of redacted tiles than the map shows");
  }
  return bucketOf(counts.masked, total) === records.capture.masked
    ? ok(undefined)
    : fail("CAP", "the capture states another share of masked tiles than the map shows");
};

const checkActivity = (manifest: VisibleManifest, { segment }: DisclosedRecords): Result<void, CheckError> => {
  const committed = commitment(decoded(manifest.activitySalt), activityBytes(manifest.minutes));
  return equalBytes(committed, decoded(segment.activityC)) && activityLevel(manifest.minutes) === segment.activity
    ? ok(undefined)
    : fail("ACTIVITY", "the counts by minute are not those that the segment committed to");
};
