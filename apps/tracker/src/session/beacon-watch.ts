// Where a run's draws come from: whether the beacon can be had, since when not, and whether it is back. A relay is asked
// and never believed: what begins a run is checked by the key in the terms.
import { type BeaconChain, type MinuteCounts, roundAt, roundTime, verifyRound } from "@underseal/evidence";
import { SECOND_MS } from "@underseal/foundation";
import type { BeaconRelay, RelayAnswer } from "../beacon/relay.ts";
import { createUnprovenRounds } from "../beacon/unproven.ts";
import type { BeaconFeed, RoundDeps } from "./rounds.ts";
import { type RunInput, type RunStart, startRun } from "./run-records.ts";
import type { Run } from "./store.ts";
import { beaconOf } from "./terms.ts";

export interface RunDeps extends RoundDeps {
  readonly relay: BeaconRelay;
  /** Input since the last call. */
  readonly takeCounts: () => Promise<MinuteCounts>;
}

/**
 * How old the oldest round that is missing may be before a run goes on without the beacon: a relay that is slow, or a
 * clock that is a little ahead of the beacon's, is no loss.
 */
export const beaconGraceMs = ({ period }: BeaconChain): number => Math.max(15, 5 * period) * SECOND_MS;
/** How often an offline run asks whether the beacon is back. */
const BEACON_PROBE_MS = 15_000;
/** A round takes a moment to reach a relay: so often a start asks for the round of this moment. */
const START_TRIES = 3;

/** What one tracking remembers between two looks; nothing of it outlives a crash, and nothing needs to. */
export interface Watch {
  /** Whether a round is due that could not be had at the last look. */
  isMissing: boolean;
  /** Since when the beacon is back; `null` while it is not. */
  backSinceMs: number | null;
  probedAtMs: number;
  lookedAtMs: number;
  feed: BeaconFeed;
}

/** One tracking: everything that its steps need. */
export interface Tracking {
  readonly deps: RunDeps;
  readonly input: RunInput;
  readonly chain: BeaconChain;
  readonly watch: Watch;
}

export const createTracking = (deps: RunDeps, input: RunInput): Tracking => {
  const chain = beaconOf(input.terms.body);
  const never = Number.NEGATIVE_INFINITY;
  const watch = { isMissing: false, backSinceMs: null, probedAtMs: never, lookedAtMs: never };
  return { deps, input, chain, watch: { ...watch, feed: feedOf(deps, chain) } };
};

export const feedOf = ({ relay }: RunDeps, chain: BeaconChain): BeaconFeed => ({
  relay,
  unproven: createUnprovenRounds(chain),
});

/**
 * Drawn by the beacon if the round of this moment can be had; else by a seed of our own, and asked again later. With
 * `fromMs` it begins at that instant, a little ago.
 */
export const beginRun = async (tracking: Tracking, signal: AbortSignal, fromMs: number | null = null): Promise<Run> => {
  const { deps, input, chain, watch } = tracking;
  watch.feed = feedOf(deps, chain);
  watch.isMissing = false;
  let answer: ProvenRound = { state: "absent" };
  for (let tries = 0; tries < START_TRIES && answer.state === "absent"; tries += 1) {
    if (tries > 0) await deps.clock.wait(SECOND_MS, signal);
    const nowMs = fromMs ?? deps.clock.now();
    const mayBeOlder = tries === START_TRIES - 1 && fromMs === null;
    answer = await (mayBeOlder
      ? freshRound(tracking, nowMs)
      : provenRound(tracking, roundAt(chain, nowMs / SECOND_MS)));
    watch.lookedAtMs = nowMs;
    if (answer.state === "round") {
      return startRun(deps, input, { startedAtMs: nowMs, seenAtMs: nowMs, source: answer.round });
    }
  }
  const run = startRun(deps, input, offlineStart(tracking, fromMs ?? deps.clock.now()));
  tellFailure(tracking, answer);
  return run;
};

export const offlineStart = ({ deps, chain, watch }: Tracking, atMs: number): RunStart => {
  watch.backSinceMs = null;
  watch.probedAtMs = deps.clock.now();
  // Before the beacon's first round there is none to name.
  const round = Math.max(1, roundAt(chain, atMs / SECOND_MS));
  return { startedAtMs: atMs, seenAtMs: atMs, source: { round, drawSeed: deps.random.bytes(32) } };
};

export const probe = async (tracking: Tracking, nowMs: number): Promise<void> => {
  const { watch } = tracking;
  if (watch.backSinceMs !== null || nowMs - watch.probedAtMs < BEACON_PROBE_MS) return;
  watch.probedAtMs = nowMs;
  const answer = await freshRound(tracking, nowMs);
  if (answer.state === "lied") tellFailure(tracking, answer);
  if (answer.state === "round") watch.backSinceMs = nowMs;
};

/** The newest round, unless it is old: that is no sign of life. */
const freshRound = async ({ deps, chain }: Tracking, nowMs: number): Promise<ProvenRound> => {
  const answer = proven(chain, await deps.relay.latest());
  if (answer.state !== "round") return answer;
  const isFresh = roundTime(chain, answer.round.round) * SECOND_MS >= nowMs - beaconGraceMs(chain);
  return isFresh ? answer : { state: "absent" };
};

type ProvenRound = RelayAnswer | { readonly state: "lied"; readonly detail: string };

const proven = (chain: BeaconChain, answer: RelayAnswer): ProvenRound =>
  answer.state !== "round" || verifyRound(chain, answer.round)
    ? answer
    : { state: "lied", detail: `the signature of round ${answer.round.round} is false` };

export const provenRound = async ({ deps, chain }: Tracking, round: number): Promise<ProvenRound> =>
  round < 1 ? { state: "absent" } : proven(chain, await deps.relay.round(round));

const tellFailure = ({ deps }: Tracking, answer: ProvenRound): void => {
  const detail = "detail" in answer ? answer.detail : "the round of this moment is not there";
  deps.onEvent({ type: answer.state === "lied" ? "beacon-lied" : "beacon-lost", detail });
};
