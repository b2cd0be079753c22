// Pure sums over a week of the diary.
import type { DiarySegment } from "@underseal/api";
import { dateOf, slotStartMs } from "@underseal/foundation";

export interface Day {
  readonly date: string;
  /** By time. */
  readonly segments: readonly DiarySegment[];
  readonly minutes: number;
}

/** The days on which something was tracked, in order. */
export const daysOf = (segments: readonly DiarySegment[]): Day[] => {
  const byDate = Map.groupBy(
    segments.toSorted((a, b) => a.slot - b.slot),
    ({ slot }) => dateOf(slotStartMs(slot)),
  );
  return [...byDate].map(([date, ofDay]) => ({ date, segments: ofDay, minutes: sumMinutes(ofDay) }));
};

export const sumMinutes = (segments: readonly DiarySegment[]): number =>
  segments.reduce((sum, { minutes }) => sum + minutes, 0);

export type MinutesByCovering = Readonly<Record<DiarySegment["coverage"]["covered"], number>>;

export const minutesByCovering = (segments: readonly DiarySegment[]): MinutesByCovering => {
  const of = (covered: DiarySegment["coverage"]["covered"]) =>
    sumMinutes(segments.filter(({ coverage }) => coverage.covered === covered));
  return { deposit: of("deposit"), guarantee: of("guarantee"), none: of("none") };
};

export interface ToDo {
  readonly code: string;
  readonly sentence: string;
  readonly minutes: number;
  readonly segments: number;
}

/** What would help, the remedy for the most minutes first. Green segments need nothing. */
export const toDosOf = (segments: readonly DiarySegment[]): ToDo[] => {
  const found = new Map<string, ToDo>();
  for (const { coverage, minutes } of segments) {
    if (coverage.colour === "green") continue;
    for (const { code, sentence } of coverage.remedies) {
      const before = found.get(code);
      found.set(code, {
        code,
        sentence,
        minutes: (before?.minutes ?? 0) + minutes,
        segments: (before?.segments ?? 0) + 1,
      });
    }
  }
  return [...found.values()].toSorted((a, b) => b.minutes - a.minutes);
};

export interface SealedCapture {
  readonly slot: number;
  readonly capture: string;
  readonly visibleDigest: string;
  /** Statement hash. */
  readonly disclosure: string;
}

/** The captures that can be opened: disclosed, and stored. */
export const sealedCapturesOf = (segments: readonly DiarySegment[]): SealedCapture[] =>
  segments.flatMap(({ slot, captures }) =>
    captures.flatMap(({ capture, disclosure }) =>
      disclosure?.isStored && disclosure.visibleDigest !== null
        ? [{ slot, capture, visibleDigest: disclosure.visibleDigest, disclosure: disclosure.hash }]
        : [],
    ),
  );
