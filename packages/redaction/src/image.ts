// Plain pixel buffers: three bytes a pixel, row after row, no padding. No image format is parsed anywhere here.
import { err, ok, type Result } from "@underseal/foundation";
import type { RedactionError } from "./errors.ts";
import type { Rect } from "./rect.ts";

export interface RgbImage {
  /** `width × height × 3` bytes. */
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** `width × height` bytes, 0 is black. */
export interface Grey {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** Four 4K screens. What is larger is refused, and a refused screen is hidden as a whole. */
export const IMAGE_PIXELS_MAX = 4 * 3840 * 2160;

export const isRgbImage = ({ rgb, width, height }: RgbImage): boolean =>
  Number.isInteger(width) && width > 0 && Number.isInteger(height) && height > 0 && rgb.length === width * height * 3;

/** Whether it is one, and not too large to be looked at. */
export const checkImage = (image: RgbImage): Result<null, RedactionError> => {
  if (!isRgbImage(image)) return err({ code: "BAD_IMAGE", message: "The buffer is not width × height × 3 bytes." });
  if (image.width * image.height <= IMAGE_PIXELS_MAX) return ok(null);
  return err({ code: "IMAGE_TOO_LARGE", message: `The screen has more than ${IMAGE_PIXELS_MAX} pixels.` });
};

/** Makes a picture `factor` times smaller in both directions; each new pixel is the mean of those it replaces. */
export const shrinkImage = ({ rgb, width, height }: RgbImage, factor: number): RgbImage => {
  const small = { width: Math.ceil(width / factor), height: Math.ceil(height / factor) };
  const pixels = new Uint8Array(small.width * small.height * 3);
  for (let y = 0, to = 0; y < small.height; y += 1) {
    const area = { y: y * factor, height: Math.min(factor, height - y * factor) };
    for (let x = 0; x < small.width; x += 1, to += 3) {
      meanInto(
        pixels,
        to,
        { rgb, width, height },
        { ...area, x: x * factor, width: Math.min(factor, width - x * factor) },
      );
    }
  }
  return { rgb: pixels, ...small };
};

const meanInto = (pixels: Uint8Array, to: number, { rgb, width }: RgbImage, area: Rect): void => {
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let y = area.y; y < area.y + area.height; y += 1) {
    const end = (y * width + area.x + area.width) * 3;
    for (let from = (y * width + area.x) * 3; from < end; from += 3) {
      red += rgb[from] ?? 0;
      green += rgb[from + 1] ?? 0;
      blue += rgb[from + 2] ?? 0;
    }
  }
  const count = area.width * area.height;
  pixels[to] = Math.round(red / count);
  pixels[to + 1] = Math.round(green / count);
  pixels[to + 2] = Math.round(blue / count);
};
