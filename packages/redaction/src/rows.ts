// Whether a box of text holds more than one row. The reader takes every box for one line: of a heading with small print
// close under it, it reads the heading, and the small print would be shown with it although nobody has read it.
//
// Rows are told by their letters and not by what is blank between them, because tails of letters, frames and carets
// reach across that. A row is a run of low shapes side by side, with a shape at least as high above or below it. Dots,
// accents and underlines are no such run, and small letters beside large ones have nothing above or below them. Letters on
// a ground of their own are told in bands.ts.
//
// What is missed: small print that touches the letters above it all along, and what is hardly drawn darker than its ground.
import { hasBands } from "./bands.ts";
import type { Grey } from "./image.ts";
import { findRegions, type Plane, type Region } from "./regions.ts";

const LETTER_PX_MIN = 4;
const LETTER_SHARE_MAX = 0.45;
/** More low shapes than a line of text has: a picture, in which no line can be told. */
const LETTERS_MAX = 2_000;
const GAP_HEIGHTS_MAX = 1;
/** An underline or a dash is full of ink of one grey, unlike letters that touch, and letters on a ground of their own. */
const BAR = { widthHeightsMin: 2, inkShareMin: 0.95, otherShareMax: 0.03 };
// A run is so many letters, or as wide as they are because they touch. Accents stand above letters, and not below.
const BELOW = { lettersMin: 2, widthHeightsMin: 2.2 };
const ABOVE = { lettersMin: 3, widthHeightsMin: 4.5 };
// Of the run's own height: round letters and tails reach into the next row.
const STACKED = { heightMin: 0.8, overlapMax: 0.3, sharedPxMin: 4 };

type Bounds = Pick<Region, "left" | "right" | "top" | "bottom">;

/** Of a box of text in which letters are dark on a light ground. */
export const hasRows = (grey: Grey): boolean => {
  const shapes = findRegions(findInk(grey));
  const letters = shapes.filter((shape) => isLow(shape, grey) && !isBar(shape, grey));
  if (letters.length > LETTERS_MAX || hasBands(grey)) return true;
  return runsOf(letters).some((run) => {
    const whole = boundsOf(run);
    const isRow = ({ lettersMin, widthHeightsMin }: typeof BELOW): boolean =>
      run.length >= lettersMin || widthOf(whole) >= widthHeightsMin * heightOf(whole);
    return shapes.some((shape) => isStacked(shape, whole) && isRow(shape.top < whole.top ? BELOW : ABOVE));
  });
};

const widthOf = ({ left, right }: Bounds): number => right - left;

const heightOf = ({ top, bottom }: Bounds): number => bottom - top;

const isLow = (shape: Region, { height }: Grey): boolean =>
  heightOf(shape) >= LETTER_PX_MIN && heightOf(shape) <= LETTER_SHARE_MAX * height;

const isBar = (shape: Region, grey: Grey): boolean =>
  widthOf(shape) >= BAR.widthHeightsMin * heightOf(shape) &&
  shape.count >= BAR.inkShareMin * widthOf(shape) * heightOf(shape) &&
  isOfOneGrey(grey, shape);

/** But for the edges, which are blurred. */
const isOfOneGrey = ({ pixels, width }: Grey, { left, right, top, bottom }: Bounds): boolean => {
  const counts = new Uint32Array(256);
  for (let y = top + 1; y < bottom - 1; y += 1) {
    for (const value of pixels.subarray(y * width + left + 1, y * width + right - 1)) {
      counts[value] = (counts[value] ?? 0) + 1;
    }
  }
  const commonest = counts.indexOf(Math.max(...counts));
  const others = counts.filter((_, value) => Math.abs(value - commonest) > INK_STEP_MIN);
  const sum = (list: Uint32Array): number => list.reduce((total, count) => total + count, 0);
  return sum(others) <= BAR.otherShareMax * sum(counts);
};

/** Letters that are level with each other and no further apart than they are high. */
const runsOf = (letters: readonly Region[]): readonly (readonly Region[])[] => {
  const runs: Region[][] = [];
  for (const letter of letters.toSorted((a, b) => a.left - b.left)) {
    const run = runs.find((each) => isNext(letter, each.at(-1)));
    if (run === undefined) runs.push([letter]);
    else run.push(letter);
  }
  return runs;
};

const isNext = (letter: Region, last: Region | undefined): boolean => {
  if (last === undefined) return false;
  const heights = [heightOf(letter), heightOf(last)];
  return (
    letter.left - last.right <= GAP_HEIGHTS_MAX * Math.max(...heights) &&
    sharedRows(letter, last) >= Math.min(...heights) / 2
  );
};

const sharedRows = (a: Bounds, b: Bounds): number => Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);

const boundsOf = (run: readonly Region[]): Bounds => ({
  left: Math.min(...run.map(({ left }) => left)),
  right: Math.max(...run.map(({ right }) => right)),
  top: Math.min(...run.map(({ top }) => top)),
  bottom: Math.max(...run.map(({ bottom }) => bottom)),
});

const isStacked = (shape: Region, run: Bounds): boolean =>
  heightOf(shape) >= STACKED.heightMin * heightOf(run) &&
  sharedRows(shape, run) <= STACKED.overlapMax * heightOf(run) &&
  Math.min(shape.right, run.right) - Math.max(shape.left, run.left) >= STACKED.sharedPxMin;

const INK_STEP_MIN = 10;
// Most of what is lighter than the ground's middle is ground too: how far it goes says how much the ground changes.
const GROUND_SHARE = 0.9;
const GROUND_FACTOR = 2.5;

/**
 * Where there is ink. The ground is looked for in one piece after another, each as wide as the box is high, because it
 * may become darker from left to right.
 */
const findInk = (grey: Grey): Plane => {
  const { pixels, width, height } = grey;
  const values = new Float32Array(pixels.length);
  for (let left = 0; left < width; left += height) {
    const end = Math.min(width, left + height);
    const isInk = inkTest(grey, left, end);
    for (let y = 0; y < height; y += 1) {
      for (let at = y * width + left; at < y * width + end; at += 1) if (isInk(pixels[at] ?? 0)) values[at] = 1;
    }
  }
  return { values, width, height };
};

/** What is ink in the columns from `left` to `end`. */
const inkTest = ({ pixels, width, height }: Grey, left: number, end: number): ((value: number) => boolean) => {
  const counts = new Uint32Array(256);
  for (let y = 0; y < height; y += 1) {
    for (const value of pixels.subarray(y * width + left, y * width + end)) counts[value] = (counts[value] ?? 0) + 1;
  }
  const count = (end - left) * height;
  const ground = valueAt(counts, count / 2);
  const step = Math.max(INK_STEP_MIN, GROUND_FACTOR * (valueAt(counts, count * GROUND_SHARE) - ground));
  return (value) => Math.abs(ground - value) > step;
};

/** The value that so many pixels, counted by value, do not exceed. */
const valueAt = (counts: Uint32Array, rank: number): number => {
  let value = 0;
  for (let sum = counts[0] ?? 0; sum < rank && value < 255; sum += counts[value] ?? 0) value += 1;
  return value;
};
