// Tracking from a start to a stop. A run has one source of draws for its whole life; where the source changes, one run
// ends and the next begins at the last whole minute, so that no minute is lost or counted twice.
//
//   online run ──► no round for a while, or a false one ──► offline run ──► the beacon is back ──► online run ──► …
//     │ every drawn round: capture → record; every slot that ends: segment record
//     └ a clock that jumped, or a restart after a crash: stop at the last instant known

import { type MinuteCounts, roundAt, roundTime } from "@underseal/evidence";
import { MINUTE_MS, SECOND_MS } from "@underseal/foundation";
import {
  beaconGraceMs,
  beginRun,
  createTracking,
  feedOf,
  offlineStart,
  probe,
  provenRound,
  type RunDeps,
  type Tracking,
} from "./beacon-watch.ts";
import { lastWholeMinuteMs } from "./records.ts";
import { advanceOffline, advanceOnline } from "./rounds.ts";
import { type RunInput, stopRun, switchRun } from "./run-records.ts";
import type { Run } from "./store.ts";

/** Wall time may differ this much from measured time between two looks before it counts as a jump. */
const CLOCK_JUMP_MS = 5_000;

/** From when to when is tracked. */
export interface Span {
  /** At once when it aborts. */
  readonly signal: AbortSignal;
  /** Goes on where another tracking ended, unless the clock jumped since then. */
  readonly from?: Ended;
  /** Until this instant, which may be named, moved and taken back while it goes on; infinite where none is. */
  readonly untilMs?: () => number;
  /** As `RoundDeps.heldFromMs` and `CloseDeps.countedUntilMs`. */
  readonly heldFromMs?: () => number;
  readonly countedUntilMs?: () => number;
}

/** Until when was tracked, and when that was known. */
export interface Ended {
  readonly untilMs: number;
  readonly mark: ClockMark;
}

/** Resolves when the closing segment is stored. */
export const trackRun = async (given: RunDeps, input: RunInput, span: Span): Promise<Ended> => {
  const never = () => Number.POSITIVE_INFINITY;
  const { signal, from, untilMs = never, heldFromMs = never, countedUntilMs = never } = span;
  const deps: RunDeps = { ...given, heldFromMs, countedUntilMs };
  const tracking = createTracking(deps, input);
  deps.outbox.transact(() => deps.store.resetModes(input.mode ?? "working"));
  let mark = markOf(deps);
  const goesOn = from !== undefined && !hasJumped(from.mark, mark);
  let run = await beginRun(tracking, signal, goesOn ? from.untilMs : null);
  // Input from before the start is nobody's business.
  await deps.takeCounts();
  while (!signal.aborted && !isReached(tracking, untilMs())) {
    await deps.clock.wait(tracking.chain.period * SECOND_MS, signal);
    const next = markOf(deps);
    if (!deps.store.isOpen(run.startHash)) {
      deps.onEvent({ type: "run-abandoned" });
      run = await beginRun(tracking, signal);
    } else if (hasJumped(mark, next)) {
      // Nobody can say what time it was: the run ends at the last instant known, and a new one begins.
      deps.onEvent({ type: "clock-jumped" });
      stopRun(deps, run);
      run = await beginRun(tracking, signal);
    } else {
      run = await lookAgain(tracking, run, Math.min(next.wallMs, untilMs()));
    }
    mark = next;
  }
  const last = await settleRun(tracking, run);
  if (deps.store.isOpen(last.startHash)) stopRun(deps, last);
  return { untilMs: last.seenAtMs, mark };
};

/** The rounds up to the end are waited for as long as any: else a slow relay would cost each end its beacon. */
const isReached = ({ deps, chain, watch }: Tracking, untilMs: number): boolean => {
  if (watch.lookedAtMs < untilMs) return false;
  return !watch.isMissing || deps.clock.now() - untilMs >= beaconGraceMs(chain);
};

export interface ClockMark {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

const markOf = ({ clock }: RunDeps): ClockMark => ({ wallMs: clock.now(), monotonicMs: clock.monotonicMs() });

const hasJumped = (before: ClockMark, after: ClockMark): boolean =>
  Math.abs(after.wallMs - before.wallMs - (after.monotonicMs - before.monotonicMs)) > CLOCK_JUMP_MS;

const lookAgain = async (tracking: Tracking, run: Run, nowMs: number): Promise<Run> => {
  const { deps, watch } = tracking;
  const counts = await deps.takeCounts();
  if (!deps.store.isOpen(run.startHash)) return run;
  countInput(deps, run, counts, nowMs);
  watch.lookedAtMs = nowMs;
  return run.drawSeed === null ? goOnWithBeacon(tracking, run, nowMs) : goOnWithout(tracking, run, nowMs);
};

const countInput = (deps: RunDeps, run: Run, counts: MinuteCounts, nowMs: number): void => {
  const total = counts.keys + counts.clicks + counts.wheel + counts.moves;
  if (total > 0) {
    // What is seen at the turn of a minute was done before it.
    deps.outbox.transact(() => deps.store.addCounts(run.startHash, Math.floor((nowMs - 1) / MINUTE_MS), counts));
  }
};

const goOnWithBeacon = async (tracking: Tracking, run: Run, nowMs: number): Promise<Run> => {
  const { deps, input, watch } = tracking;
  const advanced = await advanceOnline(deps, watch.feed, run, input.terms, nowMs);
  const { outcome, detail } = advanced;
  watch.isMissing = outcome === "missing";
  const oldestMs = roundTime(tracking.chain, advanced.run.nextRound) * SECOND_MS;
  const isWaiting = watch.isMissing && nowMs - oldestMs < beaconGraceMs(tracking.chain);
  if (outcome === "known" || isWaiting) return advanced.run;
  const isTrue = outcome === "missing" && watch.feed.unproven.settle();
  deps.onEvent({ type: isTrue ? "beacon-lost" : "beacon-lied", detail });
  return fallBack(tracking, advanced.run, nowMs);
};

/** The run ends at the last whole minute known by the beacon, and one with draws of our own goes on from there. */
const fallBack = async (tracking: Tracking, from: Run, nowMs: number): Promise<Run> => {
  const { deps, input, chain, watch } = tracking;
  const knownUntilMs = watch.feed.unproven.sinceMs() ?? roundTime(chain, from.nextRound) * SECOND_MS;
  const atMs = lastWholeMinuteMs(from, Math.min(knownUntilMs, nowMs));
  const run = switchRun(deps, input, from, { ...offlineStart(tracking, atMs), seenAtMs: nowMs });
  watch.isMissing = false;
  return advanceOffline(deps, run, input.terms, nowMs);
};

/** At the first whole minute after the beacon is back, a run that it draws goes on from there. */
const goOnWithout = async (tracking: Tracking, run: Run, nowMs: number): Promise<Run> => {
  const { deps, input, chain, watch } = tracking;
  await probe(tracking, nowMs);
  const atMs = lastWholeMinuteMs(run, nowMs);
  if (watch.backSinceMs === null || atMs < watch.backSinceMs) return advanceOffline(deps, run, input.terms, nowMs);
  const answer = await provenRound(tracking, roundAt(chain, atMs / SECOND_MS));
  if (answer.state !== "round") watch.backSinceMs = null;
  const ending = await advanceOffline(deps, run, input.terms, answer.state === "round" ? atMs : nowMs);
  if (answer.state !== "round" || !deps.store.isOpen(run.startHash)) return ending;
  deps.onEvent({ type: "beacon-back" });
  watch.feed = feedOf(deps, chain);
  const next = switchRun(deps, input, ending, { startedAtMs: atMs, seenAtMs: atMs, source: answer.round });
  return goOnWithBeacon(tracking, next, nowMs);
};

/** Before the stop: what the beacon has not proven by now is tracked without it. */
const settleRun = async (tracking: Tracking, run: Run): Promise<Run> => {
  const { deps, watch } = tracking;
  if (run.drawSeed !== null || !deps.store.isOpen(run.startHash)) return run;
  const isTrue = watch.feed.unproven.settle();
  if (!isTrue) deps.onEvent({ type: "beacon-lied", detail: "a signature of the last minute is false" });
  return isTrue && !watch.isMissing ? run : fallBack(tracking, run, watch.lookedAtMs);
};
