// Somebody who gets the redacted picture and wants what is under the boxes. The boxes are filled in the raw pixels, the
// picture is doubled, and another OCR than ours reads what is left.
//
// Chance is taken off: an item that the ordinary text of the screen contains anyway counts neither as tried nor as
// recovered, and items of another screen, which cannot be there, are tried as a control.
import { IMAGE_PIXELS_MAX, type Rect, type RgbImage } from "@underseal/redaction";
import sharp from "sharp";
import { isFound, normalise, READABLE_LETTERS_MIN } from "./edits.ts";
import type { ItemClass } from "./items.ts";
import type { Reader } from "./reader.ts";
import type { Truth } from "./truth.ts";

const FILL = 90;
const ENLARGED = 2;

export interface AttackResult {
  readonly tried: readonly { readonly itemClass: ItemClass; readonly text: string; readonly recovered: boolean }[];
  readonly controls: number;
  readonly controlsFound: number;
}

export interface Attack {
  readonly image: RgbImage;
  readonly truth: Truth;
  readonly boxes: readonly Rect[];
  /** The truth of a screen with other items. */
  readonly control: Truth;
}

export const attackScreen = async ({ image, truth, boxes, control }: Attack, reader: Reader): Promise<AttackResult> => {
  const read = normalise(await reader.read(await enlarge(fillBoxes(image, boxes))));
  const ordinary = normalise(truth.words.map(({ text }) => text).join(" "));
  const known = new Set(readableItems(truth).map(({ text }) => text));
  const controls = readableItems(control).filter(({ text }) => !known.has(text) && !isFound(text, ordinary));
  return {
    tried: readableItems(truth)
      .filter(({ text }) => !isFound(text, ordinary))
      .map(({ itemClass, text }) => ({ itemClass, text, recovered: isFound(text, read) })),
    controls: controls.length,
    controlsFound: controls.filter(({ text }) => isFound(text, read)).length,
  };
};

/** The content of a QR code is not text on the screen; shorter items are found anywhere. */
const readableItems = ({ items }: Truth) =>
  items
    .map(({ itemClass, text }) => ({ itemClass, text: normalise(text) }))
    .filter(({ itemClass, text }) => itemClass !== "code" && text.length >= READABLE_LETTERS_MIN);

const fillBoxes = ({ rgb, width, height }: RgbImage, boxes: readonly Rect[]): RgbImage => {
  const filled = new Uint8Array(rgb);
  for (const box of boxes) {
    const [left, right] = [Math.max(0, box.x), Math.min(width, box.x + box.width)];
    for (let y = Math.max(0, box.y); y < Math.min(height, box.y + box.height); y += 1) {
      if (right > left) filled.fill(FILL, (y * width + left) * 3, (y * width + right) * 3);
    }
  }
  return { rgb: filled, width, height };
};

/** A picture that would become too large for the reader is large enough to be read as it is. */
const enlarge = async (image: RgbImage): Promise<RgbImage> => {
  const size = { width: image.width * ENLARGED, height: image.height * ENLARGED };
  if (size.width * size.height > IMAGE_PIXELS_MAX) return image;
  const raw = { width: image.width, height: image.height, channels: 3 as const };
  const rgb = await sharp(image.rgb, { raw })
    .resize({ ...size, kernel: "cubic" })
    .raw()
    .toBuffer();
  return { rgb, ...size };
};
