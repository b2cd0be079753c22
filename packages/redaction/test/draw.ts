// Pictures of text for tests, drawn by a library that has nothing to do with what reads them.
import sharp from "sharp";
import type { RgbImage } from "../src/index.ts";

export interface DrawnLine {
  readonly text: string;
  readonly x: number;
  /** Of the baseline. */
  readonly y: number;
  readonly px: number;
}

export const drawLines = async (
  lines: readonly DrawnLine[],
  { width, height, background, ink }: { width: number; height: number; background: string; ink: string },
): Promise<RgbImage> => {
  const toXml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  const texts = lines.map(({ text, x, y, px }) => `<text x="${x}" y="${y}" font-size="${px}">${toXml(text)}</text>`);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${background}"/><g font-family="DejaVu Sans" fill="${ink}">${texts.join("")}</g></svg>`;
  const raw = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer();
  return { rgb: new Uint8Array(raw), width, height };
};
