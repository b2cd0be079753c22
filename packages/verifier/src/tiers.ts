// How narrowly the time of each segment is proven (protocol §6). A: the run's start, each of its captures and its stop
// were seen within a minute, and the segment was recorded at once. B: within half a day. C: later.
// Start and stop count as much as the captures: draws are public once they have happened, so whoever may say
// afterwards when a run began or ended can lay it between them.
import { roundTime } from "@underseal/evidence";
import type { Logged } from "./log.ts";
import { type CheckedRecord, SEGMENT_SECONDS } from "./records.ts";
import type { RunCapture } from "./runs.ts";
import type { TrackedSegment, Week } from "./week.ts";

export const BRACKET_MAX_SECONDS = 60;
export const RECORD_A_MAX_SECONDS = 5 * 60;
export const RECORD_B_MAX_SECONDS = 12 * 60 * 60;

type Tier = "a" | "b" | "c";

/** Segments of the week by tier; manual time has none. */
export interface Tiers {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Whose word bounds the times from above: two witnesses', a single one's, or the platform's alone. */
  readonly boundedBy: "witnesses" | "witness" | "platform";
}

export const countTiers = ({ tracked }: Week, { witnessTimes }: Logged): Tiers => {
  const timesOf = (record: CheckedRecord) => witnessTimes.get(record) ?? [];
  const tiers = tracked.map((segment) => tierOf(segment, (record) => seenAt(record, timesOf(record))));
  const fewest = tracked.reduce((least, { record }) => Math.min(least, timesOf(record).length), Number.MAX_VALUE);
  return {
    a: tiers.filter((tier) => tier === "a").length,
    b: tiers.filter((tier) => tier === "b").length,
    c: tiers.filter((tier) => tier === "c").length,
    boundedBy: tracked.length === 0 || fewest === 0 ? "platform" : fewest === 1 ? "witness" : "witnesses",
  };
};

/** By the second-earliest witness, so that one that is early alone proves nothing. */
const seenAt = ({ arrival }: CheckedRecord, witnessTimes: readonly number[]): number =>
  witnessTimes[1] ?? witnessTimes[0] ?? arrival.body.at;

type SeenAt = (record: CheckedRecord) => number;

const tierOf = (segment: TrackedSegment, seenAtOf: SeenAt): Tier => {
  const delay = seenAtOf(segment.record) - endOf(segment);
  if (delay <= RECORD_A_MAX_SECONDS && isBracketed(segment, seenAtOf)) return "a";
  return delay <= RECORD_B_MAX_SECONDS ? "b" : "c";
};

const endOf = ({ statement }: TrackedSegment): number => (statement.body.slot + 1) * SEGMENT_SECONDS;

/** Never where the device drew, or where it is not all here. */
const isBracketed = ({ record, statement, run, captures, listsOthers }: TrackedSegment, seenAtOf: SeenAt): boolean => {
  const { start, startRecord, source, terms } = run;
  if (source !== "beacon" || start === null || startRecord === null || listsOthers) return false;
  const isSeenAt = (made: CheckedRecord, unixSeconds: number) => isNear(seenAtOf(made) - unixSeconds);
  const isCaptureSeen = (capture: RunCapture) => isSeenAt(capture.record, capture.drawnAt);
  const slotStartsAt = statement.body.slot * SEGMENT_SECONDS;
  const startedAt = roundTime(terms.chain, start.body.beacon.round);
  // When a later slot began the start had long been seen.
  const isStartSeen =
    startedAt >= slotStartsAt
      ? isSeenAt(startRecord, startedAt)
      : seenAtOf(startRecord) - slotStartsAt <= BRACKET_MAX_SECONDS;
  const isStopSeen = !statement.body.stop || isSeenAt(record, statement.body.at);
  return isStartSeen && isStopSeen && captures.every(isCaptureSeen);
};

/** Seen within a minute, and not long before it happened either: then the two contradict each other. */
const isNear = (seconds: number): boolean => Math.abs(seconds) <= BRACKET_MAX_SECONDS;
