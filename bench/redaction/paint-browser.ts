// Pages painted by a real browser, so that letters have the edges that real ones have, and measured by it as well.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright-core";
import { prepareZXingModule, writeBarcode } from "zxing-wasm/writer";
import { createDice } from "./dice.ts";
import { type MeasuredText, measureTexts, paintPhotos, placeCodes } from "./in-page.ts";
import { type ItemClass, itemClasses, makers } from "./items.ts";
import { languages } from "./languages/index.ts";
import { sheet } from "./look.ts";
import type { BrowserMonitor } from "./screen-plan.ts";
import { isOrdinaryWord, type TrueItem, type TrueWord, type Truth, VISIBLE_LETTERS_MIN } from "./truth.ts";

export interface Painted {
  readonly png: Uint8Array;
  readonly truth: Truth;
}

export interface PagePainter {
  paint(monitor: BrowserMonitor): Promise<Painted>;
  stop(): Promise<void>;
}

/** Starts a browser. Opening a page costs as much as painting it, so there is one for each scale and it is kept. */
export const startPagePainter = async (): Promise<PagePainter> => {
  await prepareCodes();
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: [...FLAGS, ...sandbox] });
  const pages = new Map<number, Page>();
  return {
    paint: async (monitor) => {
      const page = pages.get(monitor.scale) ?? (await browser.newPage({ deviceScaleFactor: monitor.scale }));
      pages.set(monitor.scale, page);
      return paintPage(page, monitor);
    },
    stop: () => browser.close(),
  };
};

const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--hide-scrollbars",
];

/** The library would otherwise ask a server on the network for its own code. */
const prepareCodes = async (): Promise<void> => {
  const wasm = await readFile(fileURLToPath(import.meta.resolve("zxing-wasm/writer/zxing_writer.wasm")));
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } });
};

const paintPage = async (page: Page, { width, height, scale, html }: BrowserMonitor): Promise<Painted> => {
  const seeds = [...html.matchAll(/data-qr="(\d+)"/g)].map(([, seed]) => Number(seed));
  await page.setViewportSize({ width, height });
  await page.setContent(
    `<!doctype html><style>${sheet} body { width: ${width}px; height: ${height}px }</style>${html}`,
  );
  await page.evaluate(paintPhotos);
  await page.evaluate(placeCodes, await drawCodes(seeds));
  const texts = await page.evaluate(measureTexts);
  const png = await page.screenshot({ type: "png" });
  const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
  return { png, truth: { ...size, ...textsToTruth(texts, scale) } };
};

const drawCodes = (seeds: readonly number[]): Promise<readonly { readonly svg: string; readonly text: string }[]> =>
  Promise.all(
    seeds.map(async (seed) => {
      const [language] = languages;
      if (language === undefined) throw new Error("there is no language");
      const text = makers.code({ dice: createDice(seed), language, terms: [] });
      const { svg, error } = await writeBarcode(text, { format: "QRCode" });
      if (error !== "") throw new Error(error);
      return { svg, text };
    }),
  );

const textsToTruth = (texts: readonly MeasuredText[], scale: number): Pick<Truth, "items" | "words"> => {
  const items: TrueItem[] = [];
  const words: TrueWord[] = [];
  for (const { itemClass, neutral, text, letters, boxes } of texts) {
    const scaled = boxes.map(({ x, y, width, height }) => ({
      ...{ x: x * scale, y: y * scale },
      ...{ width: width * scale, height: height * scale },
    }));
    const [first] = scaled;
    if (first === undefined) continue;
    if (itemClass === null) words.push({ text, box: first, ordinary: !neutral && isOrdinaryWord(text) });
    else if (text.replace(/\s/g, "").length >= Math.min(VISIBLE_LETTERS_MIN, letters)) {
      items.push({ itemClass: toItemClass(itemClass), text, boxes: scaled });
    }
  }
  return { items, words };
};

const toItemClass = (name: string): ItemClass => {
  const found = itemClasses.find((itemClass) => itemClass === name);
  if (found === undefined) throw new Error(`"${name}" is no class of items`);
  return found;
};
