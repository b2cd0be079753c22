// Looks at the rounds of a run in order, each once: takes a capture of every drawn one and closes every slot that ends.
import { createDraw, deviceRandomness, randomnessOf, roundAt, roundTime } from "@underseal/evidence";
import { bytesToHex, type Result, SECOND_MS, slotOf } from "@underseal/foundation";
import type { BeaconRelay } from "../beacon/relay.ts";
import type { UnprovenRounds } from "../beacon/unproven.ts";
import type { Commitment } from "../captures/commit.ts";
import type { ReviewStore } from "../review/store.ts";
import type { CaptureFailure } from "../sensors/capture.ts";
import type { FaultStore } from "./faults.ts";
import { type DrawnRound, signCapture } from "./records.ts";
import { type CloseDeps, closeEndedSlots, contextOf } from "./run-records.ts";
import type { Run } from "./store.ts";
import { beaconOf, type TermsInForce } from "./terms.ts";

export interface RoundDeps extends CloseDeps {
  /** One look at the screen, already masked, committed to and at rest in the vault. */
  readonly capture: (treeSize: number) => Promise<Result<Commitment, CaptureFailure>>;
  readonly faults: FaultStore;
  readonly mapOf: (commitment: Commitment) => Uint8Array;
  readonly reviews: Pick<ReviewStore, "insertReview">;
  /** Segments that end after this instant wait: it is not known yet whether all of their minutes count. */
  readonly heldFromMs?: () => number;
  /** When a capture of this segment is sent by itself, if nobody reviews it before. */
  readonly reviewEndMs: (slot: number) => number;
}

/** Up to `untilMs`, drawn by the device's own seed. */
export const advanceOffline = async (
  deps: RoundDeps,
  from: Run,
  terms: TermsInForce,
  untilMs: number,
): Promise<Run> => {
  const { drawSeed } = from;
  if (drawSeed === null) throw new Error("broken assumption: a run without the beacon has a seed");
  const chain = beaconOf(terms.body);
  const isDrawn = drawOf(terms);
  let run = from;
  while (run.nextRound <= roundAt(chain, untilMs / SECOND_MS) && deps.store.isOpen(run.startHash)) {
    const round = run.nextRound;
    run = closeDecidedSlots(deps, run, roundTime(chain, round) * SECOND_MS);
    if (isDrawn(deviceRandomness(drawSeed, round))) await captureRound(deps, run, terms, { round, signature: null });
    run = { ...run, nextRound: round + 1 };
  }
  run = seen(deps, run, untilMs);
  deps.outbox.transact(() => deps.store.updateRun(run));
  return run;
};

export interface Advanced {
  readonly run: Run;
  /** `missing`: a round that is due could not be had, `why` says more; `lied`: what was passed on is not a round. */
  readonly outcome: "known" | "missing" | "lied";
  readonly detail: string;
}

export interface BeaconFeed {
  readonly relay: BeaconRelay;
  readonly unproven: UnprovenRounds;
}

/** Up to `untilMs`, or to the first round that cannot be had. */
export const advanceOnline = async (
  deps: RoundDeps,
  { relay, unproven }: BeaconFeed,
  from: Run,
  terms: TermsInForce,
  untilMs: number,
): Promise<Advanced> => {
  const chain = beaconOf(terms.body);
  const isDrawn = drawOf(terms);
  let run = from;
  const end = (outcome: Advanced["outcome"], detail: string): Advanced => {
    deps.outbox.transact(() => deps.store.updateRun(run));
    return { run, outcome, detail };
  };
  while (run.nextRound <= roundAt(chain, untilMs / SECOND_MS)) {
    const round = run.nextRound;
    const publishedMs = roundTime(chain, round) * SECOND_MS;
    const answer = await relay.round(round);
    if (!deps.store.isOpen(run.startHash)) return end("known", "");
    if (unproven.isDue(publishedMs) && !unproven.settle())
      return end("lied", "a signature of the last minute is false");
    run = seen(deps, run, publishedMs);
    if (answer.state !== "round") {
      return end("missing", answer.state === "absent" ? `round ${round} is not there` : answer.detail);
    }
    if (isDrawn(randomnessOf(answer.round.signature))) {
      if (!unproven.prove(answer.round)) return end("lied", `the signature of round ${round} is false`);
      await captureRound(deps, run, terms, answer.round);
    } else unproven.add(answer.round);
    run = { ...run, nextRound: round + 1 };
  }
  if (unproven.isDue(untilMs) && !unproven.settle()) return end("lied", "a signature of the last minute is false");
  run = seen(deps, run, untilMs);
  return end("known", "");
};

const drawOf = ({ body }: TermsInForce) => createDraw({ person: body.freelancer.person, odds: body.draw.odds });

const closeDecidedSlots = (deps: RoundDeps, run: Run, nowMs: number): Run =>
  closeEndedSlots(deps, run, Math.min(nowMs, deps.heldFromMs?.() ?? nowMs));

/** Closes what ended by `nowMs`, unless the run was given up meanwhile: then nothing of it can be sent any more. */
const seen = (deps: RoundDeps, run: Run, nowMs: number): Run =>
  deps.store.isOpen(run.startHash)
    ? { ...closeDecidedSlots(deps, run, nowMs), seenAtMs: Math.max(run.seenAtMs, nowMs) }
    : run;

const captureRound = async (deps: RoundDeps, run: Run, terms: TermsInForce, drawn: DrawnRound): Promise<void> => {
  const { round } = drawn;
  const slot = slotOf(roundTime(beaconOf(terms.body), round) * SECOND_MS);
  const { treeSize } = terms.body;
  const taken = await deps.capture(treeSize);
  // While the picture was taken, the server may have told that this run cannot be sent.
  if (!deps.store.isOpen(run.startHash)) return;
  const place = { run: run.startHash, round, slot };
  if (!taken.ok) {
    // The round stays without a capture, which counts as one wholly hidden.
    const { code, message } = taken.error;
    deps.outbox.transact(() => deps.faults.insertFault({ ...place, capture: null, shows: "missing", code }));
    deps.onEvent({ type: "capture-failed", slot, code, message });
    return;
  }
  const { root, maskedPermille, vaultFile, fallback, tiles } = taken.value;
  const capture = deps.outbox.transact(() => {
    const context = contextOf(deps, run, deps.clock.now());
    const facts = { drawn, root, maskedPermille };
    const { hash } = deps.outbox.append(run.contract, (link) => signCapture(context, link, facts));
    deps.store.insertCapture(run.startHash, { hash, slot, vaultFile, treeSize, map: deps.mapOf(taken.value) });
    deps.reviews.insertReview({ capture: hash, ...tiles, deadlineMs: deps.reviewEndMs(slot) });
    if (fallback !== null) deps.faults.insertFault({ ...place, capture: hash, ...fallback });
    // With the capture, so that a crash cannot take the same round twice.
    deps.store.updateRun({ ...run, nextRound: round + 1 });
    return hash;
  });
  deps.onEvent({ type: "captured", capture: bytesToHex(capture.subarray(0, 6)), slot, fallback });
};
