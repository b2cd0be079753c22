// Tracking from a start to a stop. A run has one source of draws for its whole life; where the source changes, one run
// ends and the next begins at the last whole minute, so that no minute is lost or counted twice.
//
//   online run ──► no round for a while, or a false one ──► offline run ──► the beacon is back ──► online run ──► …
//     │ every drawn round: capture → record; every slot that ends: segment record
//     └ a clock that jumped, or a restart after a crash: stop at the last instant known

import { type BeaconChain, type MinuteCounts, roundAt, roundTime, verifyRound } from "@underseal/evidence";
import { MINUTE_MS, SECOND_MS } from "@underseal/foundation";
import type { BeaconRelay, RelayAnswer } from "../beacon/relay.ts";
import { createUnprovenRounds } from "../beacon/unproven.ts";
import { lastWholeMinuteMs } from "./records.ts";
import { advanceOffline, advanceOnline, type BeaconFeed, type RoundDeps } from "./rounds.ts";
import { type RunInput, type RunStart, startRun, stopRun, switchRun } from "./run-records.ts";
import type { Run } from "./store.ts";
import { beaconOf } from "./terms.ts";

export interface RunDeps extends RoundDeps {
  readonly relay: BeaconRelay;
  /** Input since the last call. */
  readonly takeCounts: () => Promise<MinuteCounts>;
}

/** Wall time may differ this much from measured time between two looks before it counts as a jump. */
const CLOCK_JUMP_MS = 5_000;
/** So long a run waits for a round that is due before it goes on without the beacon. */
export const BEACON_GRACE_MS = 15_000;
/** How often an offline run asks whether the beacon is back. */
const BEACON_PROBE_MS = 15_000;
/** A round takes a moment to reach a relay: so often a start asks for the round of this moment. */
const START_TRIES = 3;

/** What one tracking remembers between two looks; nothing of it outlives a crash, and nothing needs to. */
interface Watch {
  /** Since when a round is due that cannot be had. */
  missingSinceMs: number | null;
  /** Since when the beacon is back; `null` while it is not. */
  backSinceMs: number | null;
  probedAtMs: number;
  lookedAtMs: number;
  feed: BeaconFeed;
}

/** One tracking: everything that its steps need. */
interface Tracking {
  readonly deps: RunDeps;
  readonly input: RunInput;
  readonly chain: BeaconChain;
  readonly watch: Watch;
}

/** Tracks until `signal` aborts. Resolves when the closing segment is stored. */
export const trackRun = async (deps: RunDeps, input: RunInput, signal: AbortSignal): Promise<void> => {
  const tracking = createTracking(deps, input);
  let run = await beginRun(tracking, signal);
  let mark = markOf(deps);
  // Input from before the start is nobody's business.
  await deps.takeCounts();
  while (!signal.aborted) {
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
      run = await lookAgain(tracking, run, next.wallMs);
    }
    mark = next;
  }
  const last = await settleRun(tracking, run);
  if (deps.store.isOpen(last.startHash)) stopRun(deps, last);
};

const createTracking = (deps: RunDeps, input: RunInput): Tracking => {
  const chain = beaconOf(input.terms.body);
  const never = Number.NEGATIVE_INFINITY;
  const watch = { missingSinceMs: null, backSinceMs: null, probedAtMs: never, lookedAtMs: never };
  return { deps, input, chain, watch: { ...watch, feed: feedOf(deps, chain) } };
};

const feedOf = ({ relay }: RunDeps, chain: BeaconChain): BeaconFeed => ({
  relay,
  unproven: createUnprovenRounds(chain),
});

interface ClockMark {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

const markOf = ({ clock }: RunDeps): ClockMark => ({ wallMs: clock.now(), monotonicMs: clock.monotonicMs() });

const hasJumped = (before: ClockMark, after: ClockMark): boolean =>
  Math.abs(after.wallMs - before.wallMs - (after.monotonicMs - before.monotonicMs)) > CLOCK_JUMP_MS;

/** Drawn by the beacon if the round of this moment can be had; else by a seed of our own, and asked again later. */
const beginRun = async (tracking: Tracking, signal: AbortSignal): Promise<Run> => {
  const { deps, input, chain, watch } = tracking;
  watch.feed = feedOf(deps, chain);
  watch.missingSinceMs = null;
  let answer: ProvenRound = { state: "absent" };
  for (let tries = 0; tries < START_TRIES && answer.state === "absent"; tries += 1) {
    if (tries > 0) await deps.clock.wait(SECOND_MS, signal);
    const nowMs = deps.clock.now();
    answer = await provenRound(tracking, roundAt(chain, nowMs / SECOND_MS));
    watch.lookedAtMs = nowMs;
    if (answer.state === "round") {
      return startRun(deps, input, { startedAtMs: nowMs, seenAtMs: nowMs, source: answer.round });
    }
  }
  const run = startRun(deps, input, offlineStart(tracking, deps.clock.now()));
  tellFailure(tracking, answer);
  return run;
};

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
    deps.outbox.transact(() => deps.store.addCounts(run.startHash, Math.floor(nowMs / MINUTE_MS), counts));
  }
};

const goOnWithBeacon = async (tracking: Tracking, run: Run, nowMs: number): Promise<Run> => {
  const { deps, input, watch } = tracking;
  const advanced = await advanceOnline(deps, watch.feed, run, input.terms, nowMs);
  const { outcome, detail } = advanced;
  watch.missingSinceMs = outcome === "missing" ? (watch.missingSinceMs ?? nowMs) : null;
  const isWaiting = watch.missingSinceMs !== null && nowMs - watch.missingSinceMs < BEACON_GRACE_MS;
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
  watch.missingSinceMs = null;
  return advanceOffline(deps, run, input.terms, nowMs);
};

const offlineStart = ({ deps, chain, watch }: Tracking, atMs: number): RunStart => {
  watch.backSinceMs = null;
  watch.probedAtMs = deps.clock.now();
  // Before the beacon's first round there is none to name.
  const round = Math.max(1, roundAt(chain, atMs / SECOND_MS));
  return { startedAtMs: atMs, seenAtMs: atMs, source: { round, drawSeed: deps.random.bytes(32) } };
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

const probe = async (tracking: Tracking, nowMs: number): Promise<void> => {
  const { deps, chain, watch } = tracking;
  if (watch.backSinceMs !== null || nowMs - watch.probedAtMs < BEACON_PROBE_MS) return;
  watch.probedAtMs = nowMs;
  const answer = proven(chain, await deps.relay.latest());
  if (answer.state === "lied") tellFailure(tracking, answer);
  // An old round is no sign of life.
  const isFresh =
    answer.state === "round" && roundTime(chain, answer.round.round) * SECOND_MS >= nowMs - BEACON_GRACE_MS;
  if (isFresh) watch.backSinceMs = nowMs;
};

type ProvenRound = RelayAnswer | { readonly state: "lied"; readonly detail: string };

const proven = (chain: BeaconChain, answer: RelayAnswer): ProvenRound =>
  answer.state !== "round" || verifyRound(chain, answer.round)
    ? answer
    : { state: "lied", detail: `the signature of round ${answer.round.round} is false` };

const provenRound = async ({ deps, chain }: Tracking, round: number): Promise<ProvenRound> =>
  round < 1 ? { state: "absent" } : proven(chain, await deps.relay.round(round));

const tellFailure = ({ deps }: Tracking, answer: ProvenRound): void => {
  const detail = "detail" in answer ? answer.detail : "the round of this moment is not there";
  deps.onEvent({ type: answer.state === "lied" ? "beacon-lied" : "beacon-lost", detail });
};

/** Before the stop: what the beacon has not proven by now is tracked without it. */
const settleRun = async (tracking: Tracking, run: Run): Promise<Run> => {
  const { deps, watch } = tracking;
  if (run.drawSeed !== null || !deps.store.isOpen(run.startHash)) return run;
  const isTrue = watch.feed.unproven.settle();
  if (!isTrue) deps.onEvent({ type: "beacon-lied", detail: "a signature of the last minute is false" });
  return isTrue && watch.missingSinceMs === null ? run : fallBack(tracking, run, watch.lookedAtMs);
};
