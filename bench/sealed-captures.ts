// Captures with their records and sealed files, made of painted screens: what the benchmarks of evidence measure.
import { constants, zstdCompressSync } from "node:zlib";
import type { DisclosedRecords } from "@underseal/evidence";
import {
  accountKeysOf,
  activityBytes,
  activityLevel,
  bucketOf,
  buildTree,
  commitment,
  type EvidenceTree,
  encodeMap,
  FIRST_TILE_INDEX,
  type Frame,
  frameToTiles,
  type Leaf,
  type LeafState,
  leafStates,
  leavesOf,
  type Statement,
  type StatementBody,
  sha256,
  signStatement,
  TILE_PX,
} from "@underseal/evidence";
import { sealHidden, sealVisible } from "@underseal/evidence/seal";
import { bytesToBase64Url, createTestRandom, redact, reveal } from "@underseal/foundation";

const random = createTestRandom(1);
const keysOf = () => accountKeysOf(redact(random.bytes(32)), 1);
export const client = keysOf();
export const freelancer = keysOf();
const device = random.bytes(32);

/** The level of the tracker. */
const ZSTD_LEVEL = 1;
export const compress = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: ZSTD_LEVEL } }));

const hashText = (): string => bytesToBase64Url(random.bytes(32));

const chained = {
  contract: "0197aaaa-0000-7000-8000-000000000001",
  terms: hashText(),
  device: "0197aaaa-0000-7000-8000-000000000002",
  seq: 1,
  prev: hashText(),
  at: 1_794_787_200,
} as const;

const beacon = { round: 34_000_000, sig: bytesToBase64Url(random.bytes(48)) };

export interface Committed {
  readonly secret: Uint8Array;
  readonly leaves: readonly Leaf[];
  readonly tree: EvidenceTree;
  readonly record: Statement<"capture">;
}

/** Everything between the pixels of a screen and the signed record that binds them. */
export const commitFrame = (frame: Frame, treeSize: number): Committed => {
  const { width, height } = frame;
  const secret = random.bytes(32);
  const leaves = leavesOf(
    {
      header: {
        app: "tracker 1.0.0",
        width,
        height,
        tile: TILE_PX,
        halvings: 0,
        displays: [{ x: 0, y: 0, width, height }],
      },
      context: { title: "report.txt — Editor", process: "editor" },
      tiles: frameToTiles(frame),
    },
    treeSize,
  );
  const tree = buildTree(secret, leaves);
  const body = { ...chained, nonce: hashText(), beacon, root: bytesToBase64Url(tree.root), masked: 0 } as const;
  return { secret, leaves, tree, record: signStatement("capture", body, [device]) };
};

const minutes = Array.from({ length: 10 }, (_, i) => ({ keys: 40 * i, clicks: i, wheel: 0, moves: i * 7 }));
const mapSalt = random.bytes(32);
const activitySalt = random.bytes(32);

/** A window of forty tiles is withheld. */
const WITHHELD = { columns: 8, rows: 5 } as const;

export const statesOf = (leaves: readonly Leaf[], columns: number, tileCount: number): LeafState[] =>
  leaves.map((_, index) => {
    const tile = index - FIRST_TILE_INDEX;
    if (tile < 0) return leafStates.visible;
    if (tile >= tileCount) return leafStates.padding;
    const isWithheld = tile % columns < WITHHELD.columns && Math.floor(tile / columns) < WITHHELD.rows;
    return isWithheld ? leafStates.redacted : leafStates.visible;
  });

export interface SealedCapture {
  readonly visible: Uint8Array;
  readonly hidden: Uint8Array;
}

export const sealCapture = async (committed: Committed, states: readonly LeafState[]): Promise<SealedCapture> => {
  const { secret, leaves, tree, record } = committed;
  const capture = { capture: record.hash, secret: redact(secret), tree, leaves };
  const visible = await sealVisible({ compress }, capture, {
    states,
    mapSalt,
    memo: "wrote the report",
    minutes,
    activitySalt,
    checkpoint: "log.example/underseal1\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
    ver: 0,
    recipients: [client.sealing.recipient, freelancer.sealing.recipient],
  });
  const hidden = await sealHidden({ compress }, capture, { states, recipient: freelancer.sealing.recipient });
  return { visible, hidden };
};

const fileOf = (bytes: Uint8Array) => ({ digest: bytesToBase64Url(sha256(bytes)), bytes: bytes.length });

/** The signed statements that a client checks the visible file against. */
export const recordsOf = (
  committed: Committed,
  states: readonly LeafState[],
  { visible, hidden }: SealedCapture,
): DisclosedRecords => {
  const tiles = states.slice(FIRST_TILE_INDEX).filter((state) => state !== leafStates.padding);
  const redactedCount = tiles.filter((state) => state === leafStates.redacted).length;
  const segment: StatementBody<"segment"> = {
    ...chained,
    nonce: hashText(),
    slot: 2_991_312,
    minutes: 10,
    stop: false,
    captures: [bytesToBase64Url(committed.record.hash)],
    activity: activityLevel(minutes),
    activityC: bytesToBase64Url(commitment(activitySalt, activityBytes(minutes))),
    work: false,
    workC: hashText(),
    mode: "working",
    manual: false,
  };
  const disclosure: StatementBody<"disclosure"> = {
    ...chained,
    nonce: hashText(),
    capture: bytesToBase64Url(committed.record.hash),
    ver: 0,
    mapC: bytesToBase64Url(commitment(mapSalt, encodeMap(states))),
    redacted: bucketOf(redactedCount, tiles.length),
    wrapC: hashText(),
    visible: fileOf(visible),
    hidden: fileOf(hidden),
  };
  const { body, hash } = committed.record;
  return { captureHash: hash, capture: body, segment, disclosure, treeSize: committed.leaves.length };
};

export const clientIdentity = (): string => reveal(client.sealing.identity);
