// Where text is on a screen. The picture is looked at in horizontal strips, so that the memory needed does not grow
// with the screen, and once more at a quarter of its size, because lettering taller than a strip is only seen small.
// Letters that stand alone, which the model misses, are found by their shape.
import { err, ok, type Result } from "@underseal/foundation";
import type { RedactionError } from "./errors.ts";
import { checkImage, type RgbImage, shrinkImage } from "./image.ts";
import { findLoneGlyphs } from "./lone-glyphs.ts";
import { type DetectionModel, MODEL_STEP_PX } from "./model.ts";
import { cutToImage, type Rect } from "./rect.ts";
import { planeToBoxes } from "./regions.ts";
import { isBlankColumn, separateAreas, type TextAreas } from "./text-areas.ts";

export const BOXES_MAX = 20_000;

// Eight strips on a 1080-row screen; wider screens get lower strips of about the same area.
const STRIP_ROWS = 135;
const STRIP_ROWS_MIN = 64;
const STRIP_PIXELS = 1920 * STRIP_ROWS;
const OVERLAP_ROWS = 24;
const SMALL_FACTOR = 4;
// Blank columns between two texts that are worth leaving out, and how many are kept beside each.
const BLANK_COLUMNS_MIN = 256;
const CONTEXT_COLUMNS = 32;

// How the model's training pictures were normalised: mean and deviation of red, green and blue.
const CHANNELS = [
  { mean: 0.485, deviation: 0.229 },
  { mean: 0.456, deviation: 0.224 },
  { mean: 0.406, deviation: 0.225 },
] as const;

/**
 * Finds every area of text, in pixels of the picture, edges included. Areas may overlap. In `pictures`, where every
 * spot looks like a letter, lone ones are not looked for. An error of any kind means that nothing is known about the
 * picture: the caller hides all of it.
 */
export const detectText = async (
  image: RgbImage,
  { model, pictures }: { readonly model: DetectionModel; readonly pictures: readonly Rect[] },
): Promise<Result<TextAreas, RedactionError>> => {
  const checked = checkImage(image);
  if (!checked.ok) return checked;
  try {
    const fine = (await boxesOf(image, model)).map((box) => cutToImage(box, image));
    const small = await boxesOf(shrinkImage(image, SMALL_FACTOR), model);
    const coarse = small.map((box) => cutToImage(enlarge(box, SMALL_FACTOR), image));
    const glyphs = findLoneGlyphs(image, [...fine, ...coarse, ...pictures]);
    if (fine.length + coarse.length + glyphs.length <= BOXES_MAX) {
      const { lines, rest } = separateAreas(image, [fine, coarse]);
      return ok({ lines, rest: [...rest, ...glyphs] });
    }
    return err({ code: "TOO_MANY_BOXES", message: `More than ${BOXES_MAX} areas of text.` });
  } catch (cause) {
    return err({ code: "DETECTION_FAILED", message: "Looking for text failed.", cause });
  }
};

const boxesOf = async (image: RgbImage, model: DetectionModel): Promise<readonly Rect[]> => {
  const boxes: Rect[] = [];
  for (const part of stripsOf(image).flatMap((strip) => withoutBlanks(image, strip))) {
    const size = { width: roundUp(part.width), height: roundUp(part.height) };
    const values = await model.run(toPlanes(image, part, size), size);
    for (const box of planeToBoxes({ values, ...size })) boxes.push({ ...box, x: box.x + part.x, y: box.y + part.y });
  }
  return boxes;
};

const stripsOf = ({ width, height }: RgbImage): readonly Rect[] => {
  const step = Math.min(height, Math.max(STRIP_ROWS_MIN, Math.floor(STRIP_PIXELS / width)));
  return Array.from({ length: Math.ceil(height / step) }, (_, index) => {
    const y = Math.max(0, index * step - OVERLAP_ROWS);
    return { x: 0, y, width, height: Math.min(height, (index + 1) * step + OVERLAP_ROWS) - y };
  });
};

/** The parts of a strip that are not blank. */
const withoutBlanks = (image: RgbImage, strip: Rect): readonly Rect[] => {
  const parts: { left: number; right: number }[] = [];
  for (let x = 1; x < strip.width; x += 1) {
    if (isBlankColumn(image, strip, x)) continue;
    const last = parts.at(-1);
    if (last !== undefined && x - last.right < BLANK_COLUMNS_MIN) last.right = x + 1;
    else parts.push({ left: x, right: x + 1 });
  }
  return parts.map(({ left, right }) => {
    const x = Math.max(0, left - CONTEXT_COLUMNS);
    return { ...strip, x, width: Math.min(strip.width, right + CONTEXT_COLUMNS) - x };
  });
};

const roundUp = (px: number): number => Math.ceil(px / MODEL_STEP_PX) * MODEL_STEP_PX;

/** Normalised planes of one part. Where the model wants more pixels than there are, the last ones are repeated. */
const toPlanes = (image: RgbImage, part: Rect, size: { width: number; height: number }): Float32Array => {
  const planes = new Float32Array(3 * size.width * size.height);
  let to = 0;
  for (const [channel, { mean, deviation }] of CHANNELS.entries()) {
    const scale = 1 / (255 * deviation);
    const shift = -mean / deviation;
    for (let y = 0; y < size.height; y += 1) {
      const row = (part.y + Math.min(y, part.height - 1)) * image.width + part.x;
      for (let x = 0; x < size.width; x += 1, to += 1) {
        planes[to] = (image.rgb[(row + Math.min(x, part.width - 1)) * 3 + channel] ?? 0) * scale + shift;
      }
    }
  }
  return planes;
};

const enlarge = (box: Rect, factor: number): Rect => ({
  x: box.x * factor,
  y: box.y * factor,
  width: box.width * factor,
  height: box.height * factor,
});
