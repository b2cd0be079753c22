// All monitors as one picture, in the coordinates that windows are listed in.
import { IMAGE_PIXELS_MAX, type RgbImage } from "@underseal/redaction";
import type { ScreenPixels } from "../sensors/sensor.ts";

export interface VirtualDesktop extends RgbImage {
  /** Where the desktop's first pixel is in the coordinates of the monitors and windows. */
  readonly originX: number;
  readonly originY: number;
}

/**
 * Puts all monitors into one picture; what no monitor shows is black. Where monitors overlap (mirroring), the last
 * one wins: they show the same. `null` when the picture would be larger than `IMAGE_PIXELS_MAX`.
 */
export const composeDesktop = (screens: readonly ScreenPixels[]): VirtualDesktop | null => {
  const originX = Math.min(...screens.map(({ x }) => x));
  const originY = Math.min(...screens.map(({ y }) => y));
  const width = Math.max(...screens.map((screen) => screen.x + screen.width)) - originX;
  const height = Math.max(...screens.map((screen) => screen.y + screen.height)) - originY;
  if (!(width * height <= IMAGE_PIXELS_MAX)) return null;
  const rgb = new Uint8Array(width * height * 3);
  for (const screen of screens) {
    for (let row = 0; row < screen.height; row += 1) {
      const from = row * screen.width * 3;
      const to = ((screen.y - originY + row) * width + screen.x - originX) * 3;
      rgb.set(screen.rgb.subarray(from, from + screen.width * 3), to);
    }
  }
  return { rgb, width, height, originX, originY };
};
