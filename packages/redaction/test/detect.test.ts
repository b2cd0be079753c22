import { beforeAll, describe, expect, test } from "vitest";
import { type DetectionModel, detectText, loadDetectionModel, type Rect, type RgbImage } from "../src/index.ts";
import { type DrawnLine, drawLines, drawSvg, SCREEN } from "./support/screens.ts";

const LINES: readonly DrawnLine[] = [
  { text: "AKIAIOSFODNN7EXAMPLE", x: 4, y: 20, px: 11 },
  { text: "password: correct-horse-battery", x: 640, y: 100, px: 13 },
  { text: "Patient: Ada Novak, born 1971-04-02", x: 60, y: 182, px: 16 },
  { text: "across a strip's edge", x: 300, y: 200, px: 24 },
  { text: "Vault", x: 700, y: 400, px: 96 },
  { text: "Q4", x: 60, y: 560, px: 280 },
  { text: "last row, last column", x: 1090, y: 714, px: 16 },
];

let model: DetectionModel;

beforeAll(async () => {
  const loaded = await loadDetectionModel();
  if (!loaded.ok) throw new Error(loaded.error.message);
  model = loaded.value;
});

describe.each([
  ["dark text on light", "#fafafa", "#222222"],
  ["light text on dark", "#101418", "#d8dee4"],
  ["coloured text on colour", "#0b5394", "#ffe599"],
])("%s", (_, background, ink) => {
  test("every line is covered by boxes from its first to its last pixel column", async () => {
    const boxes = await detect(await drawLines(LINES, { background, ink }));
    for (const line of LINES) {
      const area = await inkArea(line);
      expect(missedShare(area, boxes), line.text).toBeLessThan(0.01);
    }
  });
});

describe("where there is no text", () => {
  test.each([
    ["white", `<rect width="100%" height="100%" fill="white"/>`],
    ["black", `<rect width="100%" height="100%" fill="black"/>`],
    [
      "a gradient",
      `<defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="#123"/><stop offset="1" stop-color="#fa6"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/>`,
    ],
  ])("%s: next to nothing is hidden", async (_, content) => {
    const boxes = await detect(await drawSvg(content));
    const area = boxes.reduce((sum, box) => sum + box.width * box.height, 0);
    expect(area / (SCREEN.width * SCREEN.height)).toBeLessThan(0.01);
  });
});

describe("what cannot be looked at is an error, so that all of it is hidden", () => {
  test.each([
    ["a buffer that is one byte short", { rgb: new Uint8Array(11), width: 2, height: 2 }, "BAD_IMAGE"],
    ["four channels", { rgb: new Uint8Array(16), width: 2, height: 2 }, "BAD_IMAGE"],
    ["no pixels", { rgb: new Uint8Array(0), width: 0, height: 0 }, "BAD_IMAGE"],
    ["half a pixel", { rgb: new Uint8Array(9), width: 1.5, height: 2 }, "BAD_IMAGE"],
    ["a screen too large", { rgb: new Uint8Array(33_177_601 * 3), width: 33_177_601, height: 1 }, "IMAGE_TOO_LARGE"],
  ])("%s", async (_, image, code) => {
    expect(await detectText(image, { model, pictures: [] })).toMatchObject({ ok: false, error: { code } });
  });

  test("a model that fails", async () => {
    const run = () => Promise.reject(new Error("out of memory"));
    const broken: DetectionModel = { run, release: async () => {} };
    const image = { rgb: Uint8Array.from([0, 0, 0, 9, 0, 0]), width: 2, height: 1 };
    expect(await detectText(image, { model: broken, pictures: [] })).toMatchObject({
      error: { code: "DETECTION_FAILED" },
    });
  });

  test("a blank picture is not looked at", async () => {
    const run = () => Promise.reject(new Error("nothing to see"));
    const image = { rgb: new Uint8Array(300 * 200 * 3).fill(17), width: 300, height: 200 };
    expect(await detectText(image, { model: { run, release: async () => {} }, pictures: [] })).toEqual({
      ok: true,
      value: { lines: [], rest: [] },
    });
  });
});

test("a picture smaller than the model's step is looked at too", async () => {
  const result = await detectText({ rgb: new Uint8Array(3), width: 1, height: 1 }, { model, pictures: [] });
  expect(result).toEqual({ ok: true, value: { lines: [], rest: [] } });
});

const detect = async (image: RgbImage): Promise<readonly Rect[]> => {
  const result = await detectText(image, { model, pictures: [] });
  if (!result.ok) throw new Error(result.error.message);
  return [...result.value.lines, ...result.value.rest];
};

/** The pixels that the line's ink really touches, from a drawing of that line alone. */
const inkArea = async (line: DrawnLine): Promise<readonly (readonly [number, number])[]> => {
  const { rgb, width } = await drawLines([line], { background: "#000000", ink: "#ffffff" });
  const pixels: [number, number][] = [];
  for (let i = 0; i < rgb.length; i += 3) {
    if ((rgb[i] ?? 0) > 100) pixels.push([(i / 3) % width, Math.floor(i / 3 / width)]);
  }
  return pixels;
};

const missedShare = (pixels: readonly (readonly [number, number])[], boxes: readonly Rect[]): number => {
  const missed = pixels.filter(
    ([x, y]) => !boxes.some((b) => x >= b.x && x < b.x + b.width && y >= b.y && y < b.y + b.height),
  );
  return missed.length / pixels.length;
};
