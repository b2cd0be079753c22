// A whole week as an honest platform would export it: 240 segments in 15 runs drawn by the beacon, two captures in
// each on average, three witnesses under every published checkpoint. Everything that the verifier checks is genuine.
// Two things are not: the sealed files are random bytes, and rounds of the beacon without a capture carry random bytes
// too, which the verifier takes as the file gives them (48,000 signatures would take minutes to make). So that few
// tries find a genuine signature that draws, the odds are 2 and not 100; a draw costs the same whatever they are.
import { createDraw, randomnessOf, roundAt, type Statement } from "@underseal/evidence";
import { bytesToBase64Url, concatBytes, type Random } from "@underseal/foundation";
import {
  bytesOfBundle,
  CLOCK,
  createChain,
  createWorld,
  FREELANCER,
  finishBundle,
  policyOf,
  type Record,
  signatureOf,
  termsOf,
  WEEK,
  type World,
} from "../packages/verifier/test/builders.ts";
import { acknowledgementOf, weekStatementOf } from "../packages/verifier/test/people.ts";

const SEGMENT_SECONDS = 600;
const RUNS = 15;
const SEGMENTS_PER_RUN = 16;
const CAPTURES_PER_SEGMENT = 2;
const RUNS_PER_DAY = 3;
const DAY_SECONDS = 86_400;
const ODDS = 2;
const KIB = 1024;
const VISIBLE_BYTES = 140 * KIB;
const HIDDEN_BYTES = 60 * KIB;
const SIGNATURE_BYTES = 48;

export interface SyntheticWeek {
  readonly bytes: Uint8Array;
  readonly segments: number;
  readonly captures: number;
  readonly checkpoints: number;
}

export const makeWeek = (random: Random): SyntheticWeek => {
  const world = createWorld(240);
  const beacon = { ...CLOCK, publicKey: bytesToBase64Url(world.beaconKey) };
  const terms = termsOf(world, { draw: { odds: ODDS, beacon }, log: policyOf(world, "separate") });
  const written = writeRuns(world, terms, random);
  const { records, disclosures } = written;
  const weekStatement = weekStatementOf(world, records);
  const acknowledgements = disclosures.map((disclosure) => acknowledgementOf(world, disclosure));
  const log = logOf(world, records);
  const finish = { terms: [terms], weekStatement, acknowledgements, log, ...written };
  return {
    bytes: bytesOfBundle(finishBundle(world, finish)),
    segments: RUNS * SEGMENTS_PER_RUN,
    captures: disclosures.length,
    checkpoints: log.published.length + 1,
  };
};

const writeRuns = (world: World, terms: Statement<"terms">, random: Random) => {
  const chain = createChain(world, { terms });
  const isDrawn = createDraw({ person: FREELANCER, odds: ODDS });
  const draws = (signature: Uint8Array): boolean => isDrawn(randomnessOf(signature));
  const disclosures: Statement<"disclosure">[] = [];
  const blobs: Uint8Array[] = [];
  const rounds: { readonly from: number; readonly signatures: string }[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const startAt = startOf(run);
    const endAt = startAt + SEGMENTS_PER_RUN * SEGMENT_SECONDS;
    const captured = new Map<number, Uint8Array>();
    chain.start("beacon", startAt);
    for (let slot = startAt / SEGMENT_SECONDS; slot * SEGMENT_SECONDS < endAt; slot += 1) {
      const endsAt = (slot + 1) * SEGMENT_SECONDS;
      const drawn = findDrawn(world, roundAt(CLOCK, slot * SEGMENT_SECONDS) + 20, draws);
      for (const round of drawn) captured.set(round, signatureOf(world.beaconSecret, round));
      const captures = drawn.map((round) => chain.capture(round));
      const listed = captures.map(({ hash }) => bytesToBase64Url(hash));
      chain.segment(slot, { at: endsAt, captures: listed, stop: endsAt === endAt });
      for (const { hash } of captures) {
        const [visible, hidden] = [manyBytes(random, VISIBLE_BYTES), manyBytes(random, HIDDEN_BYTES)];
        disclosures.push(chain.disclosure({ capture: hash, visible, hidden }, { at: endsAt + 30 }));
        blobs.push(visible, hidden);
      }
    }
    const span = { from: roundAt(CLOCK, startAt) + 1, to: roundAt(CLOCK, endAt) };
    rounds.push({ from: span.from, signatures: signaturesOf(span, captured, () => undrawn(random, draws)) });
  }
  return { records: chain.records, disclosures, blobs, rounds };
};

/** The system's source gives 64 KiB at a time. */
const manyBytes = (random: Random, length: number): Uint8Array =>
  concatBytes(...Array.from({ length: length / KIB }, () => random.bytes(KIB)));

/** Three runs a day from 07:00, each followed by an hour without one. */
const startOf = (run: number): number =>
  WEEK +
  Math.floor(run / RUNS_PER_DAY) * DAY_SECONDS +
  7 * 3_600 +
  (run % RUNS_PER_DAY) * (SEGMENTS_PER_RUN * SEGMENT_SECONDS + 3_600);

/** The first rounds from there whose own signature draws. */
const findDrawn = (world: World, from: number, draws: (signature: Uint8Array) => boolean): number[] => {
  const found: number[] = [];
  for (let round = from; found.length < CAPTURES_PER_SEGMENT; round += 7) {
    if (draws(signatureOf(world.beaconSecret, round))) found.push(round);
  }
  return found;
};

const undrawn = (random: Random, draws: (signature: Uint8Array) => boolean): Uint8Array => {
  for (;;) {
    const signature = random.bytes(SIGNATURE_BYTES);
    if (!draws(signature)) return signature;
  }
};

const signaturesOf = (
  { from, to }: { readonly from: number; readonly to: number },
  genuine: ReadonlyMap<number, Uint8Array>,
  other: () => Uint8Array,
): string =>
  bytesToBase64Url(concatBytes(...Array.from({ length: to - from }, (_, i) => genuine.get(from + i) ?? other())));

/** A checkpoint after each moment at which something was recorded, as a log that publishes every few seconds has. */
const logOf = (world: World, records: readonly Record[]) => {
  const TERMS = 1;
  const isLastOfMoment = (i: number): boolean => records[i]?.body.at !== records[i + 1]?.body.at;
  const timeBySize = new Map(
    records.flatMap(({ body }, i) => (isLastOfMoment(i) ? [[TERMS + i + 1, body.at] as const] : [])),
  );
  const newest = Math.max(...timeBySize.values());
  return {
    published: [...timeBySize.keys()],
    cosign: (size: number) =>
      world.witnesses.map((witness, i) => ({ witness, time: (timeBySize.get(size) ?? newest) + 3 + i })),
  };
};
