// A page as the rules see it: every segment with its labels and with what stands beside and below it. Built once.
import type { Segment, TextLine } from "../lines.ts";
import { segmentBelow, segmentBeside } from "../neighbours.ts";
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
      beside: segmentBeside(segment, line.segments[column + 1]),
      below: segmentBelow(segment, lines, index),
    })),
  );
  return { lines, places, labels };
};
