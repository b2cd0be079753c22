import type { Rect } from "@underseal/redaction";
import sharp from "sharp";
import type { Painted } from "../paint-browser.ts";
import type { TerminalMonitor } from "../screen-plan.ts";
import type { Desk } from "./desk.ts";
import { type Grid, readWindow } from "./grid.ts";
import type { TerminalWindow } from "./lines.ts";

/** Opens the windows one after the other, so that each covers those before it. */
export const paintTerminals = async (desk: Desk, { windows }: TerminalMonitor): Promise<Painted> => {
  const opened: { window: TerminalWindow; grid: Grid; frame: Rect }[] = [];
  try {
    for (const window of windows) opened.push({ window, ...(await desk.open(window)) });
    const { rgb, width, height } = await desk.takePicture();
    const read = opened.map(({ window, grid }, index) =>
      readWindow(
        window,
        grid,
        opened.slice(index + 1).map(({ frame }) => frame),
      ),
    );
    const png = await sharp(rgb, { raw: { width, height, channels: 3 } })
      .png({ compressionLevel: 3 })
      .toBuffer();
    return {
      png,
      truth: { width, height, items: read.flatMap(({ items }) => items), words: read.flatMap(({ words }) => words) },
    };
  } finally {
    await desk.closeAll();
  }
};
