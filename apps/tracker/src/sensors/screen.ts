// Pixels of all monitors. The library below loads native code that ends the process when the display goes: only a
// child process imports this file's function.
import { err, ok, type Result } from "@underseal/foundation";
import { Monitor } from "node-screenshots";
import type { ScreenPixels, ScreenSensor, SensorError } from "./sensor.ts";

export const MONITORS_MAX = 16;

const BYTES_PER_RGBA = 4;

/** Captures the display named by this process's environment. */
export const openScreens = (): ScreenSensor => ({ captureScreens });

const captureScreens = async (): Promise<Result<readonly ScreenPixels[], SensorError>> => {
  try {
    const monitors = Monitor.all();
    if (monitors.length === 0) return unreadable("there is no monitor");
    if (monitors.length > MONITORS_MAX) return unreadable(`there are more than ${MONITORS_MAX} monitors`);
    const screens: ScreenPixels[] = [];
    for (const monitor of monitors) {
      const image = monitor.captureImageSync();
      const rgba = image.toRawSync();
      // A buffer of another size is a colour depth or scale we do not know, so windows could not be found in it.
      if (image.width !== monitor.width() || image.height !== monitor.height())
        return unreadable("a monitor is scaled");
      if (rgba.length !== image.width * image.height * BYTES_PER_RGBA)
        return unreadable("a monitor's pixel format is unknown");
      screens.push({ x: monitor.x(), y: monitor.y(), width: image.width, height: image.height, rgb: rgbaToRgb(rgba) });
    }
    return ok(screens);
  } catch (cause) {
    return unreadable("the screen cannot be captured", cause);
  }
};

const unreadable = (message: string, cause?: unknown): Result<never, SensorError> =>
  err({ code: "SCREEN_UNREADABLE", message, cause });

export const rgbaToRgb = (rgba: Uint8Array): Uint8Array => {
  const rgb = new Uint8Array((rgba.length / 4) * 3);
  for (let from = 0, to = 0; from < rgba.length; from += 4, to += 3) {
    rgb[to] = rgba[from] ?? 0;
    rgb[to + 1] = rgba[from + 1] ?? 0;
    rgb[to + 2] = rgba[from + 2] ?? 0;
  }
  return rgb;
};
