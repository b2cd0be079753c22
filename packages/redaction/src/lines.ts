// From words anywhere on the picture to lines as a reader sees them. Words are taken from left to right and each joins
// the line whose last word is level with it, so a line may be slanted and hold letters of different heights.
import { cutText } from "./fold.ts";
import { boundingRect, type Rect } from "./rect.ts";
import type { Word } from "./word.ts";

/** Words with no wider gap between them: a sentence, a table's cell, a form's label. */
export interface Segment {
  readonly words: readonly Word[];
  /** The words joined by single spaces, each cut to `TEXT_LENGTH_MAX`. */
  readonly text: string;
  readonly box: Rect;
}

export interface TextLine {
  readonly words: readonly Word[];
  readonly segments: readonly Segment[];
  readonly box: Rect;
}

const GAP_HEIGHTS = 1.3;
const OVERLAP_MIN = 0.5;
const HEIGHT_RATIO_MAX = 2.5;
const HEIGHT_PX_MIN = 4;

/**
 * Lines from top to bottom, their words from left to right. Words without text or without a finite box are left out:
 * there is nothing to read in them, and the caller hides their place anyway.
 */
export const wordsToLines = (words: readonly Word[]): readonly TextLine[] => {
  const readable = words.filter(isReadable);
  const heights = readable.map((word) => word.box.height).sort((a, b) => a - b);
  const rows = createRows(Math.max(HEIGHT_PX_MIN * 2, middleOf(heights)));
  for (const word of readable.sort((a, b) => a.box.x - b.box.x)) rows.add(word);
  return rows
    .all()
    .sort((a, b) => meanMiddle(a) - meanMiddle(b))
    .map(toLine);
};

const isReadable = ({ text, box }: Word): boolean =>
  text.trim() !== "" && [box.x, box.y, box.width, box.height].every(Number.isFinite);

const middleOf = (sorted: readonly number[]): number => sorted[Math.floor(sorted.length / 2)] ?? 0;

const verticalMiddle = ({ y, height }: Rect): number => y + height / 2;

const meanMiddle = (words: readonly Word[]): number =>
  words.reduce((sum, word) => sum + verticalMiddle(word.box) / words.length, 0);

/**
 * Unfinished lines, found by where their last word is. A word asks only in its own band of `bandPx` and two bands
 * around it, so that the time needed does not grow with the square of the words.
 */
const createRows = (bandPx: number) => {
  const rows: Word[][] = [];
  const bands = new Map<number, Set<Word[]>>();
  const bandOf = (word: Word): number => Math.floor(verticalMiddle(word.box) / bandPx);
  const near = (word: Word): readonly Word[][] =>
    [-2, -1, 0, 1, 2].flatMap((step) => [...(bands.get(bandOf(word) + step) ?? [])]);
  const enter = (word: Word, row: Word[]): void => {
    const band = bands.get(bandOf(word)) ?? new Set();
    bands.set(bandOf(word), band.add(row));
  };
  return {
    all: () => rows,
    add: (word: Word): void => {
      const row = closestRow(word, near(word));
      if (row === undefined) {
        const started = [word];
        rows.push(started);
        enter(word, started);
        return;
      }
      const last = row.at(-1);
      if (last !== undefined) bands.get(bandOf(last))?.delete(row);
      row.push(word);
      enter(word, row);
    },
  };
};

const closestRow = (word: Word, rows: readonly Word[][]): Word[] | undefined => {
  let closest: Word[] | undefined;
  let closestPx = Number.POSITIVE_INFINITY;
  for (const row of rows) {
    const anchor = anchorOf(row);
    if (anchor === undefined || !isLevel(word, anchor)) continue;
    const distancePx = Math.abs(verticalMiddle(word.box) - verticalMiddle(anchor.box));
    if (distancePx >= closestPx) continue;
    closest = row;
    closestPx = distancePx;
  }
  return closest;
};

/** Dots and dashes say little about where their line is: the word before them does. */
const anchorOf = (row: readonly Word[]): Word | undefined => {
  const last = row.at(-1);
  return last !== undefined && isMark(last) ? (row.at(-2) ?? last) : last;
};

const isMark = ({ text }: Word): boolean => text.length <= 3 && !/[\p{L}\p{N}]/u.test(text);

const isLevel = (a: Word, b: Word): boolean => {
  const heights = [Math.max(HEIGHT_PX_MIN, a.box.height), Math.max(HEIGHT_PX_MIN, b.box.height)] as const;
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const overlapPx = Math.min(a.box.y + heights[0], b.box.y + heights[1]) - Math.max(a.box.y, b.box.y);
  if (overlapPx < low * OVERLAP_MIN) return false;
  // A tall heading beside two small lines would otherwise swallow both.
  if (high <= low * HEIGHT_RATIO_MAX || isMark(a) || isMark(b)) return true;
  return Math.abs(verticalMiddle(a.box) - verticalMiddle(b.box)) < low * OVERLAP_MIN;
};

const toLine = (words: readonly Word[]): TextLine => {
  const gapPx =
    GAP_HEIGHTS * Math.max(HEIGHT_PX_MIN, middleOf(words.map((each) => each.box.height).sort((a, b) => a - b)));
  const cells: Word[][] = [];
  let endPx = Number.NEGATIVE_INFINITY;
  for (const word of words) {
    const cell = cells.at(-1);
    if (cell === undefined || word.box.x - endPx > gapPx) cells.push([word]);
    else cell.push(word);
    endPx = Math.max(endPx, word.box.x + word.box.width);
  }
  return { words, segments: cells.map(wordsToSegment), box: boxOf(words) };
};

export const wordsToSegment = (words: readonly Word[]): Segment => ({
  words,
  text: words.map((word) => cutText(word.text)).join(" "),
  box: boxOf(words),
});

const boxOf = (words: readonly Word[]): Rect =>
  words.map((word) => word.box).reduce((box, next) => boundingRect(box, next));
