// What a run writes, each step one transaction: the signed record together with the run's own marks, so that a crash
// between any two steps loses nothing that was accepted.
import type { MinuteCounts } from "@underseal/evidence";
import {
  bytesToHex,
  type ContractId,
  MINUTE_MS,
  type Random,
  SEGMENT_MINUTES,
  slotEndMs,
  slotOf,
  slotStartMs,
} from "@underseal/foundation";
import type { WorkMode } from "@underseal/protection";
import type { DeviceKeys } from "../keys/device-keys.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { TrackerClock } from "../platform/clock.ts";
import type { Fallback, FaultCode } from "../reduction/faults.ts";
import { prevailingMode } from "./modes.ts";
import { type RecordContext, type StartSource, signSegment, signStart, trackedMinutes } from "./records.ts";
import type { Run, SessionStore } from "./store.ts";
import type { TermsInForce } from "./terms.ts";

/** What ending a run takes. */
export interface CloseDeps {
  readonly outbox: Outbox;
  readonly store: SessionStore;
  readonly keys: DeviceKeys;
  readonly clock: TrackerClock;
  readonly random: Random;
  readonly onEvent: (event: RunEvent) => void;
  /** Minutes after this instant are not counted, because nobody was there. */
  readonly countedUntilMs?: () => number;
}

export type RunEvent =
  | { readonly type: "started"; readonly run: string; readonly drawnBy: "beacon" | "device" }
  | {
      readonly type: "captured";
      readonly capture: string;
      readonly slot: number;
      /** Why more is withheld than the terms ask for. */
      readonly fallback: Fallback | null;
    }
  | { readonly type: "capture-failed"; readonly slot: number; readonly code: FaultCode; readonly message: string }
  | { readonly type: "segment"; readonly slot: number; readonly minutes: number; readonly captures: number }
  | { readonly type: "clock-jumped" }
  /** No round could be had for a while: the run goes on with draws of the device's own. */
  | { readonly type: "beacon-lost"; readonly detail: string }
  /** What was passed on as a round is not the beacon's. */
  | { readonly type: "beacon-lied"; readonly detail: string }
  | { readonly type: "beacon-back" }
  /** The server's chain turned out to be ahead of ours: what this run wrote cannot be sent. */
  | { readonly type: "run-abandoned" }
  | { readonly type: "stopped" };

export interface RunInput {
  readonly contract: ContractId;
  readonly terms: TermsInForce;
  readonly memo: string;
  /** Declared at the beginning; `working` where nothing is. */
  readonly mode?: WorkMode;
}

export interface RunStart {
  readonly startedAtMs: number;
  /** Known to have gone on until here: later than the start where one run takes over from another. */
  readonly seenAtMs: number;
  readonly source: StartSource;
}

export const contextOf = (
  deps: CloseDeps,
  { contract, terms }: Pick<Run, "contract" | "terms">,
  nowMs: number,
): RecordContext => ({ contract, terms, keys: deps.keys, random: deps.random, nowMs });

export const startRun = (deps: CloseDeps, input: RunInput, start: RunStart): Run => {
  const run = deps.outbox.transact(() => writeStart(deps, input, start));
  tellStart(deps, run);
  return run;
};

/** One run ends where another begins, and both or neither are written. */
export const switchRun = (deps: CloseDeps, input: RunInput, from: Run, start: RunStart): Run => {
  const atMs = start.startedAtMs;
  const ending = closeEndedSlots(deps, from, atMs);
  const { closed, run } = deps.outbox.transact(() => {
    const closed = writeSegment(deps, ending, { untilMs: atMs, stop: true, countsUntilMs: atMs });
    const run = writeStart(deps, input, start);
    deps.store.moveCounts({ from: from.startHash, to: run.startHash, fromMinute: Math.ceil(atMs / MINUTE_MS) });
    return { closed, run };
  });
  deps.onEvent(closed.event);
  deps.onEvent({ type: "stopped" });
  tellStart(deps, run);
  return run;
};

/** Writes the segment record of every slot that ended by `nowMs`. */
export const closeEndedSlots = (deps: CloseDeps, from: Run, nowMs: number): Run => {
  let run = from;
  while (slotEndMs(run.openSlot) <= nowMs) {
    run = closeSlot(deps, run, { untilMs: slotEndMs(run.openSlot), stop: false });
  }
  return run;
};

/** Ends the run at the last instant it is known to have gone on. */
export const stopRun = (deps: CloseDeps, run: Run): void => {
  closeSlot(deps, closeEndedSlots(deps, run, run.seenAtMs), { untilMs: run.seenAtMs, stop: true });
  deps.onEvent({ type: "stopped" });
};

/** Ends what a crash left open. */
export const closeInterruptedRun = (deps: CloseDeps): void => {
  const run = deps.store.findOpenRun();
  if (run !== null) stopRun(deps, run);
};

const tellStart = (deps: CloseDeps, { startHash, drawSeed }: Run): void => {
  const drawnBy = drawSeed === null ? "beacon" : "device";
  deps.onEvent({ type: "started", run: bytesToHex(startHash.subarray(0, 6)), drawnBy });
};

/** Inside a transaction. */
const writeStart = (deps: CloseDeps, { contract, terms, memo }: RunInput, start: RunStart): Run => {
  const { startedAtMs, seenAtMs, source } = start;
  const context = contextOf(deps, { contract, terms: terms.hash }, startedAtMs);
  const record = deps.outbox.append(contract, (link) => signStart(context, link, source));
  const run: Run = {
    startHash: record.hash,
    contract,
    terms: terms.hash,
    memo,
    drawSeed: "drawSeed" in source ? source.drawSeed : null,
    startedAtMs,
    seenAtMs,
    // The round of the start itself was foreseeable: draws begin with the next.
    nextRound: source.round + 1,
    openSlot: slotOf(startedAtMs),
  };
  deps.store.insertRun(run);
  return run;
};

/** None where the slot is another contract's: its record would be refused, and end the chain with all that follows. */
export const billableMinutes = (
  store: Pick<SessionStore, "claimantOf">,
  { contract, startedAtMs }: Pick<Run, "contract" | "startedAtMs">,
  slot: number,
  untilMs: number,
): number => {
  const isFree = [null, contract].includes(store.claimantOf(slot));
  return isFree ? trackedMinutes(slot, { fromMs: startedAtMs, toMs: untilMs }) : 0;
};

export const modeOf = (
  store: Pick<SessionStore, "declaredModes">,
  { startedAtMs }: Pick<Run, "startedAtMs">,
  slot: number,
  untilMs: number,
): WorkMode => {
  const from = Math.floor(Math.max(startedAtMs, slotStartMs(slot)) / MINUTE_MS);
  const to = Math.ceil(Math.min(untilMs, slotEndMs(slot)) / MINUTE_MS);
  return prevailingMode(store.declaredModes(), from, Math.max(from, to));
};

const closeSlot = (deps: CloseDeps, run: Run, end: SegmentEnd): Run => {
  const { next, event } = deps.outbox.transact(() => writeSegment(deps, run, end));
  deps.onEvent(event);
  return next;
};

interface SegmentEnd {
  readonly untilMs: number;
  readonly stop: boolean;
  /** Input of later minutes belongs to the run that goes on. */
  readonly countsUntilMs?: number;
}

/** Inside a transaction. */
const writeSegment = (
  deps: CloseDeps,
  run: Run,
  { untilMs, stop, countsUntilMs = Number.POSITIVE_INFINITY }: SegmentEnd,
): { readonly next: Run; readonly event: RunEvent } => {
  const slot = run.openSlot;
  const captures = deps.store.capturesOf(run.startHash, slot).map(({ hash }) => hash);
  const counts = deps.store
    .countsOf(run.startHash, slot * SEGMENT_MINUTES, SEGMENT_MINUTES)
    .map((of, i) => ((slot * SEGMENT_MINUTES + i) * MINUTE_MS < countsUntilMs ? of : NO_INPUT));
  const countedUntilMs = Math.min(untilMs, deps.countedUntilMs?.() ?? untilMs);
  const minutes = billableMinutes(deps.store, run, slot, countedUntilMs);
  const activitySalt = deps.random.bytes(32);
  // The record speaks of the instant until which was tracked, which after a crash is long past.
  const context = contextOf(deps, run, untilMs);
  const mode = modeOf(deps.store, run, slot, untilMs);
  const facts = { slot, minutes, stop, captures, counts, activitySalt, mode, drawSeed: stop ? run.drawSeed : null };
  const record = deps.outbox.append(run.contract, (link) => signSegment(context, link, facts));
  deps.store.insertSegment(run.startHash, record.hash, { slot, activitySalt, minutes: counts });
  const next = { ...run, openSlot: slot + 1, seenAtMs: Math.max(run.seenAtMs, untilMs) };
  if (stop) deps.store.closeRun(run.startHash);
  else deps.store.updateRun(next);
  return { next, event: { type: "segment", slot, minutes, captures: captures.length } };
};

const NO_INPUT: MinuteCounts = { keys: 0, clicks: 0, wheel: 0, moves: 0 };
