// One line of text as its own small picture for the reader: grey, dark letters on a light ground, scaled to the height
// that the reader likes. Each line by itself, because on one screen dark windows stand beside light ones.
import type { Grey, RgbImage } from "./image.ts";
import type { Rect } from "./rect.ts";
import { hasRows } from "./rows.ts";

export interface LineImage {
  /** Whether there is more than one row of letters: read as one line, one of them would be lost. */
  readonly hasRows: boolean;
  readonly grey: Grey;
  /** From a horizontal extent in the small picture to whole pixels of the screen, over the line's whole height. */
  toBox(extent: { readonly left: number; readonly right: number }): Rect;
}

// Measured on 42 rendered screens: a line is read best when its box, which is a little higher than the letters, has
// this height. Letters squeezed a little cost less time and hardly any letter.
const HEIGHT_PX = 24;
const SQUEEZE = 0.85;
const ENLARGEMENT_MAX = 4;
const WIDTH_PX_MIN = 8;
const WIDTH_PX_MAX = 8_000;
const BORDER_PX = 4;
const LIGHT_MIN = 128;

export const toLineImage = (image: RgbImage, box: Rect): LineImage => {
  const cut = cutGrey(image, box);
  const ground = commonest(cut.pixels);
  if (ground < LIGHT_MIN) invert(cut.pixels);
  const scale = Math.min(ENLARGEMENT_MAX, HEIGHT_PX / box.height);
  const scaled = resize(cut, {
    width: Math.min(WIDTH_PX_MAX, Math.max(WIDTH_PX_MIN, Math.round(box.width * scale * SQUEEZE))),
    height: Math.max(WIDTH_PX_MIN, Math.round(box.height * scale)),
  });
  const perPx = box.width / scaled.width;
  const toScreen = (x: number): number => Math.min(box.width, Math.max(0, (x - BORDER_PX) * perPx));
  return {
    hasRows: hasRows(cut),
    grey: withBorder(scaled, Math.max(ground, 255 - ground)),
    toBox: ({ left, right }) => {
      const x = Math.floor(toScreen(left));
      return { ...box, x: box.x + x, width: Math.max(1, Math.ceil(toScreen(right)) - x) };
    },
  };
};

/** How bright the eye sees red, green and blue (ITU-R BT.601). */
export const cutGrey = ({ rgb, width }: RgbImage, box: Rect): Grey => {
  const pixels = new Uint8Array(box.width * box.height);
  for (let y = box.y, to = 0; y < box.y + box.height; y += 1) {
    for (let from = (y * width + box.x) * 3; to < (y - box.y + 1) * box.width; from += 3, to += 1) {
      pixels[to] = 0.299 * (rgb[from] ?? 0) + 0.587 * (rgb[from + 1] ?? 0) + 0.114 * (rgb[from + 2] ?? 0);
    }
  }
  return { pixels, width: box.width, height: box.height };
};

/** Most pixels of a line are its ground. */
export const commonest = (pixels: Uint8Array): number => {
  const counts = new Uint32Array(256);
  for (const value of pixels) counts[value] = (counts[value] ?? 0) + 1;
  return counts.indexOf(Math.max(...counts));
};

const invert = (pixels: Uint8Array): void => {
  for (let i = 0; i < pixels.length; i += 1) pixels[i] = 255 - (pixels[i] ?? 0);
};

/** Bilinear: between the four pixels that surround where the new one falls. */
const resize = (from: Grey, size: { readonly width: number; readonly height: number }): Grey => {
  const pixels = new Uint8Array(size.width * size.height);
  const columns = Array.from({ length: size.width }, (_, x) => between(x, size.width, from.width));
  for (let y = 0, to = 0; y < size.height; y += 1) {
    const row = between(y, size.height, from.height);
    const [upper, lower] = [row.before * from.width, row.after * from.width];
    for (const { before, after, share } of columns) {
      const above = mix(from.pixels[upper + before] ?? 0, from.pixels[upper + after] ?? 0, share);
      const below = mix(from.pixels[lower + before] ?? 0, from.pixels[lower + after] ?? 0, share);
      pixels[to] = mix(above, below, row.share);
      to += 1;
    }
  }
  return { pixels, ...size };
};

const mix = (a: number, b: number, share: number): number => a + (b - a) * share;

const between = (index: number, size: number, fromSize: number) => {
  const place = Math.min(fromSize - 1, Math.max(0, ((index + 0.5) * fromSize) / size - 0.5));
  const before = Math.floor(place);
  return { before, after: Math.min(fromSize - 1, before + 1), share: place - before };
};

const withBorder = ({ pixels, width, height }: Grey, ground: number): Grey => {
  const size = { width: width + 2 * BORDER_PX, height: height + 2 * BORDER_PX };
  const bordered = new Uint8Array(size.width * size.height).fill(ground);
  for (let y = 0; y < height; y += 1) {
    const row = pixels.subarray(y * width, (y + 1) * width);
    bordered.set(row, (y + BORDER_PX) * size.width + BORDER_PX);
  }
  return { pixels: bordered, ...size };
};
