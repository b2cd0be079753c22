// Bar codes by their look. A reader of bar codes finds them by decoding, and so misses those that are light on dark, or
// lack their quiet zone because the page around them is dark. Here it is enough that many edges, at uneven distances,
// stand side by side and stay where they are from row to row. Only codes that stand upright or lie on their side are
// found this way, as screens draw them.
import type { RgbImage } from "./image.ts";
import type { Rect } from "./rect.ts";

export interface GreyImage {
  /** `width × height` bytes. */
  readonly grey: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const EDGE_CONTRAST_MIN = 48;
// The shortest codes in use have about 30 edges.
const EDGES_MIN = 24;
// Higher than the stems of most headlines.
const ROWS_MIN = 20;
// Of the widest bar of a code drawn 400 pixels wide.
const GAP_PX_MAX = 32;
// No bar is wider than four of the narrowest; what stands further away is beside the code.
const GAP_MEDIANS_MAX = 5;
// Every other distance is the same in a bar chart, a ruler or a grid.
const REGULAR_SHARE_MAX = 0.7;

export const toGrey = ({ rgb, width, height }: RgbImage): GreyImage => {
  const grey = new Uint8Array(width * height);
  for (let to = 0, from = 0; to < grey.length; to += 1, from += 3) {
    grey[to] = ((rgb[from] ?? 0) * 77 + (rgb[from + 1] ?? 0) * 151 + (rgb[from + 2] ?? 0) * 28) >> 8;
  }
  return { grey, width, height };
};

/** Areas of upright or lying stripes; those of one code may be several that touch or overlap. */
export const findStripes = (image: GreyImage): readonly Rect[] => [
  ...findUpright(image),
  ...findUpright(transpose(image)).map(({ x, y, width, height }) => ({ x: y, y: x, width: height, height: width })),
];

const transpose = ({ grey, width, height }: GreyImage): GreyImage => {
  const turned = new Uint8Array(grey.length);
  for (let y = 0, from = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, from += 1) turned[x * height + y] = grey[from] ?? 0;
  }
  return { grey: turned, width: height, height: width };
};

const findUpright = ({ grey, width, height }: GreyImage): readonly Rect[] => {
  // For how many rows there has been an edge to the right of each column, up to this row.
  const ages = new Uint16Array(width);
  const found: Rect[] = [];
  for (let y = 0, from = 0; y < height; y += 1) {
    for (let x = 0; x < width - 1; x += 1, from += 1) {
      const step = (grey[from] ?? 0) - (grey[from + 1] ?? 0);
      ages[x] = step > EDGE_CONTRAST_MIN || step < -EDGE_CONTRAST_MIN ? (ages[x] ?? 0) + 1 : 0;
    }
    from += 1;
    // Looked at once in so many rows: what stands long enough to matter is seen at least once.
    if (y % ROWS_MIN === ROWS_MIN - 1 || y === height - 1) found.push(...runsOf(ages, y));
  }
  return found;
};

/** Runs of columns whose edges are old, close to each other, many and uneven. */
const runsOf = (ages: Uint16Array, y: number): readonly Rect[] => {
  const old: number[] = [];
  for (let x = 0; x < ages.length; x += 1) if ((ages[x] ?? 0) >= ROWS_MIN) old.push(x);
  return splitAt(old, GAP_PX_MAX)
    .flatMap((run) => splitAt(run, GAP_MEDIANS_MAX * medianOf(distancesOf(run))))
    .filter((run) => run.length >= EDGES_MIN && isUneven(distancesOf(run)))
    .map((run) => {
      const [left, right] = [run[0] ?? 0, run.at(-1) ?? 0];
      const rows = Math.min(...run.map((x) => ages[x] ?? 0));
      // The code may go on until just before the next look.
      return { x: left, y: y + 1 - rows, width: right + 2 - left, height: rows + ROWS_MIN };
    });
};

const splitAt = (places: readonly number[], gapMax: number): readonly (readonly number[])[] => {
  const runs: number[][] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const place of places) {
    if (place - last > gapMax) runs.push([]);
    runs.at(-1)?.push(place);
    last = place;
  }
  return runs;
};

const distancesOf = (places: readonly number[]): readonly number[] =>
  places.slice(1).map((place, index) => place - (places[index] ?? 0));

const medianOf = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** The distance to the edge before and that before it make a pattern that repeats where there is no code. */
const isUneven = (distances: readonly number[]): boolean => {
  const isRepeated = (distance: number, index: number): boolean => {
    const before = distances[index - 2];
    return before !== undefined && Math.abs(distance - before) <= distance >> 3;
  };
  return distances.filter(isRepeated).length <= REGULAR_SHARE_MAX * (distances.length - 2);
};
