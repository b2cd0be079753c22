// One line of text is found several times: whole in one strip and cut in the next, and once more in the small picture,
// where lines run together. Each is to be read once; what a repeated box holds beyond the lines is kept apart, unread.
import type { Rect } from "./rect.ts";

export interface TextAreas {
  /** To be read, each as one line. */
  readonly lines: readonly Rect[];
  /** What else was taken for text. With the lines it covers every box that was found. */
  readonly rest: readonly Rect[];
}

const REPEATED_SHARE_MIN = 0.6;
/** Coverage is looked at in squares of this size. */
const CELL_PX = 4;

/** `found` in the order of trust: of two boxes for one place, the earlier one is read. */
export const separateAreas = (found: readonly (readonly Rect[])[]): TextAreas => {
  const lines: Rect[] = [];
  const rest: Rect[] = [];
  for (const boxes of found) {
    for (const box of boxes.toSorted((a, b) => areaOf(b) - areaOf(a))) {
      const near = lines.filter((line) => sharedPx(line, box) > 0);
      if (near.length === 0) lines.push(box);
      else {
        const left = leftOver(box, near);
        const leftPx = left.reduce((sum, part) => sum + areaOf(part), 0);
        if (leftPx > (1 - REPEATED_SHARE_MIN) * areaOf(box)) lines.push(box);
        else rest.push(...left);
      }
    }
  }
  return { lines, rest };
};

const areaOf = ({ width, height }: Rect): number => width * height;

const sharedPx = (a: Rect, b: Rect): number =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));

/** The parts of a box in which no line is, as runs of cells; a cell that is only partly in a line is left over. */
const leftOver = (box: Rect, lines: readonly Rect[]): readonly Rect[] => {
  const parts: Rect[] = [];
  for (let y = box.y; y < box.y + box.height; y += CELL_PX) {
    const height = Math.min(CELL_PX, box.y + box.height - y);
    const level = lines.filter((line) => line.y <= y && y + height <= line.y + line.height);
    let x = box.x;
    for (const { x: left, width } of level.toSorted((a, b) => a.x - b.x)) {
      if (left > x) parts.push({ x, y, width: Math.min(left, box.x + box.width) - x, height });
      x = Math.max(x, left + width);
    }
    if (x < box.x + box.width) parts.push({ x, y, width: box.x + box.width - x, height });
  }
  return parts;
};
