// Small print on a ground of its own, such as a pale band or a coloured pill under a heading. To whoever looks for what
// differs from the ground of the whole box, band and letters are one shape. So what is drawn is looked for once more
// against the band, which is told by its rows: long runs of exactly one grey, which letters hardly have.
//
// What is missed: a band whose grey changes from pixel to pixel and that touches other letters (one that does not is told
// in rows.ts); one that its letters fill from edge to edge; and one that is higher than what it stands under.
import type { Grey } from "./image.ts";
import { findRegions, type Plane, type Region } from "./regions.ts";

/** Shorter runs are strokes of letters. */
const RUN_PX_MIN = 12;
/** Of one grey, in all its runs. */
const RUNS_PX_MIN = 48;
const GREYS_MAX = 6;
const STEP_MIN = 10;
const BAND = { heightPxMin: 5, heightShareMax: 0.6, widthHeightsMin: 1.5, shareMin: 0.4, runShareMin: 0.7 };
const LETTER = { heightPxMin: 3, countPxMin: 6 };

type Bounds = Pick<Region, "left" | "right" | "top" | "bottom">;

/** Whether a part of the box that is lower than the box, and of another grey than most of it, has something drawn on it. */
export const hasBands = (grey: Grey): boolean =>
  bandGreys(grey).some((value) => {
    const bands = findRegions(planeOf(grey, wholeOf(grey), (each) => each === value));
    return bands.some((band) => isBand(band, grey) && hasWholeRow(grey, band, value) && hasLetters(grey, band, value));
  });

const wholeOf = ({ width, height }: Grey): Bounds => ({ left: 0, right: width, top: 0, bottom: height });

/** The greys that come in long runs, but for the commonest of the box, which is its ground. */
const bandGreys = ({ pixels, width }: Grey): readonly number[] => {
  const [counts, inRuns] = [new Uint32Array(256), new Uint32Array(256)];
  for (let at = 0; at < pixels.length; ) {
    const value = pixels[at] ?? 0;
    const from = at;
    const rowEnd = at - (at % width) + width;
    while (at < rowEnd && pixels[at] === value) at += 1;
    counts[value] = (counts[value] ?? 0) + at - from;
    if (at - from >= RUN_PX_MIN) inRuns[value] = (inRuns[value] ?? 0) + at - from;
  }
  const ground = counts.indexOf(Math.max(...counts));
  const greys = [...inRuns.keys()].filter((value) => (inRuns[value] ?? 0) >= RUNS_PX_MIN && value !== ground);
  return greys.toSorted((a, b) => (inRuns[b] ?? 0) - (inRuns[a] ?? 0)).slice(0, GREYS_MAX);
};

const isBand = ({ left, right, top, bottom, count }: Region, { height }: Grey): boolean =>
  bottom - top >= BAND.heightPxMin &&
  bottom - top <= BAND.heightShareMax * height &&
  right - left >= BAND.widthHeightsMin * (bottom - top) &&
  count >= BAND.shareMin * (right - left) * (bottom - top);

/** Above or below its letters a band is seen in its width but for rounded corners. A tilde, which is as full, nowhere is. */
const hasWholeRow = ({ pixels, width }: Grey, { left, right, top, bottom }: Bounds, value: number): boolean => {
  const rows = Array.from({ length: bottom - top }, (_, i) => (top + i) * width);
  return rows.some(
    (row) => longestRun(pixels.subarray(row + left, row + right), value) >= BAND.runShareMin * (right - left),
  );
};

const longestRun = (pixels: Uint8Array, value: number): number => {
  let [longest, run] = [0, 0];
  for (const pixel of pixels) {
    run = pixel === value ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
};

/** Inside the edges, which are blurred or rounded. */
const hasLetters = (grey: Grey, { left, right, top, bottom }: Bounds, ground: number): boolean => {
  const inside = { left: left + 1, right: right - 1, top: top + 1, bottom: bottom - 1 };
  const drawn = findRegions(planeOf(grey, inside, (value) => Math.abs(value - ground) > STEP_MIN));
  return drawn.some(({ top, bottom, count }) => bottom - top >= LETTER.heightPxMin && count >= LETTER.countPxMin);
};

const planeOf = ({ pixels, width }: Grey, area: Bounds, isIn: (value: number) => boolean): Plane => {
  const size = { width: area.right - area.left, height: area.bottom - area.top };
  const values = new Float32Array(size.width * size.height);
  for (let y = area.top, to = 0; y < area.bottom; y += 1) {
    const row = pixels.subarray(y * width + area.left, y * width + area.right);
    for (const value of row) {
      if (isIn(value)) values[to] = 1;
      to += 1;
    }
  }
  return { values, ...size };
};
