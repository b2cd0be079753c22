// Areas that look like a photo, a video or a rendered scene: in them, unlike in text, icons and drawings, neighbouring
// pixels differ a little and without order. The picture is looked at in cells; those that are certainly of a photo
// take in what is next to them and only not plain, and each group is filled to its rectangle.
//
// What it is bad at: a photo without any texture (blurred, all sky, a black film) is missed, and of others the smooth
// rim may stay shown (a sky up to the picture's edge); grey scans of clean text are left to those who look for text;
// photos smaller than about 48 pixels are taken for icons; drawn maps with many thin lines and text with shadows on a
// colourful gradient count as pictures. It tells nothing about what a picture shows.
import { assert } from "@underseal/foundation";
import { isRgbImage, type RgbImage } from "./image.ts";
import type { Rect } from "./rect.ts";
import { fillGroups, groupsOf, type TileGrid } from "./tiles.ts";

export interface PictureOptions {
  /** Pictures with a shorter side than this stay shown. To the whole cell of 32 pixels. */
  readonly sidePxMin: number;
}

export const PICTURE_OPTIONS: PictureOptions = { sidePxMin: 32 };

const CELL_PX = 32;
// A picture's edge runs through cells that are half something else.
const RIM_PX = CELL_PX / 2;

// Measured over cells of photos and of pages in Chromium (text with grey and coloured smoothing, code, tables, charts,
// gradients, shadows, icons): of the pages' cells fewer than one in a hundred is taken for a photo's, but for maps and
// text with shadows; of the photos' 20 (dark, blurred) to 80 in a hundred, and all of an avatar of 64 pixels.
const SLIGHT_STEP_MAX = 24;
const MANY_COLOURS = { coloursMin: 280, slightShareMin: 0.25 };
const GRAIN = { bendMin: 2.5, bendMax: 32, shareMin: 0.27, coloursMin: 20, slightShareMin: 0.4 };
const NOT_PLAIN = { coloursMin: 16, slightShareMin: 0.3 };
// How far into a smooth sky or wall a photo is followed. On a page whose background is a gradient, too much.
const GROWTH_CELLS = 8;

/** Rectangles in whole pixels. One 1080p screen takes 20 to 40 ms, and up to 100 the first time in a process. */
export const findPictures = (image: RgbImage, options: PictureOptions = PICTURE_OPTIONS): readonly Rect[] => {
  assert(isRgbImage(image), "the buffer is width × height × 3 bytes");
  const grid = { columns: Math.ceil(image.width / CELL_PX), rows: Math.ceil(image.height / CELL_PX) };
  const { certain, notPlain } = classifyCells(image, grid);
  const cells = fillGroups(growInto(certain, notPlain, grid), grid);
  return groupsOf(cells, grid)
    .filter(({ width, height }) => Math.min(width, height) * CELL_PX >= options.sidePxMin)
    .map((group) => widen(toPixels(group, image), image));
};

interface CellKinds {
  readonly certain: ReadonlySet<number>;
  readonly notPlain: ReadonlySet<number>;
}

const classifyCells = (image: RgbImage, { columns, rows }: TileGrid): CellKinds => {
  const certain = new Set<number>();
  const notPlain = new Set<number>();
  const measure = createMeasure(image);
  for (let cell = 0; cell < columns * rows; cell += 1) {
    const { colours, slightShare, grainShare } = measure(toPixels(cellRect(cell, columns), image));
    const has = (kind: { readonly coloursMin: number; readonly slightShareMin: number }) =>
      colours >= kind.coloursMin && slightShare >= kind.slightShareMin;
    if (has(MANY_COLOURS) || (has(GRAIN) && grainShare >= GRAIN.shareMin)) certain.add(cell);
    else if (has(NOT_PLAIN)) notPlain.add(cell);
  }
  return { certain, notPlain };
};

interface CellMeasure {
  /** How many different ones, within some hundredths. */
  readonly colours: number;
  /** Of pixels that differ a little from the one to their left. */
  readonly slightShare: number;
  /** Of pixels that are a little off the line through the two to their left, as no gradient's are. */
  readonly grainShare: number;
}

const COLOUR_BITS = 12;

// Every other row tells as much as all of them.
const ROW_STEP = 2;

const createMeasure = ({ rgb, width }: RgbImage): ((area: Rect) => CellMeasure) => {
  // Where a colour falls in this table is by chance: two may share a place, which makes the count a little low.
  const seenIn = new Uint32Array(1 << COLOUR_BITS);
  let cell = 0;
  return (area) => {
    cell += 1;
    let colours = 0;
    let slight = 0;
    let grain = 0;
    for (let y = area.y; y < area.y + area.height; y += ROW_STEP) {
      const start = (y * width + area.x) * 3;
      let red = rgb[start] ?? 0;
      let green = rgb[start + 1] ?? 0;
      let blue = rgb[start + 2] ?? 0;
      let rise = Number.NaN;
      for (let from = start; from < start + area.width * 3; from += 3) {
        const [r, g, b] = [rgb[from] ?? 0, rgb[from + 1] ?? 0, rgb[from + 2] ?? 0];
        const place = Math.imul((r << 16) | (g << 8) | b, 0x9e3779b1) >>> (32 - COLOUR_BITS);
        if (seenIn[place] !== cell) colours += 1;
        seenIn[place] = cell;
        const step = Math.max(Math.abs(r - red), Math.abs(g - green), Math.abs(b - blue));
        if (step > 0 && step <= SLIGHT_STEP_MAX) slight += 1;
        const nextRise = (r - red + 2 * (g - green) + b - blue) / 4;
        const bend = Math.abs(nextRise - rise);
        if (bend >= GRAIN.bendMin && bend <= GRAIN.bendMax) grain += 1;
        rise = from === start ? Number.NaN : nextRise;
        red = r;
        green = g;
        blue = b;
      }
    }
    const compared = Math.ceil(area.height / ROW_STEP) * area.width;
    return { colours, slightShare: slight / compared, grainShare: grain / compared };
  };
};

const growInto = (
  certain: ReadonlySet<number>,
  notPlain: ReadonlySet<number>,
  { columns, rows }: TileGrid,
): ReadonlySet<number> => {
  const grown = new Set(certain);
  // One cell alone may be chance, or an avatar, which is no larger.
  let rim = [...certain].filter(
    (cell) => besides(cell, { columns, rows }).filter((beside) => certain.has(beside)).length >= 2,
  );
  for (let step = 0; step < GROWTH_CELLS && rim.length > 0; step += 1) {
    const next: number[] = [];
    for (const cell of rim) {
      for (const beside of besides(cell, { columns, rows })) {
        if (grown.has(beside) || !notPlain.has(beside)) continue;
        grown.add(beside);
        next.push(beside);
      }
    }
    rim = next;
  }
  return grown;
};

const besides = (cell: number, { columns, rows }: TileGrid): readonly number[] =>
  [
    cell % columns > 0 ? cell - 1 : -1,
    cell % columns < columns - 1 ? cell + 1 : -1,
    cell - columns,
    cell + columns,
  ].filter((beside) => beside >= 0 && beside < columns * rows);

const cellRect = (cell: number, columns: number): Rect => ({
  x: cell % columns,
  y: Math.floor(cell / columns),
  width: 1,
  height: 1,
});

const widen = ({ x, y, width, height }: Rect, image: RgbImage): Rect => {
  const [left, top] = [Math.max(0, x - RIM_PX), Math.max(0, y - RIM_PX)];
  return {
    x: left,
    y: top,
    width: Math.min(image.width, x + width + RIM_PX) - left,
    height: Math.min(image.height, y + height + RIM_PX) - top,
  };
};

const toPixels = (cells: Rect, { width, height }: RgbImage): Rect => {
  const [x, y] = [cells.x * CELL_PX, cells.y * CELL_PX];
  return {
    x,
    y,
    width: Math.min(width, x + cells.width * CELL_PX) - x,
    height: Math.min(height, y + cells.height * CELL_PX) - y,
  };
};
