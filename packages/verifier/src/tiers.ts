// How narrowly the time of each segment is proven (protocol §6). A: every capture lies between its beacon round and the
// word of whoever saw it, within a minute, and the segment was recorded at once. B: within half a day. C: later.
import { roundTime, type Statement } from "@underseal/evidence";
import type { Logged } from "./log.ts";
import { type CheckedRecord, SEGMENT_SECONDS } from "./records.ts";
import type { Week } from "./week.ts";

export const BRACKET_MAX_SECONDS = 60;
export const RECORD_A_MAX_SECONDS = 5 * 60;
export const RECORD_B_MAX_SECONDS = 12 * 60 * 60;

/** Segments of the week by tier; manual time has none. */
export interface Tiers {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Whose word bounds the times from above: two witnesses', a single one's, or the platform's alone. */
  readonly boundedBy: "witnesses" | "witness" | "platform";
}

export const countTiers = (week: Week, { witnessTimes }: Logged): Tiers => {
  const timesOf = (record: CheckedRecord) => witnessTimes.get(record) ?? [];
  /** By the second-earliest witness, so that one that is early alone proves nothing. */
  const seenAt = (record: CheckedRecord): number => {
    const times = timesOf(record);
    return times[1] ?? times[0] ?? record.arrival.body.at;
  };
  const tierOf = ({ record, statement, captures }: Week["tracked"][number]): "a" | "b" | "c" => {
    const delay = seenAt(record) - (statement.body.slot + 1) * SEGMENT_SECONDS;
    const isBracketed = captures.every(
      (capture) => isOnline(capture.statement) && bracketOf(capture) <= BRACKET_MAX_SECONDS,
    );
    if (isBracketed && delay <= RECORD_A_MAX_SECONDS) return "a";
    return delay <= RECORD_B_MAX_SECONDS ? "b" : "c";
  };
  const bracketOf = ({ record, statement }: { record: CheckedRecord; statement: Statement<"capture"> }): number =>
    seenAt(record) - roundTime(record.terms.chain, statement.body.beacon.round);
  const tiers = week.tracked.map((segment) =>
    segment.source === "device" ? worst("b", tierOf(segment)) : tierOf(segment),
  );
  const fewest = Math.min(...week.tracked.map(({ record }) => timesOf(record).length));
  return {
    a: tiers.filter((tier) => tier === "a").length,
    b: tiers.filter((tier) => tier === "b").length,
    c: tiers.filter((tier) => tier === "c").length,
    boundedBy: fewest >= 2 && Number.isFinite(fewest) ? "witnesses" : fewest === 1 ? "witness" : "platform",
  };
};

const isOnline = ({ body }: Statement<"capture">): boolean => body.beacon.sig !== undefined;

const worst = (a: "a" | "b" | "c", b: "a" | "b" | "c"): "a" | "b" | "c" => (a > b ? a : b);
