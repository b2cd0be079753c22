// A page as the rules see it: every segment with its labels and with what stands beside and below it. Built once.
import type { Segment, TextLine } from "../lines.ts";
import { findLabels, type Label } from "./labels.ts";
import type { Vocabulary } from "./vocabulary.ts";

export interface Place {
  readonly segment: Segment;
  readonly line: TextLine;
  readonly labels: readonly Label[];
  /** The next segment on the same line, if it is not too far away to belong to this one. */
  readonly beside: Segment | undefined;
  readonly below: Segment | undefined;
}

export interface Page {
  readonly lines: readonly TextLine[];
  readonly places: readonly Place[];
  /** By segment; an absent one has none. */
  readonly labels: ReadonlyMap<Segment, readonly Label[]>;
}

const BESIDE_HEIGHTS_MAX = 25;
const BELOW_HEIGHTS_MAX = 2.6;
const BELOW_LINES_MAX = 8;
const ALIGNED_HEIGHTS = 2;

export const toPage = (lines: readonly TextLine[], vocabulary: Vocabulary): Page => {
  const labels = new Map<Segment, readonly Label[]>();
  for (const segment of lines.flatMap((line) => line.segments)) {
    const found = findLabels(segment.words, vocabulary);
    if (found.length > 0) labels.set(segment, found);
  }
  const places = lines.flatMap((line, index) =>
    line.segments.map((segment, column) => ({
      segment,
      line,
      labels: labels.get(segment) ?? [],
      beside: besideOf(segment, line.segments[column + 1]),
      below: belowOf(segment, lines, index),
    })),
  );
  return { lines, places, labels };
};

const besideOf = (segment: Segment, next: Segment | undefined): Segment | undefined => {
  if (next === undefined) return undefined;
  const gapPx = next.box.x - (segment.box.x + segment.box.width);
  return gapPx <= BESIDE_HEIGHTS_MAX * heightOf(segment) ? next : undefined;
};

/** The first segment further down that starts where this one starts, or overlaps its left half. */
const belowOf = (segment: Segment, lines: readonly TextLine[], index: number): Segment | undefined => {
  const bottom = segment.box.y + segment.box.height;
  for (const line of lines.slice(index + 1, index + 1 + BELOW_LINES_MAX)) {
    const found = line.segments.find(
      ({ box }) =>
        box.y >= bottom - heightOf(segment) / 2 &&
        box.y - bottom <= BELOW_HEIGHTS_MAX * heightOf(segment) &&
        isAligned(segment, box.x, box.x + box.width),
    );
    if (found !== undefined) return found;
  }
  return undefined;
};

const isAligned = (segment: Segment, left: number, right: number): boolean => {
  const { x, width } = segment.box;
  if (Math.abs(left - x) <= ALIGNED_HEIGHTS * heightOf(segment)) return true;
  return left < x + width / 2 && right > x;
};

export const heightOf = ({ box }: Segment): number => Math.max(4, box.height);
