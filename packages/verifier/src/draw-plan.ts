// Which runs of a week can be drawn again from what the bundle holds, and over which rounds.
import { drawCommitment, drawsEndAt, roundAt, type Statement } from "@underseal/evidence";
import { equalBytes, ok, type Result } from "@underseal/foundation";
import { bytesOf } from "./bytes-of.ts";
import { refuse, type VerificationFailure } from "./failure.ts";
import { isCoveredBy, type KnownRounds, type Span } from "./rounds.ts";
import { type Run, trackedRuns } from "./runs.ts";
import type { AgreedTerms } from "./terms.ts";
import type { Week } from "./week.ts";

/** A device that records every second of the week stays below it; runs beyond it are not drawn again. */
export const ROUNDS_MAX = 1_000_000;
/** How far a start's time by the device's clock may lie from that of the round it names. */
const START_TOLERANCE_SECONDS = 60;

/** A run that can be drawn again: where it began and ended is known, and what drew it. */
export interface Step {
  readonly run: Run;
  /** The device's seed; `null` where the beacon drew. */
  readonly seed: Uint8Array | null;
  readonly span: Span;
  /** Rounds that stopped runs of the device list a capture for: one may begin before the draws of another end. */
  readonly listed: ReadonlySet<number>;
}

interface Plan {
  readonly steps: readonly Step[];
  /** Whole in the bundle, but beyond the rounds that are drawn again: of them only the captures are checked. */
  readonly beyond: readonly Step[];
  readonly uncheckedRuns: number;
}

/** What is to be drawn again, found before the first draw so that its amount has a bound. */
export const planDraws = (
  week: Week,
  known: KnownRounds,
  listedKey: string | undefined,
): Result<Plan, VerificationFailure> => {
  const steps: Step[] = [];
  const beyond: Step[] = [];
  let uncheckedRuns = 0;
  let rounds = 0;
  for (const runs of week.runsByDevice) {
    // Runs of one source, since rounds of two have nothing to do with each other.
    const nextRounds = new Map<string, number>();
    const listed = listedIn(runs);
    for (const run of trackedRuns(runs)) {
      if (run.start !== null && !isRoundOfStart(run.start, run.terms)) return refuse("DRAW_START_MISPLACED", run.start);
      const seed = readSeed(run);
      if (!seed.ok) return seed;
      const { start } = run;
      const drawsEnd = drawsEndOf(run, seed.value !== null);
      const source = sourceOf(run, seed.value !== null);
      const nextRound = nextRounds.get(source) ?? 0;
      const span = start === null || drawsEnd === null ? null : spanOf(run.terms, { start, drawsEnd, week, nextRound });
      const isKnown = seed.value !== null || run.terms.statement.body.draw.beacon.publicKey === listedKey;
      if (span === null || !isKnown || (seed.value === null && !isCoveredBy(known.spans, span))) {
        uncheckedRuns += 1;
        continue;
      }
      const step = { run, seed: seed.value, span, listed };
      if (rounds + span.to - span.from > ROUNDS_MAX) {
        beyond.push(step);
        continue;
      }
      rounds += span.to - span.from;
      steps.push(step);
      nextRounds.set(source, span.to);
    }
  }
  const needed = joinSpans([...steps, ...beyond]);
  // Rounds that no run asks for are bytes without a meaning.
  return known.spans.every((span) => isCoveredBy(needed, span))
    ? ok({ steps, beyond, uncheckedRuns: uncheckedRuns + beyond.length })
    : refuse("ROUNDS_UNUSED");
};

/**
 * A start that names a much later round than its own would be excused from the draws between. Offline nobody but the
 * device's clock says what time it is; with a beacon the newest round may be a little old.
 */
const isRoundOfStart = ({ body }: Statement<"start">, { chain }: AgreedTerms): boolean =>
  body.beacon.sig === undefined
    ? body.beacon.round === roundAt(chain, body.at)
    : Math.abs(roundAt(chain, body.at) - body.beacon.round) * chain.period <= START_TOLERANCE_SECONDS + chain.period;

/** `null` where the run was drawn by the beacon, or has not revealed its seed here. */
const readSeed = ({ start, segments }: Run): Result<Uint8Array | null, VerificationFailure> => {
  const stop = segments.find(({ body }) => body.drawSeed !== undefined);
  if (stop?.body.drawSeed === undefined) return ok(null);
  const seed = bytesOf(stop.body.drawSeed);
  const committed = start?.body.drawC;
  const isCommitted =
    start === null || (committed !== undefined && equalBytes(drawCommitment(seed), bytesOf(committed)));
  return isCommitted ? ok(seed) : refuse("DRAW_SEED_MISMATCH", stop);
};

/**
 * The whole rounds of the run inside the week: after the one in which it started, before the one in which it stopped.
 * Overlapping runs of one device are counted once.
 */
const spanOf = (
  { chain }: AgreedTerms,
  {
    start,
    drawsEnd,
    week,
    nextRound,
  }: {
    readonly start: Statement<"start">;
    readonly drawsEnd: number;
    readonly week: Week;
    readonly nextRound: number;
  },
): Span => {
  const firstOfWeek = roundAt(chain, week.startsAt - 1) + 1;
  const from = Math.max(start.body.beacon.round + 1, firstOfWeek, nextRound);
  const to = Math.min(roundAt(chain, drawsEnd), roundAt(chain, week.endsAt - 1) + 1);
  return { from, to: Math.max(from, to) };
};

const sourceOf = ({ terms }: Run, isBySeed: boolean): string =>
  `${isBySeed ? "device" : "beacon"} ${terms.statement.body.draw.beacon.publicKey}`;

/** By its own seed a device knows its draws anyway; by the beacon, the run lasts until its stop was seen. */
const drawsEndOf = ({ stop, stopSeenAt }: Run, isBySeed: boolean): number | null => {
  if (stop === null || stopSeenAt === null) return null;
  return isBySeed ? stop.body.at : drawsEndAt({ stoppedAt: stop.body.at, seenAt: stopSeenAt });
};

/** A run that was abandoned, or that no segment shows, would be a decoy: it excuses nobody else's missing capture. */
const listedIn = (runs: readonly Run[]): ReadonlySet<number> =>
  new Set(
    runs
      .filter(({ stop }) => stop !== null)
      .flatMap(({ segments, captures }) =>
        segments.flatMap(({ body }) => body.captures.map((hash) => captures.get(hash)?.statement.body.beacon.round)),
      )
      .filter((round) => round !== undefined),
  );

/** The spans drawn by the beacon, joined where they touch. */
const joinSpans = (steps: readonly Step[]): Span[] => {
  const spans = steps.filter(({ seed }) => seed === null).map(({ span }) => span);
  const joined: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last === undefined || span.from > last.to) joined.push(span);
    else joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, span.to) };
  }
  return joined;
};
