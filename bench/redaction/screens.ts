// The screens of a set as files: pictures that were painted before are taken from the folder, under a name that
// changes with everything that is on them.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import type { RgbImage } from "@underseal/redaction";
import sharp from "sharp";
import { measureTexts, paintPhotos, placeCodes } from "./in-page.ts";
import { sheet } from "./look.ts";
import { type Painted, startPagePainter } from "./paint-browser.ts";
import type { BrowserMonitor, ScreenPlan, TerminalMonitor } from "./screen-plan.ts";
import { startDesk } from "./terminals/desk.ts";
import { paintTerminals } from "./terminals/paint.ts";
import { joinTruths, type Truth } from "./truth.ts";

export interface Screen {
  readonly plan: ScreenPlan;
  readonly truth: Truth;
  readonly pngFile: string;
}

/** Raise it when the truth is measured or drawn differently from the same plan. */
const PAINTING = 1;

export const makeScreens = async (
  plans: readonly ScreenPlan[],
  { folder, log }: { readonly folder: string; readonly log: (text: string) => void },
): Promise<readonly Screen[]> => {
  await mkdir(folder, { recursive: true });
  const painter = createPainter();
  let painted = 0;
  const startedMs = performance.now();
  try {
    const screens: Screen[] = [];
    for (const plan of plans) {
      const base = path.join(folder, `${plan.id}-${fingerprint(plan)}`);
      if (!existsSync(`${base}.json`)) {
        await writeScreen(base, await inTurn(plan.monitors, painter.paint));
        painted += 1;
      }
      const truth: Truth = JSON.parse(await readFile(`${base}.json`, "utf8"));
      screens.push({ plan, truth, pngFile: `${base}.png` });
    }
    if (painted > 0) log(`painted ${painted} screens in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
    return screens;
  } finally {
    await painter.stop();
  }
};

export const readScreen = async ({ pngFile }: Screen): Promise<RgbImage> => {
  const { data, info } = await sharp(pngFile).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { rgb: data, width: info.width, height: info.height };
};

const fingerprint = (plan: ScreenPlan): string =>
  createHash("sha256")
    .update(
      JSON.stringify([PAINTING, sheet, String(paintPhotos), String(placeCodes), String(measureTexts), plan.monitors]),
    )
    .digest("hex")
    .slice(0, 12);

const inTurn = async <T, R>(list: readonly T[], work: (entry: T) => Promise<R>): Promise<R[]> => {
  const done: R[] = [];
  for (const entry of list) done.push(await work(entry));
  return done;
};

/** Starts the browser and the display only when something must really be painted. */
const createPainter = () => {
  let browser: ReturnType<typeof startPagePainter> | null = null;
  let desk: ReturnType<typeof startDesk> | null = null;
  return {
    paint: async (monitor: BrowserMonitor | TerminalMonitor): Promise<Painted> => {
      if (monitor.type === "terminals") {
        desk ??= startDesk();
        return paintTerminals(await desk, monitor);
      }
      browser ??= startPagePainter();
      return (await browser).paint(monitor);
    },
    stop: async () => {
      await (await browser)?.stop();
      await (await desk)?.stop();
    },
  };
};

/** Monitors stand side by side; what a lower one leaves free is black. The truth comes last: it says all is there. */
const writeScreen = async (base: string, monitors: readonly Painted[]): Promise<void> => {
  const truth = joinTruths(monitors.map((monitor) => monitor.truth));
  let left = 0;
  const parts = monitors.map(({ png, truth: { width } }) => {
    const part = { input: Buffer.from(png), left, top: 0 };
    left += width;
    return part;
  });
  const black = { width: truth.width, height: truth.height, channels: 3 as const, background: "#000000" };
  const [only, ...more] = monitors;
  const png =
    only !== undefined && more.length === 0
      ? only.png
      : await sharp({ create: black }).composite(parts).png().toBuffer();
  await writeFile(`${base}.png`, png);
  await writeFile(`${base}.part`, JSON.stringify(truth));
  await rename(`${base}.part`, `${base}.json`);
};

/** At most `count`, spread over the whole list. */
export const pickEvenly = <T>(list: readonly T[], count: number): readonly T[] =>
  list.length <= count
    ? list
    : Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)] as T);
