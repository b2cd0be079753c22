import { describe, expect, test } from "vitest";
import type { RgbImage } from "../src/image.ts";
import { findLoneGlyphs } from "../src/lone-glyphs.ts";
import type { Rect } from "../src/rect.ts";
import { type Colours, covers, drawLines, drawSvg, LIGHT } from "./support/screens.ts";

const SIZE = { width: 320, height: 600 };
const DIGIT = { text: "4", x: 100, y: 120, px: 20 };

const drawDigit = (colours: Colours = LIGHT, digit = DIGIT): Promise<RgbImage> => drawLines([digit], colours, SIZE);

/** The pixels that are not of the ground's colour. */
const inkOf = ({ rgb, width, height }: RgbImage): Rect => {
  const inked = Array.from({ length: width * height }, (_, i) => i).filter((i) =>
    [0, 1, 2].some((channel) => rgb[i * 3 + channel] !== rgb[channel]),
  );
  const columns = inked.map((i) => i % width);
  const rows = inked.map((i) => Math.floor(i / width));
  const [x, y] = [Math.min(...columns), Math.min(...rows)];
  return { x, y, width: Math.max(...columns) + 1 - x, height: Math.max(...rows) + 1 - y };
};

describe("a letter that stands alone is found with all of its ink", () => {
  test.each([
    ["dark on light", LIGHT],
    ["light on dark", { background: "#101418", ink: "#d8dee4" }],
    ["faint, at 1.6 to 1", { background: "#ffffff", ink: "#cccccc" }],
    ["of another colour and the same light", { background: "#777777", ink: "#777700" }],
  ])("%s", async (_, colours) => {
    const image = await drawDigit(colours);
    expect(covers(findLoneGlyphs(image, []), inkOf(image))).toBe(true);
  });

  test.each([..."0123456789AIlmwyW"])("%s, from small to large", async (text) => {
    for (const px of [12, 24, 64]) {
      const image = await drawDigit(LIGHT, { ...DIGIT, text, px });
      expect(covers(findLoneGlyphs(image, []), inkOf(image)), `${px} px`).toBe(true);
    }
  });

  test("wherever it stands, the edges included", async () => {
    for (const [x, y] of [
      [0, 15],
      [306, 120],
      [100, 599],
      [100, 250],
      [100, 262],
      [100, 330],
    ] as const) {
      const image = await drawDigit(LIGHT, { ...DIGIT, x, y });
      expect(covers(findLoneGlyphs(image, []), inkOf(image)), `at ${x}, ${y}`).toBe(true);
    }
  });

  test("in a frame, on a ground of its own", async () => {
    const frame = `<rect x="80.5" y="90.5" width="50" height="44" fill="#f7f7f7" stroke="#d0d0d0"/>`;
    const digit = `<text x="100" y="120" font-family="DejaVu Sans" font-size="20" fill="#222">4</text>`;
    const image = await drawSvg(`<rect width="100%" height="100%" fill="#fff"/>${frame}${digit}`, SIZE);
    const ink = inkOf(await drawDigit());
    const tight = findLoneGlyphs(image, []).filter(({ width }) => width < 30);
    expect(covers(tight, ink)).toBe(true);
  });
});

describe("what is found already", () => {
  test("is not found again", async () => {
    const image = await drawDigit();
    expect(findLoneGlyphs(image, [inkOf(image)])).toEqual([]);
  });

  test("is found again as a whole where a good part of it was not", async () => {
    const image = await drawDigit();
    const ink = inkOf(image);
    const upper = { ...ink, height: Math.floor(ink.height / 2) };
    expect(covers(findLoneGlyphs(image, [upper]), ink)).toBe(true);
  });
});

describe("what is no letter stays shown", () => {
  test.each([
    ["a line", `<rect x="20" y="40" width="200" height="1"/>`],
    ["an upright line", `<rect x="20" y="40" width="1" height="30"/>`],
    ["a dot", `<rect x="20" y="40" width="4" height="4"/>`],
    ["a frame", `<rect x="20" y="40" width="200" height="30" fill="none" stroke="#222"/>`],
    ["a large shape", `<circle cx="150" cy="150" r="60"/>`],
    [
      "a gradient",
      `<defs><linearGradient id="g"><stop stop-color="#123"/><stop offset="1" stop-color="#fa6"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/>`,
    ],
  ])("%s", async (_, content) => {
    const image = await drawSvg(`<rect width="100%" height="100%" fill="#fff"/>${content}`, SIZE);
    expect(findLoneGlyphs(image, [])).toEqual([]);
  });
});
