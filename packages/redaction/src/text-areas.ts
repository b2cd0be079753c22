// One line of text is found several times: whole in one strip and cut in the next, and once more in the small picture,
// where lines run together. Each is to be read once; what a repeated box holds beyond the lines is kept apart, unread,
// unless nothing is drawn there.
import type { RgbImage } from "./image.ts";
import type { Rect } from "./rect.ts";

export interface TextAreas {
  /** To be read, each as one line. */
  readonly lines: readonly Rect[];
  /** What else was taken for text. With the lines it covers what is drawn in every box that was found. */
  readonly rest: readonly Rect[];
}

const REPEATED_SHARE_MIN = 0.6;
/** Coverage is looked at in squares of this size. */
const CELL_PX = 4;

/** `found` in the order of trust: of two boxes for one place, the earlier one is read. */
export const separateAreas = (image: RgbImage, found: readonly (readonly Rect[])[]): TextAreas => {
  const lines: Rect[] = [];
  const rest: Rect[] = [];
  for (const boxes of found) {
    for (const box of boxes.toSorted((a, b) => areaOf(b) - areaOf(a))) {
      const near = lines.filter((line) => sharedPx(line, box) > 0);
      if (near.length === 0) lines.push(box);
      else {
        const isStroke = strokeTest(image, box);
        const left = leftOver(box, near).flatMap((part) => withoutBlankEnds(image, part, isStroke));
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

/**
 * From the first to the last column that is not drawn like the one to its left; nothing where there is none. Where a part
 * begins or ends inside a stroke, what is left of it counts too.
 */
const withoutBlankEnds = (image: RgbImage, part: Rect, isStroke: (columns: Rect) => boolean): readonly Rect[] => {
  const { x, y, width, height } = part;
  const end = x + width;
  const isDrawn = (column: number): boolean => column > 0 && !isBlankColumn(image, { y, height }, column);
  let left = x;
  while (left < end && !isDrawn(left)) left += 1;
  if (left === end) return isStroke(part) ? [part] : [];
  let right = end;
  while (!isDrawn(right - 1)) right -= 1;
  if (isStroke({ ...part, width: left - x })) left = x;
  if (isStroke({ x: right, y, width: end - right, height })) right = end;
  return [{ x: left, y, width: right - left, height }];
};

/** Whether columns that are all alike belong to a letter: they are not as most of the box is, and no wider than it is high. */
const strokeTest = (image: RgbImage, box: Rect): ((columns: Rect) => boolean) => {
  let ground: number | undefined;
  return (columns) => {
    if (columns.width === 0 || columns.width > box.height) return false;
    ground ??= commonestColour(image, box);
    return coloursOf(image, { ...columns, width: 1 }).some((colour) => colour !== ground);
  };
};

const commonestColour = (image: RgbImage, box: Rect): number | undefined => {
  const counts = new Map<number, number>();
  for (const colour of coloursOf(image, box)) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const mostPx = [...counts.values()].reduce((most, count) => Math.max(most, count), 0);
  return [...counts.keys()].find((colour) => counts.get(colour) === mostPx);
};

/** Of each pixel, as one number: a stroke of another colour may be as bright as its ground. */
const coloursOf = ({ rgb, width }: RgbImage, box: Rect): Uint32Array => {
  const colours = new Uint32Array(box.width * box.height);
  for (let y = box.y, to = 0; y < box.y + box.height; y += 1) {
    for (let at = (y * width + box.x) * 3; to < (y - box.y + 1) * box.width; at += 3, to += 1) {
      colours[to] = ((rgb[at] ?? 0) << 16) | ((rgb[at + 1] ?? 0) << 8) | (rgb[at + 2] ?? 0);
    }
  }
  return colours;
};

/** Whether each pixel of a column, from 1 on, is exactly as its left neighbour: no letter, however faint, is drawn so. */
export const isBlankColumn = (
  { rgb, width }: RgbImage,
  { y, height }: Pick<Rect, "y" | "height">,
  x: number,
): boolean => {
  for (let row = y; row < y + height; row += 1) {
    const at = (row * width + x) * 3;
    if (rgb[at] !== rgb[at - 3] || rgb[at + 1] !== rgb[at - 2] || rgb[at + 2] !== rgb[at - 1]) return false;
  }
  return true;
};
