// The records a run writes (protocol §5), built and signed; each is stored in the outbox by the transaction that
// also moves the run's own state, so that a crash leaves both or neither.
import {
  activityBytes,
  activityLevel,
  type BeaconRound,
  commitment,
  drawCommitment,
  encodeCanonical,
  type MinuteCounts,
  type Statement,
  signStatement,
} from "@underseal/evidence";
import {
  bytesToBase64Url,
  MINUTE_MS,
  type Random,
  reveal,
  slotEndMs,
  slotOf,
  slotStartMs,
} from "@underseal/foundation";
import type { WorkMode } from "@underseal/protection";
import type { Commitment } from "../captures/commit.ts";
import type { Disclosed } from "../captures/disclose.ts";
import type { DeviceKeys } from "../keys/device-keys.ts";
import type { ChainLink } from "../outbox/outbox.ts";

export interface RecordContext {
  readonly contract: string;
  /** Hash of the terms in force. */
  readonly terms: Uint8Array;
  readonly keys: DeviceKeys;
  readonly random: Random;
  readonly nowMs: number;
}

const chained = ({ contract, terms, keys, random, nowMs }: RecordContext, { seq, prev }: ChainLink) => ({
  contract,
  terms: bytesToBase64Url(terms),
  device: keys.deviceId as string,
  seq,
  prev: bytesToBase64Url(prev),
  at: Math.floor(nowMs / 1000),
  nonce: bytesToBase64Url(random.bytes(32)),
});

/** A round, with the beacon's signature in runs that the beacon draws. */
export interface DrawnRound {
  readonly round: number;
  readonly signature: Uint8Array | null;
}

/** What draws a run: the beacon, whose round it names, or a seed that it commits to. */
export type StartSource = BeaconRound | { readonly round: number; readonly drawSeed: Uint8Array };

export const signStart = (context: RecordContext, link: ChainLink, source: StartSource): Statement<"start"> =>
  signStatement("start", { ...chained(context, link), ...sourceFields(source) }, [
    reveal(context.keys.signing.secretKey),
  ]);

const sourceFields = (source: StartSource) =>
  "drawSeed" in source
    ? { beacon: { round: source.round }, drawC: bytesToBase64Url(drawCommitment(source.drawSeed)) }
    : { beacon: beaconFields(source) };

const beaconFields = ({ round, signature }: DrawnRound) =>
  signature === null ? { round } : { round, sig: bytesToBase64Url(signature) };

export const signCapture = (
  context: RecordContext,
  link: ChainLink,
  { drawn, root, maskedPermille }: { readonly drawn: DrawnRound } & Pick<Commitment, "root" | "maskedPermille">,
): Statement<"capture"> =>
  signStatement(
    "capture",
    // `bucketOf` in the capture child gives one of the schema's buckets; `signStatement` checks it again.
    { ...chained(context, link), beacon: beaconFields(drawn), root, masked: maskedPermille as 0 },
    [reveal(context.keys.signing.secretKey)],
  );

export interface SegmentFacts {
  readonly slot: number;
  readonly minutes: number;
  readonly stop: boolean;
  readonly captures: readonly Uint8Array[];
  readonly counts: readonly MinuteCounts[];
  readonly activitySalt: Uint8Array;
  readonly mode: WorkMode;
  /** Revealed when a run stops that no beacon drew. */
  readonly drawSeed: Uint8Array | null;
}

export const signSegment = (context: RecordContext, link: ChainLink, facts: SegmentFacts): Statement<"segment"> =>
  signStatement(
    "segment",
    {
      ...chained(context, link),
      slot: facts.slot,
      minutes: facts.minutes,
      stop: facts.stop,
      captures: facts.captures.map(bytesToBase64Url),
      activity: activityLevel(facts.counts),
      activityC: bytesToBase64Url(commitment(facts.activitySalt, activityBytes(facts.counts))),
      // No work product is watched yet: the commitment is to the empty list.
      work: false,
      workC: bytesToBase64Url(commitment(context.random.bytes(32), encodeCanonical([]))),
      mode: facts.mode,
      manual: false,
      ...(facts.drawSeed === null ? {} : { drawSeed: bytesToBase64Url(facts.drawSeed) }),
    },
    [reveal(context.keys.signing.secretKey)],
  );

export const signDisclosure = (
  context: RecordContext,
  link: ChainLink,
  { capture, disclosed }: { readonly capture: Uint8Array; readonly disclosed: Disclosed },
): Statement<"disclosure"> =>
  signStatement(
    "disclosure",
    {
      ...chained(context, link),
      capture: bytesToBase64Url(capture),
      ver: 0,
      mapC: disclosed.mapC,
      // As in `signCapture`.
      redacted: disclosed.redactedPermille as 0,
      wrapC: disclosed.wrapC,
      visible: { digest: disclosed.visible.digest, bytes: disclosed.visible.bytes },
      hidden: { digest: disclosed.hidden.digest, bytes: disclosed.hidden.bytes },
    },
    [reveal(context.keys.signing.secretKey)],
  );

/**
 * The last instant up to `untilMs` at which the run has tracked whole minutes of its slot: where it can stop and another
 * go on without a minute lost or counted twice.
 */
export const lastWholeMinuteMs = ({ startedAtMs }: { readonly startedAtMs: number }, untilMs: number): number => {
  const fromMs = Math.max(startedAtMs, slotStartMs(slotOf(untilMs)));
  return fromMs + Math.max(0, Math.floor((untilMs - fromMs) / MINUTE_MS)) * MINUTE_MS;
};

/** Whole minutes of [fromMs, toMs) that lie in the slot: never more than was tracked. */
export const trackedMinutes = (slot: number, { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }) => {
  const from = Math.max(fromMs, slotStartMs(slot));
  const to = Math.min(toMs, slotEndMs(slot));
  return Math.max(0, Math.floor((to - from) / MINUTE_MS));
};
