// QR and bar codes: what a telephone reads from a picture in passing, and a person who reviews it does not. They are
// looked for twice: by a reader (zxing), which finds every kind at every angle as long as it can make sense of it, and
// by the look of bars (stripes.ts). What only looks like a code counts as one.
//
// What is missed: PDF417 that is light on dark or askew; bar codes askew, unless only by some degrees, with wide bars and
// a quiet zone; QR codes askew whose modules have fewer than two pixels; codes of faint contrast, or drawn as art. The long
// rectangles of ISO/IEC 21471 (DMRE, up to 8 by 144 modules), which the reader sees and cannot read, count where they are
// not distorted.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { err, ok, type Result } from "@underseal/foundation";
import type { ReaderOptions, ReadResult } from "zxing-wasm/reader";
import type { RedactionError } from "./errors.ts";
import { checkImage, type RgbImage } from "./image.ts";
import { boundingRect, cutToImage, overlaps, type Rect } from "./rect.ts";
import { findStripes, toGrey } from "./stripes.ts";

/** The most the reader counts to. A screen with more is hidden as a whole. */
const CODES_MAX = 254;

// A third of the cost would go into smaller copies of the picture, in which nothing was found that was not found
// before, and more than half is saved by not turning it or not looking closely, which misses codes.
const READER_OPTIONS: ReaderOptions = {
  formats: ["AllReadable"],
  tryHarder: true,
  tryRotate: true,
  tryInvert: true,
  tryDownscale: false,
  returnErrors: true,
  maxNumberOfSymbols: CODES_MAX + 1,
  textMode: "Plain",
};

// A QR code wants four of its at least 21 modules free on each side, and a bar code ten of some hundred.
const MARGIN_SHARE = 0.2;
const MARGIN_PX_MIN = 8;
const ASKEW_SHARE = 0.5;
// Of the longest in ISO/IEC 16022, 8 by 32 modules, and half as much again for how it is drawn.
const DATA_MATRIX_RATIO_MAX = 6;
/** The cosine of what counts as a right angle: three degrees more or less. */
const RIGHT_ANGLE_COSINE_MAX = 0.05;

/**
 * Boxes around all codes, quiet zones included. On a 1080p screen about 0.2 s of processor time, and half a second more
 * the first time in a process, while the reader is compiled; in proportion for larger ones. An error of any kind means
 * that nothing is known: the caller hides the whole picture.
 */
export const findCodes = async (image: RgbImage): Promise<Result<readonly Rect[], RedactionError>> => {
  const checked = checkImage(image);
  if (!checked.ok) return checked;
  const reader = await loadReader();
  if (!reader.ok) return reader;
  try {
    const read = await reader.value.readBarcodes(toImageData(image), READER_OPTIONS);
    if (read.length > CODES_MAX) return err({ code: "TOO_MANY_BOXES", message: `More than ${CODES_MAX} codes.` });
    const stripes = findStripes(toGrey(image));
    const boxes = joinOverlapping([...read.filter(isPossible).map((code) => boxOf(code, stripes)), ...stripes]);
    return ok(boxes.map((box) => withMargin(box, image)));
  } catch (cause) {
    return err({ code: "DETECTION_FAILED", message: "Looking for codes failed.", cause });
  }
};

type Reader = typeof import("zxing-wasm/reader");

/** Left to itself, the library would fetch its binary from the network. */
const loadReader = async (): Promise<Result<Reader, RedactionError>> => {
  try {
    const reader = await import("zxing-wasm/reader");
    const file = createRequire(import.meta.url).resolve("zxing-wasm/reader/zxing_reader.wasm");
    const wasmBinary = new Uint8Array(await readFile(file)).buffer;
    // The library keeps the first one that it was given.
    await reader.prepareZXingModule({ overrides: { wasmBinary }, equalityFn: () => true, fireImmediately: true });
    return ok(reader);
  } catch (cause) {
    return err({ code: "MODEL_UNAVAILABLE", message: 'The reader of codes cannot be loaded; run "npm ci".', cause });
  }
};

type Pixels = Exclude<Parameters<Reader["readBarcodes"]>[0], Blob | ArrayBuffer | Uint8Array>;

/** The form in which the library takes pixels that are in no image format. It does not look at alpha. */
const toImageData = ({ rgb, width, height }: RgbImage): Pixels => {
  const data = new Uint8ClampedArray(width * height * 4);
  for (let from = 0, to = 0; from < rgb.length; from += 3, to += 4) {
    data[to] = rgb[from] ?? 0;
    data[to + 1] = rgb[from + 1] ?? 0;
    data[to + 2] = rgb[from + 2] ?? 0;
  }
  return { data, width, height };
};

/**
 * Between lines of text the reader sees the two sides of a Data Matrix, and makes no sense of what is inside. It makes
 * none of the long ones of ISO/IEC 21471 either, but those have right angles.
 */
const isPossible = (code: ReadResult): boolean => {
  if (code.error === "" || code.format !== "DataMatrix") return true;
  const { width, height } = cornersOf(code);
  return width <= height * DATA_MATRIX_RATIO_MAX || isRightAngled(code.position);
};

/** Two corners in one place have no angle (NaN), and tell nothing against a code. */
export const isRightAngled = ({ topLeft, topRight, bottomRight, bottomLeft }: ReadResult["position"]): boolean => {
  const corners = [topLeft, topRight, bottomRight, bottomLeft];
  return corners.every((corner, i) => {
    const [before, after] = [corners.at(i - 1) ?? corner, corners[(i + 1) % corners.length] ?? corner];
    const back = { x: before.x - corner.x, y: before.y - corner.y };
    const on = { x: after.x - corner.x, y: after.y - corner.y };
    const cosine = (back.x * on.x + back.y * on.y) / (Math.hypot(back.x, back.y) * Math.hypot(on.x, on.y));
    return !(Math.abs(cosine) > RIGHT_ANGLE_COSINE_MAX);
  });
};

const cornersOf = ({ position }: ReadResult): Rect =>
  [position.topLeft, position.topRight, position.bottomLeft, position.bottomRight]
    .map(({ x, y }) => ({ x, y, width: 1, height: 1 }))
    .reduce((whole, corner) => boundingRect(whole, corner));

const boxOf = (code: ReadResult, stripes: readonly Rect[]): Rect => {
  const box = cornersOf(code);
  // Of a bar code that stands askew, only the rows are told that cross all of its bars.
  const isAskew = code.lineCount > 0 && !stripes.some((area) => overlaps(area, box));
  return isAskew ? grow(box, Math.ceil(ASKEW_SHARE * Math.max(box.width, box.height))) : box;
};

const grow = ({ x, y, width, height }: Rect, px: number): Rect => ({
  x: x - px,
  y: y - px,
  width: width + 2 * px,
  height: height + 2 * px,
});

/** A code that was found twice, or bar by bar, is one. */
const joinOverlapping = (boxes: readonly Rect[]): readonly Rect[] => {
  const joined: Rect[] = [];
  for (const box of boxes) {
    let whole = box;
    for (let at = joined.findIndex((other) => overlaps(other, whole)); at >= 0; ) {
      const [other] = joined.splice(at, 1);
      if (other !== undefined) whole = boundingRect(whole, other);
      at = joined.findIndex((candidate) => overlaps(candidate, whole));
    }
    joined.push(whole);
  }
  return joined;
};

const withMargin = (box: Rect, image: RgbImage): Rect =>
  cutToImage(grow(box, Math.max(MARGIN_PX_MIN, Math.ceil(MARGIN_SHARE * Math.max(box.width, box.height)))), image);
