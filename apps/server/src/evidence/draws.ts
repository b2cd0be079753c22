// Which captures a run owes (protocol §6): every drawn round of its billed time needs one. Online the beacon draws, and
// its signatures say which; offline the device's seed does, once it is revealed. Pure.
import { createDraw, type DrawRule, deviceRandomness, drawnRounds, roundAt, roundTime } from "@underseal/evidence";
import { assert, base64UrlToBytes, SECOND_MS, slotEndMs } from "@underseal/foundation";
import type { SignedTerms } from "./ports.ts";
import { partStartS } from "./rules.ts";

/** When the rounds of the pinned beacon are published. */
export type RoundTimes = Pick<SignedTerms["body"]["draw"]["beacon"], "genesis" | "period">;

/** The randomness of a round; `null` where nobody can say. */
export type RandomnessAt = (round: number) => Uint8Array | null;

/** Of an offline run. `seed` is base64url, its form checked by the schema. */
export const randomnessOfSeed = (seed: string): RandomnessAt => {
  const bytes = base64UrlToBytes(seed);
  assert(bytes !== null, "the statement's schema checked that this is base64url");
  return (round) => deviceRandomness(bytes, round);
};

export const areDrawn = (rule: DrawRule, randomnessAt: RandomnessAt, rounds: Iterable<number>): boolean => {
  const draw = createDraw(rule);
  for (const round of rounds) {
    const randomness = randomnessAt(round);
    if (randomness === null || !draw(randomness)) return false;
  }
  return true;
};

export interface RunSlots {
  readonly slots: readonly number[];
  readonly startedAtS: number;
  /** The round that its start shows: captures are owed, and taken, after it. */
  readonly startRound: number;
  /** When its draws end, in Unix seconds; what was not published by then nobody owes. */
  readonly drawsEndS: number;
}

/** The rounds that are published in the run's part of a slot, as [from, to). */
export const roundsOfSlot = (slot: number, run: Omit<RunSlots, "slots">, times: RoundTimes) => ({
  from: Math.max(run.startRound + 1, roundAt(times, partStartS(slot, run))),
  to: Math.min(roundAt(times, slotEndMs(slot) / SECOND_MS - 1) + 1, roundAt(times, run.drawsEndS)),
});

/** The drawn rounds that touch the run's part of these slots: worked out once, as the diary asks for them again. */
export const drawnInSlots = (
  rule: DrawRule,
  randomnessAt: RandomnessAt,
  { slots, ...run }: RunSlots,
  times: RoundTimes,
): readonly number[] => {
  const drawn = slots.flatMap((slot) => drawnRounds(rule, randomnessAt, roundsOfSlot(slot, run, times)));
  // A round may touch two slots.
  return [...new Set(drawn)];
};

/** The time of one segment for which captures are owed, in Unix seconds. */
export interface OwedSpan {
  readonly fromS: number;
  readonly toS: number;
}

/** A run owes until its draws end, also in a minute that it does not bill. */
export const owedSpanOf = (segment: {
  readonly slot: number;
  readonly startedAtS: number;
  /** `null` for a segment that is not its run's last. */
  readonly drawsEndS: number | null;
}): OwedSpan => {
  const fromS = partStartS(segment.slot, segment);
  const slotEndS = slotEndMs(segment.slot) / SECOND_MS;
  return { fromS, toS: Math.min(slotEndS, segment.drawsEndS ?? slotEndS) };
};

/** Drawn rounds that lie wholly in the span. A round that is cut by its ends owes nothing. */
export const owedRounds = (drawn: readonly number[], { fromS, toS }: OwedSpan, times: RoundTimes): readonly number[] =>
  drawn.filter((round) => roundTime(times, round) >= fromS && roundTime(times, round + 1) <= toS);
