// Which segments a reader takes together with another.
import type { Segment, TextLine } from "./lines.ts";

const BESIDE_HEIGHTS_MAX = 25;
const BELOW_HEIGHTS_MAX = 2.6;
const BELOW_LINES_MAX = 8;
const ALIGNED_HEIGHTS = 2;

/** The next segment on the same line, if it is not too far away to belong to this one. */
export const segmentBeside = (segment: Segment, next: Segment | undefined): Segment | undefined => {
  if (next === undefined) return undefined;
  const gapPx = next.box.x - (segment.box.x + segment.box.width);
  return gapPx <= BESIDE_HEIGHTS_MAX * heightOf(segment) ? next : undefined;
};

/** The first segment further down that starts where this one starts, or overlaps its left half. */
export const segmentBelow = (segment: Segment, lines: readonly TextLine[], index: number): Segment | undefined => {
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

const heightOf = ({ box }: Segment): number => Math.max(4, box.height);
