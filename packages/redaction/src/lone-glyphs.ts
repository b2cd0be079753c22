// Letters that stand alone, each with much space around, such as the digits of a one-time code in boxes of their own:
// the detection model misses some of them. Whatever is drawn as high as a letter and not much wider, and was not
// found, is taken for one. Frames do not matter: what is looked at is edges, and a frame's do not touch its letter's.
//
// What is hidden with them: icons, check boxes, switches and the points of a chart. What is missed: letters that touch
// a line longer than they are, letters fainter than `STEP_MIN`, and all in and beside photos, which only some policies hide.
import type { RgbImage } from "./image.ts";
import { cutToImage, type Rect } from "./rect.ts";
import { findRegions, type Region } from "./regions.ts";

// Of the edges of what is drawn, which are one pixel wider and higher than it.
const GLYPH = { heightMin: 7, heightMax: 66, widthMin: 3, widthHeightsMax: 2 };
// A step from pixel to pixel that is one of ink, and not of a gradient. Smoothing spreads faint ink over two or three.
const STEP_MIN = 8;
// A letter of which less sticks out of an area that was found is hidden well enough with it.
const COVERED_SHARE_MAX = 0.9;
const MARGIN_PX = 2;

// The picture is looked at in strips, so that the memory needed does not grow with the screen. They overlap by more than
// a glyph, so that each is whole in one of them.
const STRIP_ROWS = 256;
const OVERLAP_ROWS = 72;

/**
 * Boxes around what looks like a lone glyph and is not in the areas `found`. One 1080p screen takes 0.1 s of processor
 * time, and 0.3 s the first time in a process.
 */
export const findLoneGlyphs = (image: RgbImage, found: readonly Rect[]): readonly Rect[] => {
  const boxes: Rect[] = [];
  for (let y = 0; y < image.height; y += STRIP_ROWS) {
    const strip = { x: 0, y, width: image.width, height: Math.min(image.height - y, STRIP_ROWS + OVERLAP_ROWS) };
    for (const region of findRegions({ ...strip, values: edgesIn(image, strip, found) })) {
      if (isGlyph(region) && !isCut(region, strip, image)) boxes.push(boxOf(region, strip, image));
    }
  }
  return boxes;
};

// Both count as likely for `findRegions`, so that a letter is one region wherever an area ends.
const ALONE = 1;
const COVERED = 0.5;

/** Where the picture changes from one pixel to the next: `COVERED` where that is in an area found, `ALONE` elsewhere. */
const edgesIn = ({ rgb, width }: RgbImage, strip: Rect, found: readonly Rect[]): Float32Array => {
  const weights = new Float32Array(width * strip.height).fill(ALONE);
  for (const box of found) {
    const [top, bottom] = [
      Math.max(box.y, strip.y) - strip.y,
      Math.min(box.y + box.height, strip.y + strip.height) - strip.y,
    ];
    for (let y = top; y < bottom; y += 1) weights.fill(COVERED, y * width + box.x, y * width + box.x + box.width);
  }
  for (let y = 0, to = 0; y < strip.height; y += 1) {
    const above = strip.y + y > 0 ? width * 3 : 0;
    for (let x = 0, at = (strip.y + y) * width * 3; x < width; x += 1, to += 1, at += 3) {
      const isEdge = (x > 0 && isStep(rgb, at, at - 3)) || isStep(rgb, at, at - above);
      if (!isEdge) weights[to] = 0;
    }
  }
  return weights;
};

/** Whether one of the three colours differs by `STEP_MIN` between the pixels that start at `a` and `b`. */
const isStep = (rgb: Uint8Array, a: number, b: number): boolean => {
  for (let channel = 0; channel < 3; channel += 1) {
    const step = (rgb[a + channel] ?? 0) - (rgb[b + channel] ?? 0);
    if (step >= STEP_MIN || step <= -STEP_MIN) return true;
  }
  return false;
};

const isGlyph = ({ left, right, top, bottom, sum, count }: Region): boolean => {
  const [width, height] = [right - left, bottom - top];
  return (
    height >= GLYPH.heightMin &&
    height <= GLYPH.heightMax &&
    width >= GLYPH.widthMin &&
    width <= height * GLYPH.widthHeightsMax &&
    (ALONE - sum / count) / (ALONE - COVERED) <= COVERED_SHARE_MAX
  );
};

/** Whether it may go on beyond the strip; then the next or the last one has it whole, if it is a glyph. */
const isCut = ({ top, bottom }: Region, strip: Rect, image: RgbImage): boolean =>
  (top === 0 && strip.y > 0) || (bottom === strip.height && strip.y + strip.height < image.height);

const boxOf = ({ left, right, top, bottom }: Region, strip: Rect, image: RgbImage): Rect =>
  cutToImage(
    {
      x: left - MARGIN_PX,
      y: strip.y + top - MARGIN_PX,
      width: right - left + 2 * MARGIN_PX,
      height: bottom - top + 2 * MARGIN_PX,
    },
    image,
  );
