// Whether the moments of the captures were drawn as agreed (protocol §6): by the beacon that the terms pin, or, in a
// run without network, by the seed that its start committed to. A drawn moment without a capture is no fraud by itself
// (the machine slept, the screen was locked): it is counted and told.
import { createDraw, type DrawRule, deviceRandomness, drawnRounds, randomnessOf } from "@underseal/evidence";
import { assert, ok, type Result } from "@underseal/foundation";
import { verifyBeacon } from "./beacon.ts";
import { bytesOf } from "./bytes-of.ts";
import { planDraws, type Step } from "./draw-plan.ts";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { ParsedBundle } from "./parse.ts";
import { type KnownRounds, readRounds } from "./rounds.ts";
import { type Run, trackedRuns } from "./runs.ts";
import type { Week } from "./week.ts";

export interface Draws {
  readonly drawn: number;
  readonly missing: number;
  /** Runs whose beginning, end, seed or rounds are not in this bundle, and those beyond 1,000,000 rounds in all. */
  readonly uncheckedRuns: number;
  /** Runs without network, drawn by a seed of the device. */
  readonly offlineRuns: number;
  /** Rounds of the beacon whose signature was verified: those of all starts and captures, or every one if asked. */
  readonly verifiedRounds: number;
  /** Rounds of the beacon taken as the bundle gives them: those without a capture, unless every one was asked for. */
  readonly takenRounds: number;
}

export interface DrawOptions {
  /** Verifies every round of the beacon, also those without a capture: about 5 ms for each. */
  readonly everyRound: boolean;
}

export const checkDraws = (
  bundle: ParsedBundle,
  week: Week,
  { everyRound }: DrawOptions,
): Result<Draws, VerificationFailure> => {
  const known = readRounds(bundle.rounds);
  if (known === null) return refuse("ROUNDS_MALFORMED");
  const runs = week.runsByDevice.flatMap(trackedRuns);
  // The rounds of a bundle are of one beacon, that of its first run: others cannot be drawn again.
  const listedKey = runs.find(({ source }) => source === "beacon")?.terms.statement.body.draw.beacon.publicKey;
  const planned = planDraws(week, known, listedKey);
  if (!planned.ok) return planned;
  const verified = verifyBeacon(runs, known, { listedKey, everyRound });
  if (!verified.ok) return verified;
  const undrawn = runs.filter(({ source }) => source === "beacon").map((run) => findUndrawn(run, null));
  const plannedUndrawn = [...planned.value.steps, ...planned.value.beyond].map(({ run, seed }) =>
    findUndrawn(run, seed),
  );
  const odd = [...undrawn, ...plannedUndrawn].find((capture) => capture !== null);
  if (odd !== undefined && odd !== null) return refuse("DRAW_NOT_DRAWN", odd);
  const counts = planned.value.steps.map((step) => countDraws(step, known));
  return ok({
    drawn: counts.reduce((sum, { drawn }) => sum + drawn, 0),
    missing: counts.reduce((sum, { missing }) => sum + missing, 0),
    uncheckedRuns: planned.value.uncheckedRuns,
    offlineRuns: runs.filter(({ source }) => source === "device").length,
    verifiedRounds: verified.value.count,
    takenRounds: known.signatures.size - verified.value.ofSpans,
  });
};

const ruleOf = ({ terms }: Run): DrawRule => {
  const { freelancer, draw } = terms.statement.body;
  return { person: freelancer.person, odds: draw.odds };
};

/** The first capture whose moment was chosen and not drawn. */
const findUndrawn = (run: Run, seed: Uint8Array | null) => {
  const isDrawn = createDraw(ruleOf(run));
  const statements = [...run.captures.values()].map(({ statement }) => statement);
  const randomnessIn = ({ round, sig }: (typeof statements)[number]["body"]["beacon"]): Uint8Array =>
    seed === null ? randomnessOf(bytesOf(sig ?? "")) : deviceRandomness(seed, round);
  return statements.find(({ body }) => !isDrawn(randomnessIn(body.beacon))) ?? null;
};

const countDraws = ({ run, seed, span, listed }: Step, known: KnownRounds): Pick<Draws, "drawn" | "missing"> => {
  const randomnessAt = (round: number): Uint8Array => {
    if (seed !== null) return deviceRandomness(seed, round);
    const signature = known.signatures.get(round);
    assert(signature !== undefined, "a planned span is covered by the rounds of the bundle");
    return randomnessOf(signature);
  };
  const drawn = drawnRounds(ruleOf(run), randomnessAt, span);
  const own = new Set([...run.captures.values()].map(({ statement }) => statement.body.beacon.round));
  return { drawn: drawn.length, missing: drawn.filter((round) => !own.has(round) && !listed.has(round)).length };
};
