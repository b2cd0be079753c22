// Pictures for tests, drawn here so that none has to be kept.
import sharp, { type Sharp } from "sharp";
import type { Rect, RgbImage } from "../../src/index.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

export const SCREEN = { width: 1280, height: 720 };

const WORDS = "the quarterly report lists every open account with its status and the total for this month".split(" ");

export interface Colours {
  readonly background: string;
  readonly ink: string;
}

export const LIGHT: Colours = { background: "#fdfdfd", ink: "#24292f" };
export const DARK: Colours = { background: "#1e1e1e", ink: "#d4d4d4" };

/** A screen full of text, from edge to edge. */
export const drawText = ({ background, ink }: Colours, px = 14): Promise<RgbImage> => {
  const lines = Array.from({ length: Math.ceil(SCREEN.height / (px * 1.4)) }, (_, line) => {
    const text = Array.from({ length: 40 }, (_, i) => WORDS[(line * 7 + i * 3) % WORDS.length]).join(" ");
    return `<text x="4" y="${(line + 1) * px * 1.4}" font-family="DejaVu Sans" font-size="${px}" fill="${ink}">${text}</text>`;
  });
  return drawSvg(`<rect width="100%" height="100%" fill="${background}"/>${lines.join("")}`);
};

export interface DrawnLine {
  readonly text: string;
  readonly x: number;
  /** Of the baseline. */
  readonly y: number;
  readonly px: number;
}

export const drawLines = (
  lines: readonly DrawnLine[],
  { background, ink }: Colours,
  size: Size = SCREEN,
): Promise<RgbImage> => {
  const texts = lines.map(({ text, x, y, px }) => `<text x="${x}" y="${y}" font-size="${px}">${text}</text>`);
  const ground = `<rect width="100%" height="100%" fill="${background}"/>`;
  return drawSvg(`${ground}<g font-family="DejaVu Sans" fill="${ink}">${texts.join("")}</g>`, size);
};

export interface CodeBoxes {
  readonly digits: string;
  readonly x: number;
  readonly y: number;
  /** Of the digits. */
  readonly px: number;
  readonly sidePx: number;
  readonly gapPx: number;
}

/** A one-time code as it is typed in: a row of boxes with a digit in each. */
export const drawCodeBoxes = (
  rows: readonly CodeBoxes[],
  { background, ink, box, line }: Colours & { readonly box: string; readonly line: string },
  size: Size = SCREEN,
): Promise<RgbImage> => {
  const drawn = rows.flatMap((row) =>
    digitAreas(row).map(({ digit, x, y, width, height }) => {
      const frame = `<rect x="${x + 0.5}" y="${y + 0.5}" width="${width}" height="${height}" rx="4" fill="${box}" stroke="${line}"/>`;
      const place = `x="${x + width / 2}" y="${y + height / 2 + row.px * 0.36}" font-size="${row.px}"`;
      return `${frame}<text ${place} text-anchor="middle" font-family="DejaVu Sans" fill="${ink}">${digit}</text>`;
    }),
  );
  return drawSvg(`<rect width="100%" height="100%" fill="${background}"/>${drawn.join("")}`, size);
};

export const digitAreas = ({ digits, x, y, sidePx, gapPx }: CodeBoxes): readonly (Rect & { digit: string })[] =>
  [...digits].map((digit, index) => ({ digit, x: x + index * (sidePx + gapPx), y, width: sidePx, height: sidePx }));

/** Where a digit of such a row has its ink, but for the edges. */
export const digitMiddles = (row: CodeBoxes): readonly Rect[] =>
  digitAreas(row).map(({ x, y, width, height }) => ({
    x: Math.round(x + width / 2 - row.px * 0.2),
    y: Math.round(y + height / 2 - row.px * 0.35),
    width: Math.round(row.px * 0.4),
    height: Math.round(row.px * 0.7),
  }));

export const drawSvg = async (content: string, { width, height }: Size = SCREEN): Promise<RgbImage> => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${content}</svg>`;
  return toRgb(sharp(Buffer.from(svg)));
};

export const toRgb = async (picture: Sharp): Promise<RgbImage> => {
  const { data, info } = await picture.removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return { rgb: data, width: info.width, height: info.height };
};

/** Puts pictures on a copy of the screen, each with its top left corner at the place given. */
export const place = (
  screen: RgbImage,
  pictures: readonly { readonly image: RgbImage; readonly x: number; readonly y: number }[],
): RgbImage => {
  const rgb = Uint8Array.from(screen.rgb);
  for (const { image, x, y } of pictures) {
    for (let row = 0; row < image.height; row += 1) {
      const line = image.rgb.subarray(row * image.width * 3, (row + 1) * image.width * 3);
      rgb.set(line, ((y + row) * screen.width + x) * 3);
    }
  }
  return { ...screen, rgb };
};

export const covers = (boxes: readonly Rect[], { x, y, width, height }: Rect): boolean =>
  boxes.some((box) => box.x <= x && box.y <= y && box.x + box.width >= x + width && box.y + box.height >= y + height);

/** How much of the area is in no box, 0 to 1, from a sample of its pixels. */
export const shownShare = (boxes: readonly Rect[], area: Rect): number => {
  let shown = 0;
  const steps = 40;
  for (let i = 0; i < steps * steps; i += 1) {
    const x = area.x + ((i % steps) * area.width) / steps;
    const y = area.y + (Math.floor(i / steps) * area.height) / steps;
    const isIn = (box: Rect) => x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;
    if (!boxes.some(isIn)) shown += 1;
  }
  return shown / (steps * steps);
};
