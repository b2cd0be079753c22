// A real capture as a tracker makes one: a small random screen, its tree, and both sealed blobs.
import { zstdCompressSync } from "node:zlib";
import {
  activityBytes,
  bucketOf,
  buildTree,
  commitment,
  encodeMap,
  type LeafState,
  leafStates,
  leavesOf,
  type MinuteCounts,
  sha256,
  TILE_BYTES,
  wrapKeyOf,
} from "@underseal/evidence";
import { sealHidden, sealVisible } from "@underseal/evidence/seal";
import { bytesToBase64Url, redact, utf8ToBytes } from "@underseal/foundation";
import { random, type TestContract } from "./world.ts";

const TREE_SIZE = 1024;
const [WIDTH, HEIGHT, TILES] = [128, 128, 4];

export const MINUTES: readonly MinuteCounts[] = Array.from({ length: 10 }, (_, i) => ({
  keys: i,
  clicks: 0,
  wheel: 0,
  moves: 0,
}));

export const ACTIVITY_SALT = random.bytes(32);
export const activityC = bytesToBase64Url(commitment(ACTIVITY_SALT, activityBytes(MINUTES)));

const compress = (bytes: Uint8Array): Uint8Array => new Uint8Array(zstdCompressSync(bytes));

export const takeScreen = () => {
  const secret = random.bytes(32);
  const header = {
    app: "test",
    width: WIDTH,
    height: HEIGHT,
    tile: 64 as const,
    halvings: 0,
    displays: [{ x: 0, y: 0, width: WIDTH, height: HEIGHT }],
  };
  const tiles = Array.from({ length: TILES }, () => random.bytes(TILE_BYTES));
  const leaves = leavesOf({ header, context: { title: "secret title", process: "editor" }, tiles }, TREE_SIZE);
  return { secret, leaves, tree: buildTree(secret, leaves) };
};

export type Screen = ReturnType<typeof takeScreen>;

/** Everything that a disclosure of the capture says, and the two blobs it names; one of the four tiles is withheld. */
export const sealScreen = async (screen: Screen, capture: Uint8Array, contract: TestContract) => {
  const states = screen.leaves.map((_, i): LeafState => {
    if (i >= 2 + TILES) return leafStates.padding;
    return i === 2 ? leafStates.redacted : leafStates.visible;
  });
  const sealable = { capture, secret: redact(screen.secret), tree: screen.tree, leaves: screen.leaves };
  const mapSalt = random.bytes(32);
  const { recipient } = contract.freelancer.keys.sealing;
  const visible = await sealVisible({ compress }, sealable, {
    states,
    mapSalt,
    memo: "a memo",
    minutes: MINUTES,
    activitySalt: ACTIVITY_SALT,
    checkpoint: "",
    ver: 0,
    recipients: [contract.client.keys.sealing.recipient, recipient],
  });
  const hidden = await sealHidden({ compress }, sealable, { states, recipient });
  return {
    visible,
    hidden,
    mapC: bytesToBase64Url(commitment(mapSalt, encodeMap(states))),
    wrapC: bytesToBase64Url(sha256(utf8ToBytes("underseal/1/wrapC"), wrapKeyOf(screen.secret))),
    redacted: bucketOf(1, TILES),
  };
};
