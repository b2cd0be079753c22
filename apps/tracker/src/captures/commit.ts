// Runs in the capture child: from a masked observation to a commitment. The pixels go into the vault, sealed, and are
// on the disk before the root is told to anybody; then this process ends and forgets them.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { constants, zstdCompressSync } from "node:zlib";
import {
  bucketOf,
  buildTree,
  CONTEXT_INDEX,
  encodeMap,
  FIRST_TILE_INDEX,
  frameToTiles,
  type Header,
  type LeafState,
  leafStates,
  leavesOf,
} from "@underseal/evidence";
import { sealForVault } from "@underseal/evidence/seal";
import { bytesToBase64Url, err, ok, type Random, type Result, redact } from "@underseal/foundation";
import { writeFileDurably } from "../platform/durable-file.ts";
import { type Fallback, faultReasons } from "../reduction/faults.ts";
import type { Observation } from "../reduction/observe.ts";
import type { TileReason } from "../reduction/tile-reasons.ts";

export interface CommitRequest {
  readonly treeSize: number;
  readonly vaultDir: string;
  readonly vaultRecipient: string;
}

/** What leaves the capture child: nothing of it shows what was on the screen. */
export interface Commitment {
  readonly root: string;
  readonly maskedPermille: number;
  readonly vaultFile: string;
  /** The proposed map of leaf states, base64url: denied areas masked, text withheld. */
  readonly map: string;
  /** Why more is withheld than the terms ask for; `null` where it is not. */
  readonly fallback: Fallback | null;
  /** How the tiles stand, and of each withheld one its row-major index and the codes of its reasons. */
  readonly tiles: ProposedTiles;
}

export interface ProposedTiles {
  readonly columns: number;
  readonly rows: number;
  readonly reasons: readonly (readonly [tile: number, reasons: readonly TileReason[]])[];
}

export const APP_NAME = "underseal-tracker/0.0.0";

const ZSTD_LEVEL = 9;

export const compress = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } }));

export const commitObservation = async (
  observation: Observation,
  request: CommitRequest,
  deps: { readonly random: Random },
): Promise<Result<Commitment, { code: "VAULT_UNUSABLE"; message: string }>> => {
  const masked = new Set(observation.maskedTiles);
  const tiles = frameToTiles(observation).map((tile, index) => (masked.has(index) ? null : tile));
  const context = {
    title: shorten(observation.activeWindow?.title ?? "", TEXT_MAX),
    process: shorten(observation.activeWindow?.process ?? "", PROCESS_MAX),
  };
  const leaves = leavesOf({ header: headerOf(observation), context, tiles }, request.treeSize);
  const secret = deps.random.bytes(32);
  const tree = buildTree(secret, leaves);
  const root = bytesToBase64Url(tree.root);
  const vaultFile = path.join(request.vaultDir, `${root}.age`);
  // The record that will name the capture does not exist yet; at rest, the root is its name.
  const sealable = { capture: tree.root, secret: redact(secret), tree, leaves };
  try {
    await mkdir(request.vaultDir, { recursive: true, mode: 0o700 });
    await writeFileDurably(vaultFile, await sealForVault({ compress }, sealable, request.vaultRecipient));
  } catch (cause) {
    const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown";
    return err({ code: "VAULT_UNUSABLE", message: `cannot write the vault (${reason}): free disk space` });
  }
  const map = bytesToBase64Url(encodeMap(statesOf(observation, request.treeSize)));
  return ok({
    root,
    maskedPermille: bucketOf(masked.size, tiles.length),
    vaultFile,
    map,
    fallback: observation.fallback,
    tiles: { columns: observation.columns, rows: observation.rows, reasons: [...observation.reasons] },
  });
};

const TEXT_MAX = 500;
const PROCESS_MAX = 200;

/** The cut may go through a letter of two halves; half a letter cannot be signed. */
const shorten = (text: string, charactersMax: number): string => text.slice(0, charactersMax).toWellFormed();

const headerOf = ({ width, height, scale, displays, fallback }: Observation): Header => ({
  app: APP_NAME,
  width,
  height,
  tile: 64,
  halvings: Math.log2(scale),
  displays: displays.map(({ x, y, width, height }) => ({ x, y, width, height })),
  ...(fallback && { fallback: { shows: fallback.shows, because: faultReasons[fallback.code] } }),
});

/** A window's title is text: where text is withheld, so is the title. */
const statesOf = (observation: Observation, treeSize: number): LeafState[] => {
  const states: LeafState[] = new Array(treeSize).fill(leafStates.padding);
  states.fill(leafStates.visible, 0, FIRST_TILE_INDEX + observation.columns * observation.rows);
  states[CONTEXT_INDEX] = leafStates.redacted;
  for (const tile of observation.redactedTiles) states[FIRST_TILE_INDEX + tile] = leafStates.redacted;
  for (const tile of observation.maskedTiles) states[FIRST_TILE_INDEX + tile] = leafStates.masked;
  return states;
};
