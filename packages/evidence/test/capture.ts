// A capture with its records, and its blobs sealed for real.
import { constants, zstdCompressSync } from "node:zlib";
import { bytesToBase64Url, createTestRandom, redact, reveal } from "@underseal/foundation";
import { Decrypter } from "age-encryption";
import type { DisclosedRecords } from "../src/check.ts";
import {
  activityBytes,
  activityLevel,
  type Header,
  type MinuteCounts,
  splitBlob,
  visibleManifestSchema,
} from "../src/content.ts";
import { bucketOf, type CaptureContent, commitment, encodeMap, leavesOf, sha256 } from "../src/index.ts";
import { type LeafState, leafStates } from "../src/map.ts";
import { type SealableCapture, sealHidden, sealVisible, type VisibleSealing } from "../src/seal.ts";
import { TILE_BYTES, TILE_PX } from "../src/tiles.ts";
import { buildTree, CONTEXT_INDEX, FIRST_TILE_INDEX, type Leaf } from "../src/tree.ts";
import { sampleBodies, sampleKeys } from "./samples.ts";

export const client = sampleKeys(1).sealing;
export const freelancer = sampleKeys(2).sealing;
export const stranger = sampleKeys(3).sealing;

export const deps = {
  compress: (bytes: Uint8Array): Uint8Array =>
    new Uint8Array(zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } })),
};

export const TREE_SIZE = 1024;

export interface Look {
  readonly columns: number;
  readonly rows: number;
  /** Tiles that were never captured. */
  readonly masked?: readonly number[];
  /** Tiles that the freelancer withholds. */
  readonly redacted?: readonly number[];
  readonly isContextRedacted?: boolean;
  readonly ver?: number;
  readonly memo?: string;
  readonly fallback?: NonNullable<Header["fallback"]>;
}

export const minutes: readonly MinuteCounts[] = Array.from({ length: 10 }, (_, i) => ({
  keys: i % 3 === 0 ? 40 : 0,
  clicks: i,
  wheel: 0,
  moves: i * 7,
}));

const contentOf = ({ columns, rows, masked = [], fallback }: Look): CaptureContent => {
  const random = createTestRandom(columns * 100 + rows);
  return {
    header: {
      app: "tracker 1.0.0",
      width: columns * TILE_PX,
      height: rows * TILE_PX,
      tile: TILE_PX,
      halvings: 0,
      displays: [{ x: 0, y: 0, width: columns * TILE_PX, height: rows * TILE_PX }],
      ...(fallback && { fallback }),
    },
    context: { title: "report.txt — Editor", process: "editor" },
    // Few colours: real screens compress well.
    tiles: Array.from({ length: columns * rows }, (_, i) =>
      masked.includes(i) ? null : new Uint8Array(TILE_BYTES).fill(random.bytes(1)[0] ?? 0).with(i, 1),
    ),
  };
};

const statesOf = (look: Look): LeafState[] => {
  const states = Array.from({ length: TREE_SIZE }, (): LeafState => leafStates.padding);
  states[0] = leafStates.visible;
  states[CONTEXT_INDEX] = look.isContextRedacted === true ? leafStates.redacted : leafStates.visible;
  for (let i = 0; i < look.columns * look.rows; i += 1) {
    const isMasked = look.masked?.includes(i) ?? false;
    const isRedacted = look.redacted?.includes(i) ?? false;
    states[FIRST_TILE_INDEX + i] = isMasked ? leafStates.masked : isRedacted ? leafStates.redacted : leafStates.visible;
  }
  return states;
};

const MAP_SALT = createTestRandom(51).bytes(32);
const ACTIVITY_SALT = createTestRandom(52).bytes(32);
export const SECRET = createTestRandom(53).bytes(32);
export const CAPTURE_HASH = createTestRandom(54).bytes(32);

export interface Made {
  readonly content: CaptureContent;
  readonly capture: SealableCapture;
  readonly sealing: VisibleSealing;
  readonly states: readonly LeafState[];
}

/** Lets a test be dishonest about the leaves before the tree is built. */
export const makeCapture = (look: Look, falsify: (leaves: Leaf[]) => Leaf[] = (leaves) => leaves): Made => {
  const content = contentOf(look);
  const leaves = falsify(leavesOf(content, TREE_SIZE));
  const states = statesOf(look);
  return {
    content,
    states,
    capture: { capture: CAPTURE_HASH, secret: redact(SECRET), tree: buildTree(SECRET, leaves), leaves },
    sealing: {
      states,
      mapSalt: MAP_SALT,
      memo: look.memo ?? "wrote the report",
      minutes,
      activitySalt: ACTIVITY_SALT,
      checkpoint: "log.example/underseal1\n1\n…\n",
      ver: look.ver ?? 0,
      recipients: [client.recipient, freelancer.recipient],
    },
  };
};

export interface Disclosed extends Made {
  readonly visible: Uint8Array;
  readonly hidden: Uint8Array;
  readonly records: DisclosedRecords;
}

const fileOf = (bytes: Uint8Array) => ({ digest: bytesToBase64Url(sha256(bytes)), bytes: bytes.length });

const shareOf = (states: readonly LeafState[], state: LeafState) => {
  const tiles = states.slice(FIRST_TILE_INDEX).filter((other) => other !== leafStates.padding);
  return bucketOf(tiles.filter((other) => other === state).length, tiles.length);
};

/** The signed statements that fit what was made. */
export const recordsOf = (
  { capture, states, sealing }: Made,
  visible: Uint8Array = new Uint8Array(1),
  hidden: Uint8Array = new Uint8Array(1),
): DisclosedRecords => ({
  captureHash: CAPTURE_HASH,
  treeSize: TREE_SIZE,
  capture: {
    ...sampleBodies.capture,
    root: bytesToBase64Url(capture.tree.root),
    masked: shareOf(states, leafStates.masked),
  },
  segment: {
    ...sampleBodies.segment,
    activity: activityLevel(sealing.minutes),
    activityC: bytesToBase64Url(commitment(ACTIVITY_SALT, activityBytes(sealing.minutes))),
  },
  disclosure: {
    ...sampleBodies.disclosure,
    mapC: bytesToBase64Url(commitment(MAP_SALT, encodeMap(states))),
    redacted: shareOf(states, leafStates.redacted),
    visible: fileOf(visible),
    hidden: fileOf(hidden),
  },
});

export const sealAll = async (made: Made): Promise<Disclosed> => {
  const visible = await sealVisible(deps, made.capture, made.sealing);
  const hidden = await sealHidden(deps, made.capture, { states: made.states, recipient: freelancer.recipient });
  return { ...made, visible, hidden, records: recordsOf(made, visible, hidden) };
};

/** The plaintext of an age file, by the stock library. */
export const openWithAge = (file: Uint8Array, identity = client.identity): Promise<Uint8Array> => {
  const decrypter = new Decrypter();
  decrypter.addIdentity(reveal(identity));
  return decrypter.decrypt(file);
};

/** Manifest and decompressed payload of a visible blob, to be altered and put together again. */
export const plainVisible = async (made: Made) => {
  const plaintext = await openWithAge(await sealVisible(deps, made.capture, made.sealing));
  const split = splitBlob(plaintext, visibleManifestSchema);
  if (!split.ok) throw new Error("an honest blob has a manifest");
  return { plaintext, ...split.value };
};
