// Screens as people have them: an editor with code, a list of files, a page of text with a picture. Painted by Chromium,
// so that letters have the edges that real ones have; neither noise nor empty.
import type { Frame } from "@underseal/evidence";
import type { Browser } from "playwright-core";

export interface ScreenSize {
  readonly width: number;
  readonly height: number;
}

/** The picture of a desktop; another `variant` has other text. */
export const paintScreen = async (browser: Browser, size: ScreenSize, variant: number): Promise<Frame> => {
  const page = await browser.newPage();
  try {
    const encoded = await page.evaluate(paintInPage, { ...size, variant });
    return { ...size, rgb: new Uint8Array(Buffer.from(encoded, "base64")) };
  } finally {
    await page.close();
  }
};

/** Runs in the page: nothing of this file is in reach. */
const paintInPage = async ({ width, height, variant }: ScreenSize & { readonly variant: number }): Promise<string> => {
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("no canvas");
  let seed = 7 + variant;
  const next = (limit: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  const words = "const return await record capture tile hash sign client review invoice the of a report segment".split(
    " ",
  );
  const colours = ["#9cdcfe", "#ce9178", "#dcdcaa", "#c586c0", "#6a9955", "#d4d4d4"];
  const line = (count: number): string => Array.from({ length: count }, () => words[next(words.length)]).join(" ");
  const fill = (colour: string, x: number, y: number, w: number, h: number): void => {
    pen.fillStyle = colour;
    pen.fillRect(x, y, w, h);
  };
  const split = Math.floor(width * 0.58);
  fill("#1e1e1e", 0, 0, split, height);
  fill("#252526", 0, 0, 240, height);
  fill("#ffffff", split, 0, width - split, height);
  fill("#3c3c3c", 0, 0, width, 36);
  pen.font = "14px monospace";
  for (let y = 60; y < height - 20; y += 20) {
    pen.fillStyle = "#cccccc";
    if (next(3) > 0) pen.fillText(`${line(1)}-${next(90)}.ts`, 20 + 14 * next(3), y);
    let x = 260 + 24 * next(4);
    while (next(8) > 0 && x < split - 160) {
      const word = line(1);
      pen.fillStyle = colours[next(colours.length)] ?? "#d4d4d4";
      pen.fillText(word, x, y);
      x += pen.measureText(`${word} `).width;
    }
  }
  pen.font = "16px sans-serif";
  pen.fillStyle = "#202124";
  for (let y = 70; y < height - 340; y += 26) pen.fillText(line(4 + next(7)), split + 30, y, width - split - 60);
  const shade = pen.createLinearGradient(split, height - 320, width, height);
  shade.addColorStop(0, "#2b5876");
  shade.addColorStop(0.5, "#e96443");
  shade.addColorStop(1, "#4e4376");
  pen.fillStyle = shade;
  pen.fillRect(split + 30, height - 310, width - split - 60, 290);
  const { data } = pen.getImageData(0, 0, width, height);
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) rgb.set(data.subarray(from, from + 3), to);
  const url = await new Promise<string>((done) => {
    const reader = new FileReader();
    reader.onload = () => done(String(reader.result));
    reader.readAsDataURL(new Blob([rgb]));
  });
  return url.slice(url.indexOf(",") + 1);
};
