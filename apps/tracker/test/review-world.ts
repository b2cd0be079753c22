// Builders for tests of the review: captures of made-up pictures, sealed into a real vault, in runs whose records are
// signed and chained for real. Keys come from a sequence, so that another process can have the same.
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import {
  type BeaconRound,
  decodeMap,
  FIRST_TILE_INDEX,
  type Picture,
  type StatementBody,
  sealingKeyOf,
  signingKeyOf,
  signRound,
} from "@underseal/evidence";
import { openVisible } from "@underseal/evidence/open";
import {
  base64UrlToBytes,
  bytesToBase64Url,
  type ContractId,
  createTestClock,
  createTestRandom,
  MINUTE_MS,
} from "@underseal/foundation";
import type { Policy } from "@underseal/redaction";
import { type Commitment, commitObservation } from "../src/captures/commit.ts";
import type { Observation } from "../src/reduction/observe.ts";
import type { TileReason } from "../src/reduction/tile-reasons.ts";
import { createReviews } from "../src/review/index.ts";
import { reviewEndMs } from "../src/review/rules.ts";
import { type DiscloserEvent, discloseAll } from "../src/session/discloser.ts";
import { signCapture } from "../src/session/records.ts";
import { closeEndedSlots, contextOf, startRun } from "../src/session/run-records.ts";
import { baseEnv, unwrap } from "./desktop.ts";
import {
  beaconSecret,
  NINE_MS,
  newId,
  type OutboxWorld,
  openOutbox,
  random,
  readRecords,
  termsWith,
} from "./outbox-world.ts";

const seeds = createTestRandom(11);
const client = sealingKeyOf(seeds.bytes(32));
const freelancer = sealingKeyOf(seeds.bytes(32));
const keys = {
  deviceId: newId<never>(),
  signing: signingKeyOf(seeds.bytes(32)),
  vault: sealingKeyOf(seeds.bytes(32)),
};
export const contract = newId<ContractId>();
export const COLUMNS = 8;
const ROWS = 6;
const TREE_SIZE = 1_024;
export const UNDO_MS = 30_000;

export interface Look {
  /** From the run's start. */
  readonly minute?: number;
  readonly reasons?: Readonly<Record<number, TileReason>>;
  readonly masked?: readonly number[];
}

interface Recording {
  /** From the run's start, of each capture. */
  readonly minutes?: readonly number[];
  readonly open?: boolean;
  readonly reviewHours?: number | null;
}

/** Everything of a tracker but its senders, on one directory. `nowMs` is what its clock says. */
export const openReviewWorld = async (
  directory: string,
  { nowMs = NINE_MS, policy = "strict" }: { readonly nowMs?: number; readonly policy?: Policy } = {},
) => {
  const world: OutboxWorld = openOutbox(directory);
  const [vaultDir, blobDir] = [path.join(directory, "vault"), path.join(directory, "blobs")];
  for (const folder of [vaultDir, blobDir]) await mkdir(folder, { recursive: true });
  const clock = { ...createTestClock(nowMs), wait: async () => {} };
  const plain = termsWith({ odds: 1 });
  const sealed = {
    client: { ...plain.body.client, seal: client.recipient },
    freelancer: { ...plain.body.freelancer, seal: freelancer.recipient },
  };
  const terms = { ...plain, body: { ...plain.body, ...sealed, redaction: policy } };
  const events: DiscloserEvent[] = [];
  const onEvent = (event: DiscloserEvent) => void events.push(event);
  const child = { display: "", env: baseEnv, execPath: process.execPath };
  const deps = { ...world, keys, random, clock, child, blobDir, termsOf: () => terms, onEvent };
  const running = { ...deps, onEvent: () => {} };
  const reviews = createReviews({ ...deps, undoMs: UNDO_MS });

  /** What the observation of each look commits to, in the vault. */
  const commit = async (index: number, { reasons = {}, masked = [] }: Look) => {
    const request = { treeSize: TREE_SIZE, vaultDir, vaultRecipient: keys.vault.recipient };
    return unwrap(await commitObservation(observationOf(index, { reasons, masked }), request, { random }));
  };

  /** Captures in one run, which has stopped unless `open`. Answers their names. */
  const record = (
    commitments: readonly Commitment[],
    { minutes, open = false, reviewHours = null }: Recording = {},
  ) => {
    const source: BeaconRound = { round: 1, signature: signRound(beaconSecret, 1) };
    const startedAtMs = clock.now();
    let run = startRun(running, { contract, terms, memo: "a memo" }, { startedAtMs, seenAtMs: startedAtMs, source });
    const names = commitments.map(({ root, maskedPermille, vaultFile, map, tiles }, index) => {
      run = closeEndedSlots(running, run, startedAtMs + (minutes?.[index] ?? index) * MINUTE_MS);
      return world.outbox.transact(() => {
        const drawn = { round: 2 + index, signature: signRound(beaconSecret, 2 + index) };
        const { hash } = world.outbox.append(contract, (link) =>
          signCapture(contextOf(running, run, startedAtMs), link, { drawn, root, maskedPermille }),
        );
        const proposed = base64UrlToBytes(map) ?? new Uint8Array();
        const taken = { hash, slot: run.openSlot, vaultFile, treeSize: TREE_SIZE, map: proposed };
        world.store.insertCapture(run.startHash, taken);
        const deadlineMs = reviewEndMs(run.openSlot, reviewHours);
        world.reviews.insertReview({ capture: hash, ...tiles, deadlineMs });
        return bytesToBase64Url(hash);
      });
    });
    if (!open) closeEndedSlots(running, run, startedAtMs + 60 * MINUTE_MS);
    return names;
  };

  const take = async (looks: readonly Look[], recording: Omit<Recording, "minutes"> = {}) => {
    const minutes = looks.map(({ minute }, index) => minute ?? index);
    return record(await Promise.all(looks.map((look, index) => commit(index, look))), { minutes, ...recording });
  };

  /** This one, or all that wait, as they stand. Answers how many. */
  const approve = (capture?: string): number => {
    const all = reviews.days().flatMap((day) => reviews.list(day));
    return reviews.approve(all.filter((review) => capture === undefined || review.capture === capture));
  };

  return {
    ...world,
    ...{ clock, events, reviews, approve, take, record, vaultDir, blobDir, deps },
    disclose: () => discloseAll(deps),
    sent: () => openSent(world),
    close: () => world.database.close(),
  };
};

/** The picture of number `index`: every tile has a colour of its own. */
const observationOf = (index: number, { reasons, masked }: Required<Pick<Look, "reasons" | "masked">>): Observation => {
  const [width, height] = [COLUMNS * 64, ROWS * 64];
  const rgb = new Uint8Array(width * height * 3);
  for (let tile = 0; tile < COLUMNS * ROWS; tile += 1) {
    if (!masked.includes(tile)) paint(rgb, width, tile, [index + 1, tile + 1, 200]);
  }
  const because = Object.entries(reasons).map(([tile, reason]) => [Number(tile), [reason]] as const);
  const observation = {
    ...{ rgb, width, height, scale: 1, tilePx: 64, columns: COLUMNS, rows: ROWS },
    displays: [{ x: 0, y: 0, width, height }],
    maskedTiles: masked,
    redactedTiles: because.map(([tile]) => tile),
    reasons: new Map(because),
    fallback: null,
    activeWindow: null,
  };
  // Made up, as only the reduction may make it outside of tests.
  return observation as unknown as Observation;
};

const paint = (rgb: Uint8Array, width: number, tile: number, colour: readonly number[]): void => {
  const [left, top] = [(tile % COLUMNS) * 64, Math.floor(tile / COLUMNS) * 64];
  for (let y = top; y < top + 64; y += 1) {
    for (let x = left; x < left + 64; x += 1) rgb.set(colour, (y * width + x) * 3);
  }
};

export interface Sent {
  readonly capture: string;
  readonly disclosure: StatementBody<"disclosure">;
  readonly picture: Picture;
  /** `.` visible, `#` withheld, `m` masked, by tile. */
  readonly marks: string;
}

/** What the client opens of every disclosure on the chain, with every check of the protocol. */
const openSent = async (world: OutboxWorld): Promise<readonly Sent[]> => {
  const records = readRecords(world.database);
  const sent: Sent[] = [];
  for (const { name, body } of records) {
    if (name !== "disclosure") continue;
    // `readRecords` read the bodies by the schemas of their names.
    const disclosure = body as StatementBody<"disclosure">;
    const capture = records.find(({ hash }) => bytesToBase64Url(hash) === disclosure.capture);
    const segment = records.find(
      (record) =>
        record.name === "segment" && (record.body as StatementBody<"segment">).captures.includes(disclosure.capture),
    );
    const row = world.database.prepare("select file from blob where digest = ?").get(disclosure.visible?.digest ?? "");
    const opened = await openVisible(new Uint8Array(readFileSync(String(row?.file))), client.identity, {
      captureHash: base64UrlToBytes(disclosure.capture) ?? new Uint8Array(),
      capture: capture?.body as StatementBody<"capture">,
      disclosure,
      segment: segment?.body as StatementBody<"segment">,
      treeSize: TREE_SIZE,
    });
    const picture = unwrap(opened);
    const marks = picture.tiles.map(({ state }) => ".#m"[state]).join("");
    sent.push({ capture: disclosure.capture, disclosure, picture, marks });
  }
  return sent;
};

/** A map as it is kept, in the same marks. */
export const marksOf = (map: Uint8Array): string =>
  (decodeMap(map, TREE_SIZE) ?? [])
    .slice(FIRST_TILE_INDEX, FIRST_TILE_INDEX + COLUMNS * ROWS)
    .map((state) => ".#m"[state])
    .join("");
