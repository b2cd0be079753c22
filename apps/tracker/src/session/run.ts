// A run: tracking from a start to a stop. Each step is one transaction that stores the signed record together with
// the run's own marks, so that a crash between any two steps loses nothing that was accepted.
//
//   start ──► tick ──► tick ──► … ──► stop
//              │ every drawn round: capture → record
//              │ every slot that ends: segment record
//              └ a clock that jumped, or a restart after a crash: stop at the last instant known

import { type DrawRule, isDrawn, type MinuteCounts, roundOf, type StatementBody } from "@underseal/evidence";
import {
  bytesToHex,
  type ContractId,
  MINUTE_MS,
  type Random,
  SEGMENT_MINUTES,
  slotEndMs,
  slotOf,
} from "@underseal/foundation";
import type { Commitment } from "../captures/commit.ts";
import type { DeviceKeys } from "../keys/device-keys.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { TrackerClock } from "../platform/clock.ts";
import { type RecordContext, signCapture, signSegment, signStart, trackedMinutes } from "./records.ts";
import type { Run, SessionStore } from "./store.ts";

/** What ending a run takes. */
export interface CloseDeps {
  readonly outbox: Outbox;
  readonly store: SessionStore;
  readonly keys: DeviceKeys;
  readonly clock: TrackerClock;
  readonly random: Random;
  readonly onEvent: (event: RunEvent) => void;
}

export interface RunDeps extends CloseDeps {
  /** One look at the screen, already masked, committed to and at rest in the vault; `null` when it failed. */
  readonly capture: (treeSize: number) => Promise<Commitment | null>;
  /** Input since the last call. */
  readonly takeCounts: () => Promise<MinuteCounts>;
  readonly mapOf: (commitment: Commitment) => Uint8Array;
}

export type RunEvent =
  | { readonly type: "started"; readonly run: string }
  | { readonly type: "captured"; readonly capture: string; readonly slot: number }
  | { readonly type: "capture-failed"; readonly slot: number }
  | { readonly type: "segment"; readonly slot: number; readonly minutes: number; readonly captures: number }
  | { readonly type: "clock-jumped" }
  | { readonly type: "stopped" };

/** The terms a run is under, with their statement hash. */
export interface TermsInForce {
  readonly hash: Uint8Array;
  readonly body: StatementBody<"terms">;
}

/** Wall time may differ this much from measured time between two looks before it counts as a jump. */
const CLOCK_JUMP_MS = 5_000;

export interface RunInput {
  readonly contract: ContractId;
  readonly terms: TermsInForce;
  readonly memo: string;
}

/** Tracks until `signal` aborts. Resolves when the closing segment is stored. */
export const trackRun = async (deps: RunDeps, input: RunInput, signal: AbortSignal): Promise<void> => {
  let run = startRun(deps, input);
  let mark = { wallMs: deps.clock.now(), monotonicMs: deps.clock.monotonicMs() };
  // Input from before the start is nobody's business.
  await deps.takeCounts();
  while (!signal.aborted) {
    await deps.clock.wait(input.terms.body.draw.roundSeconds * 1000, signal);
    const next = { wallMs: deps.clock.now(), monotonicMs: deps.clock.monotonicMs() };
    if (hasJumped(mark, next)) {
      // Nobody can say what time it was: the run ends at the last instant known, and a new one begins.
      deps.onEvent({ type: "clock-jumped" });
      stopRun(deps, run);
      run = startRun(deps, input);
    } else {
      run = await advanceRun(deps, run, input.terms, next.wallMs);
    }
    mark = next;
  }
  stopRun(deps, run);
};

/** Ends what a crash left open, at the last instant the run is known to have gone on. */
export const closeInterruptedRun = (deps: CloseDeps): void => {
  const run = deps.store.findOpenRun();
  if (run !== null) stopRun(deps, run);
};

interface ClockMark {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

const hasJumped = (before: ClockMark, after: ClockMark): boolean =>
  Math.abs(after.wallMs - before.wallMs - (after.monotonicMs - before.monotonicMs)) > CLOCK_JUMP_MS;

const contextOf = (deps: CloseDeps, run: Pick<Run, "contract" | "terms">, nowMs: number): RecordContext => ({
  contract: run.contract,
  terms: run.terms,
  keys: deps.keys,
  random: deps.random,
  nowMs,
});

const startRun = (deps: RunDeps, { contract, terms, memo }: RunInput): Run => {
  const nowMs = deps.clock.now();
  const round = roundOf(nowMs / 1000, terms.body.draw.roundSeconds);
  const drawSeed = deps.random.bytes(32);
  const run = deps.outbox.transact(() => {
    const context = contextOf(deps, { contract, terms: terms.hash }, nowMs);
    const start = deps.outbox.append(contract, (link) => signStart(context, link, { round, drawSeed }));
    const started: Run = {
      startHash: start.hash,
      contract,
      terms: terms.hash,
      memo,
      drawSeed,
      startedAtMs: nowMs,
      seenAtMs: nowMs,
      // The round of the start itself was foreseeable: draws begin with the next.
      nextRound: round + 1,
      openSlot: slotOf(nowMs),
    };
    deps.store.insertRun(started);
    return started;
  });
  deps.onEvent({ type: "started", run: bytesToHex(run.startHash.subarray(0, 6)) });
  return run;
};

/** Handles every round and slot end up to `nowMs`, in order. */
const advanceRun = async (deps: RunDeps, from: Run, terms: TermsInForce, nowMs: number): Promise<Run> => {
  const { roundSeconds } = terms.body.draw;
  countInput(deps, from, await deps.takeCounts(), nowMs);
  let run = from;
  const lastRound = roundOf(nowMs / 1000, roundSeconds);
  while (run.nextRound <= lastRound) {
    const round = run.nextRound;
    run = closeEndedSlots(deps, run, round * roundSeconds * 1000);
    if (isDrawn(drawRuleOf(run, terms), round)) await captureRound(deps, run, terms, round);
    run = { ...run, nextRound: round + 1 };
  }
  run = { ...closeEndedSlots(deps, run, nowMs), seenAtMs: nowMs };
  deps.outbox.transact(() => deps.store.updateRun(run));
  return run;
};

const drawRuleOf = (run: Run, { body }: TermsInForce): DrawRule => ({
  seed: run.drawSeed,
  person: body.freelancer.person,
  odds: body.draw.odds,
});

const countInput = (deps: RunDeps, run: Run, counts: MinuteCounts, nowMs: number): void => {
  const total = counts.keys + counts.clicks + counts.wheel + counts.moves;
  if (total > 0) {
    deps.outbox.transact(() => deps.store.addCounts(run.startHash, Math.floor(nowMs / MINUTE_MS), counts));
  }
};

const captureRound = async (deps: RunDeps, run: Run, terms: TermsInForce, round: number): Promise<void> => {
  const slot = slotOf(round * terms.body.draw.roundSeconds * 1000);
  const committed = await deps.capture(terms.body.treeSize);
  if (committed === null) {
    // The round stays without a capture, which counts as one wholly hidden.
    deps.onEvent({ type: "capture-failed", slot });
    return;
  }
  const { root, maskedPermille, vaultFile } = committed;
  const capture = deps.outbox.transact(() => {
    const context = contextOf(deps, run, deps.clock.now());
    const record = deps.outbox.append(run.contract, (link) =>
      signCapture(context, link, { round, root, maskedPermille }),
    );
    const map = deps.mapOf(committed);
    deps.store.insertCapture(run.startHash, { hash: record.hash, slot, vaultFile, treeSize: terms.body.treeSize, map });
    // With the capture, so that a crash cannot take the same round twice.
    deps.store.updateRun({ ...run, nextRound: round + 1 });
    return record;
  });
  deps.onEvent({ type: "captured", capture: bytesToHex(capture.hash.subarray(0, 6)), slot });
};

/** Writes the segment record of every slot that ended by `nowMs`. */
const closeEndedSlots = (deps: CloseDeps, from: Run, nowMs: number): Run => {
  let run = from;
  while (slotEndMs(run.openSlot) <= nowMs) {
    run = closeSlot(deps, run, { untilMs: slotEndMs(run.openSlot), stop: false });
  }
  return run;
};

const stopRun = (deps: CloseDeps, run: Run): void => {
  closeSlot(deps, closeEndedSlots(deps, run, run.seenAtMs), { untilMs: run.seenAtMs, stop: true });
  deps.onEvent({ type: "stopped" });
};

const closeSlot = (
  deps: CloseDeps,
  run: Run,
  { untilMs, stop }: { readonly untilMs: number; readonly stop: boolean },
): Run => {
  const slot = run.openSlot;
  const captures = deps.store.capturesOf(run.startHash, slot).map(({ hash }) => hash);
  const counts = deps.store.countsOf(run.startHash, slot * SEGMENT_MINUTES, SEGMENT_MINUTES);
  const minutes = trackedMinutes(slot, { fromMs: run.startedAtMs, toMs: untilMs });
  const activitySalt = deps.random.bytes(32);
  const next = { ...run, openSlot: slot + 1, seenAtMs: Math.max(run.seenAtMs, untilMs) };
  deps.outbox.transact(() => {
    // The record speaks of the instant until which was tracked, which after a crash is long past.
    const context = contextOf(deps, run, untilMs);
    const drawSeed = stop ? run.drawSeed : null;
    const facts = { slot, minutes, stop, captures, counts, activitySalt, drawSeed };
    const record = deps.outbox.append(run.contract, (link) => signSegment(context, link, facts));
    deps.store.insertSegment(run.startHash, record.hash, { slot, activitySalt, minutes: counts });
    if (stop) deps.store.closeRun(run.startHash);
    else deps.store.updateRun(next);
  });
  deps.onEvent({ type: "segment", slot, minutes, captures: captures.length });
  return next;
};
