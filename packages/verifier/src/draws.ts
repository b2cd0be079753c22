// Whether the moments of the captures were drawn as committed (protocol §6). A drawn moment without a capture is no
// fraud by itself (the machine slept, the screen was locked): it is counted and told.
import { type DrawRule, drawCommitment, drawnRounds, isDrawn, roundOf } from "@underseal/evidence";
import { equalBytes, ok, type Result } from "@underseal/foundation";
import { bytesOf } from "./bytes-of.ts";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { Run } from "./runs.ts";
import type { Week } from "./week.ts";

/** A device that records every second of the week stays below it; what claims more only burns time. */
export const ROUNDS_MAX = 1_000_000;

export interface Draws {
  readonly drawn: number;
  readonly missing: number;
  /** Runs whose seed is not revealed in this bundle, or whose beginning is not in it. */
  readonly uncheckedRuns: number;
}

export const checkDraws = (week: Week): Result<Draws, VerificationFailure> => {
  const planned = planDraws(week);
  if (!planned.ok) return planned;
  const { plan, uncheckedRuns } = planned.value;
  const sum = { drawn: 0, missing: 0, uncheckedRuns };
  for (const step of plan) {
    const result = checkRun(step);
    if (!result.ok) return result;
    sum.drawn += result.value.drawn;
    sum.missing += result.value.missing;
  }
  return ok(sum);
};

interface Step {
  readonly run: Run;
  readonly rule: DrawRule;
  readonly span: Rounds;
}

interface Plan {
  readonly plan: readonly Step[];
  readonly uncheckedRuns: number;
}

/** What is to be drawn again, found before the first draw so that its amount can be refused. */
const planDraws = (week: Week): Result<Plan, VerificationFailure> => {
  const plan: Step[] = [];
  let uncheckedRuns = 0;
  let rounds = 0;
  for (const runs of week.runsByDevice) {
    let nextRound = 0;
    for (const run of runs.filter(isTracked)) {
      if (run.start !== null && !isRoundOfStart(run.start, run)) return refuse("DRAW_START_MISPLACED", run.start);
      const seed = readSeed(run);
      if (!seed.ok) return seed;
      const { start, stop } = run;
      if (seed.value === null || start === null || stop === null) {
        uncheckedRuns += 1;
        continue;
      }
      const span = roundsOf(run, { start, stop, week, nextRound });
      rounds += span.to - span.from;
      if (rounds > ROUNDS_MAX) return refuse("DRAW_TOO_LONG", start);
      plan.push({ run, rule: ruleOf(run, seed.value), span });
      nextRound = span.to;
    }
  }
  return ok({ plan, uncheckedRuns });
};

const isTracked = ({ start, captures, segments }: Run): boolean =>
  start !== null || captures.size > 0 || segments.some(({ body }) => !body.manual);

/** A start that names a later round than its own would be excused from the draws between. */
const isRoundOfStart = ({ body }: NonNullable<Run["start"]>, { terms }: Run): boolean =>
  body.beacon.round === roundOf(body.at, terms.statement.body.draw.roundSeconds);

/** `null` where the run has not revealed its seed here. */
const readSeed = ({ start, segments }: Run): Result<Uint8Array | null, VerificationFailure> => {
  let seed: Uint8Array | null = null;
  for (const segment of segments) {
    if (segment.body.drawSeed === undefined) continue;
    seed = bytesOf(segment.body.drawSeed);
    const isCommitted = start === null || equalBytes(drawCommitment(seed), bytesOf(start.body.drawC));
    if (!isCommitted) return refuse("DRAW_SEED_MISMATCH", segment);
  }
  return ok(seed);
};

const ruleOf = ({ terms }: Run, seed: Uint8Array): DrawRule => {
  const { freelancer, draw } = terms.statement.body;
  return { seed, person: freelancer.person, odds: draw.odds };
};

interface Rounds {
  readonly from: number;
  readonly to: number;
}

/**
 * The whole rounds of the run inside the week: after the one in which it started, before the one in which it stopped.
 * Overlapping runs of one device are counted once.
 */
const roundsOf = (
  { terms }: Run,
  {
    start,
    stop,
    week,
    nextRound,
  }: {
    readonly start: NonNullable<Run["start"]>;
    readonly stop: NonNullable<Run["stop"]>;
    readonly week: Week;
    readonly nextRound: number;
  },
): Rounds => {
  const { roundSeconds } = terms.statement.body.draw;
  const from = Math.max(start.body.beacon.round + 1, Math.ceil(week.startsAt / roundSeconds), nextRound);
  const to = Math.min(roundOf(stop.body.at, roundSeconds), Math.ceil(week.endsAt / roundSeconds));
  return { from, to: Math.max(from, to) };
};

const checkRun = ({ run, rule, span }: Step): Result<Pick<Draws, "drawn" | "missing">, VerificationFailure> => {
  const captured = new Set<number>();
  for (const { statement } of run.captures.values()) {
    const { round } = statement.body.beacon;
    if (!isDrawn(rule, round)) return refuse("DRAW_NOT_DRAWN", statement);
    captured.add(round);
  }
  const drawn = drawnRounds(rule, span);
  return ok({ drawn: drawn.length, missing: drawn.filter((round) => !captured.has(round)).length });
};
