// Pages painted by a real browser, so that letters have the edges that real ones have, and measured by it as well.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { prepareZXingModule, writeBarcode } from "zxing-wasm/writer";
import { createDice } from "./dice.ts";
import { type MeasuredText, measureTexts, paintPhotos, placeCodes } from "./in-page.ts";
import { type ItemClass, itemClasses, makers } from "./items.ts";
import { languages } from "./languages/index.ts";
import { sheet } from "./look.ts";
import type { BrowserMonitor } from "./plan.ts";
import { isOrdinaryWord, type TrueItem, type TrueWord, type Truth, VISIBLE_LETTERS_MIN } from "./truth.ts";

export interface Painted {
  readonly png: Uint8Array;
  readonly truth: Truth;
}

export const openBrowser = async (): Promise<Browser> => {
  const wasm = await readFile(fileURLToPath(import.meta.resolve("zxing-wasm/writer/zxing_writer.wasm")));
  // The library would otherwise ask a server on the network for its own code.
  prepareZXingModule({ overrides: { wasmBinary: new Uint8Array(wasm).buffer } });
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  const flags = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--hide-scrollbars",
  ];
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: [...flags, ...sandbox] });
};

export const paintPage = async (browser: Browser, monitor: BrowserMonitor): Promise<Painted> => {
  const { width, height, scale, html } = monitor;
  const page = await browser.newPage({ viewport: { width, height }, deviceScaleFactor: scale });
  try {
    await page.setContent(
      `<!doctype html><style>${sheet} body { width: ${width}px; height: ${height}px }</style>${html}`,
    );
    await page.evaluate(paintPhotos);
    await page.evaluate(
      placeCodes,
      await drawCodes([...html.matchAll(/data-qr="(\d+)"/g)].map(([, seed]) => Number(seed))),
    );
    const texts = await page.evaluate(measureTexts);
    const png = await page.screenshot({ type: "png" });
    const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
    return { png, truth: { ...size, ...textsToTruth(texts, scale) } };
  } finally {
    await page.close();
  }
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
