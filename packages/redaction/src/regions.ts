// From the model's plane of probabilities to rectangles: every 8-connected area of likely pixels becomes one box. Lone
// glyphs are found in a plane of edges in the same way.
import type { Rect } from "./rect.ts";

const LIKELY_MIN = 0.3;
const MEAN_MIN = 0.5;
const SIDE_PX_MIN = 3;
// The model is trained on text outlines shrunk by this measure; growing undoes it.
const GROWTH = 1.6;

export interface Plane {
  readonly values: Float32Array;
  readonly width: number;
  readonly height: number;
}

interface Run {
  readonly left: number;
  readonly right: number;
  readonly region: number;
}

export interface Region {
  parent: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
  sum: number;
  count: number;
}

/** Boxes of text in the plane's own pixels, grown to the text's outline and not yet cut at the edges. */
export const planeToBoxes = (plane: Plane): readonly Rect[] => findRegions(plane).filter(isText).map(grow);

const isText = ({ left, right, top, bottom, sum, count }: Region): boolean =>
  right - left >= SIDE_PX_MIN && bottom - top >= SIDE_PX_MIN && sum / count >= MEAN_MIN;

const grow = ({ left, right, top, bottom }: Region): Rect => {
  const width = right - left;
  const height = bottom - top;
  const margin = (width * height * GROWTH) / (2 * (width + height));
  return { x: left - margin, y: top - margin, width: width + 2 * margin, height: height + 2 * margin };
};

export const findRegions = (plane: Plane): readonly Region[] => {
  const regions: Region[] = [];
  let above: readonly Run[] = [];
  for (let y = 0; y < plane.height; y += 1) {
    const row: Run[] = [];
    for (let x = 0; x < plane.width; x += 1) {
      if (!isLikely(plane, x, y)) continue;
      const region = openRegion(plane, { x, y }, regions);
      const run = { left: x, right: region.right, region: regions.length - 1 };
      joinAbove(regions, run, above);
      row.push(run);
      x = run.right;
    }
    above = row;
  }
  return regions.filter((region, index) => region.parent === index);
};

const isLikely = ({ values, width }: Plane, x: number, y: number): boolean => (values[y * width + x] ?? 0) > LIKELY_MIN;

/** Each run of likely pixels in a row starts as a region of its own. */
const openRegion = (plane: Plane, { x, y }: { x: number; y: number }, regions: Region[]): Region => {
  let right = x;
  let sum = 0;
  for (; right < plane.width && isLikely(plane, right, y); right += 1)
    sum += plane.values[y * plane.width + right] ?? 0;
  const region = { parent: regions.length, left: x, right, top: y, bottom: y + 1, sum, count: right - x };
  regions.push(region);
  return region;
};

/** Runs that touch, corners included, belong together: the later region takes the earlier one in. */
const joinAbove = (regions: Region[], run: Run, above: readonly Run[]): void => {
  for (let at = firstNotBefore(above, run.left); at < above.length; at += 1) {
    const upper = above[at];
    if (upper === undefined || upper.left > run.right) return;
    const [from, into] = [rootOf(regions, upper.region), rootOf(regions, run.region)];
    const [a, b] = [regions[from], regions[into]];
    if (from === into || a === undefined || b === undefined) continue;
    a.parent = into;
    b.left = Math.min(a.left, b.left);
    b.right = Math.max(a.right, b.right);
    b.top = Math.min(a.top, b.top);
    b.bottom = Math.max(a.bottom, b.bottom);
    b.sum += a.sum;
    b.count += a.count;
  }
};

/** The runs of a row are in order: the first that does not end before `left`. */
const firstNotBefore = (row: readonly Run[], left: number): number => {
  let [low, high] = [0, row.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((row[middle]?.right ?? left) < left) low = middle + 1;
    else high = middle;
  }
  return low;
};

const rootOf = (regions: readonly Region[], index: number): number => {
  let root = index;
  for (let region = regions[root]; region !== undefined && region.parent !== root; region = regions[root]) {
    // Halving the path keeps the chains short however ragged the area is.
    region.parent = regions[region.parent]?.parent ?? region.parent;
    root = region.parent;
  }
  return root;
};
