// Whole weeks in which nobody lies: one drawn by the device, and one by the beacon.
import {
  type BundleManifest,
  deviceRandomness,
  drawnRounds,
  randomnessOf,
  roundAt,
  type Statement,
  type StatementBody,
  sha256,
} from "@underseal/evidence";
import { bytesToBase64Url, concatBytes, utf8ToBytes } from "@underseal/foundation";
import {
  bytesOfBundle,
  type Chain,
  createChain,
  type Finish,
  finishBundle,
  type MadeBundle,
  signatureOf,
} from "./builders.ts";
import { CLOCK, createWorld, FREELANCER, ROUND_SECONDS, SLOT, termsOf, type World } from "./parties.ts";

export interface HonestWeek {
  readonly world: World;
  readonly terms: Statement<"terms">;
  readonly chain: Chain;
  readonly drawSeed: Uint8Array;
  readonly captures: readonly Statement<"capture">[];
  readonly blobs: readonly Uint8Array[];
  /** Of the beacon, where it drew. */
  readonly rounds?: BundleManifest["rounds"];
}

/** Seeds of the device's draws. This one draws once in the first slot and twice in the second. */
const RICH_SEED = 19;

export const drawSeedOf = (n: number): Uint8Array => sha256(utf8ToBytes(`draw seed ${n}`));

/** One run over `slots` segments, every drawn capture made, listed and disclosed. */
export const writeHonestWeek = ({
  slots = 1,
  seed = 1,
  blobBytes = 96,
  terms: termsOverrides = {},
}: {
  readonly slots?: number;
  readonly seed?: number;
  readonly blobBytes?: number;
  readonly terms?: Partial<StatementBody<"terms">>;
} = {}): HonestWeek => {
  const world = createWorld(seed);
  const terms = termsOf(world, termsOverrides);
  const chain = createChain(world, { terms });
  const drawSeed = drawSeedOf(RICH_SEED);
  const startAt = SLOT * 600;
  const rule = { person: FREELANCER, odds: terms.body.draw.odds };
  const randomnessAt = (round: number) => deviceRandomness(drawSeed, round);
  chain.start(drawSeed, startAt);
  const captures: Statement<"capture">[] = [];
  const blobs: Uint8Array[] = [];
  for (let slot = SLOT; slot < SLOT + slots; slot += 1) {
    const from = Math.max((slot * 600) / ROUND_SECONDS, startAt / ROUND_SECONDS + 1);
    const made = drawnRounds(rule, randomnessAt, { from, to: ((slot + 1) * 600) / ROUND_SECONDS }).map((round) =>
      chain.capture(round),
    );
    const stop = slot === SLOT + slots - 1;
    chain.segment(slot, {
      captures: made.map(({ hash }) => bytesToBase64Url(hash)),
      stop,
    });
    for (const { hash } of made) {
      const visible = world.random.bytes(blobBytes);
      const hidden = world.random.bytes(blobBytes);
      chain.disclosure({ capture: hash, visible, hidden }, { at: (slot + 1) * 600 + 30 });
      blobs.push(visible, hidden);
    }
    captures.push(...made);
  }
  return { world, terms, chain, drawSeed, captures, blobs };
};

/** The beacon's signatures of the rounds [from, to), as bundles carry them. */
export const roundsOf = ({ beaconSecret }: World, { from, to }: { readonly from: number; readonly to: number }) => ({
  from,
  signatures: bytesToBase64Url(
    concatBytes(...Array.from({ length: to - from }, (_, i) => signatureOf(beaconSecret, from + i))),
  ),
});

export interface OnlineOptions {
  readonly seed?: number;
  readonly startAt?: number;
  readonly seconds?: number;
  readonly blobBytes?: number;
  readonly discloses?: boolean;
  readonly terms?: Partial<StatementBody<"terms">>;
}

/** One round in ten, so that a short run has some captures. */
export const ONLINE_ODDS = 10;

/** One run drawn by the beacon: three minutes over the end of a slot, unless asked otherwise. */
export const writeOnlineWeek = ({
  seed = 1,
  startAt = SLOT * 600 + 480,
  seconds = 180,
  blobBytes = 96,
  discloses = true,
  terms: overrides = {},
}: OnlineOptions = {}): HonestWeek & Required<Pick<HonestWeek, "rounds">> => {
  const world = createWorld(seed);
  const beacon = { ...CLOCK, publicKey: bytesToBase64Url(world.beaconKey) };
  const terms = termsOf(world, { draw: { odds: ONLINE_ODDS, beacon }, ...overrides });
  const chain = createChain(world, { terms });
  const captures: Statement<"capture">[] = [];
  const blobs: Uint8Array[] = [];
  const endAt = startAt + seconds;
  const rule = { person: FREELANCER, odds: terms.body.draw.odds };
  const span = { from: roundAt(CLOCK, startAt) + 1, to: roundAt(CLOCK, endAt) };
  chain.start("beacon", startAt);
  for (let slot = Math.floor(startAt / 600); slot * 600 < endAt; slot += 1) {
    const [from, to] = [Math.max(startAt, slot * 600), Math.min(endAt, (slot + 1) * 600)];
    const part = { from: Math.max(span.from, from / ROUND_SECONDS), to: Math.min(span.to, to / ROUND_SECONDS) };
    const randomnessAt = (round: number) => randomnessOf(signatureOf(world.beaconSecret, round));
    const made = drawnRounds(rule, randomnessAt, part).map((round) => chain.capture(round));
    const listed = made.map(({ hash }) => bytesToBase64Url(hash));
    chain.segment(slot, { at: to, minutes: Math.floor((to - from) / 60), stop: to === endAt, captures: listed });
    for (const { hash } of discloses ? made : []) {
      const [visible, hidden] = [world.random.bytes(blobBytes), world.random.bytes(blobBytes)];
      chain.disclosure({ capture: hash, visible, hidden }, { at: to + 30 });
      blobs.push(visible, hidden);
    }
    captures.push(...made);
  }
  return { world, terms, chain, drawSeed: drawSeedOf(0), captures, blobs, rounds: [roundsOf(world, span)] };
};

export const finishWeek = (week: HonestWeek, finish: Finish = {}): MadeBundle =>
  finishBundle(week.world, {
    terms: [week.terms],
    blobs: week.blobs,
    rounds: week.rounds ?? [],
    ...finish,
    records: finish.records ?? week.chain.records,
  });

export const bytesOfWeek = (week: HonestWeek, finish: Finish = {}): Uint8Array =>
  bytesOfBundle(finishWeek(week, finish));
