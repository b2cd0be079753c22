import { createTestRandom } from "@underseal/foundation";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import type { RgbImage } from "../src/index.ts";
import { findPictures } from "../src/pictures.ts";
import { DARK, drawSvg, drawText, LIGHT, place, SCREEN, shownShare, toRgb } from "./support/screens.ts";

interface Texture {
  readonly width: number;
  readonly height: number;
  /** How bright, 0 to 1. */
  readonly light?: number;
  readonly grey?: boolean;
}

/** Smooth noise in several sizes, one above the other, as in clouds, skin and cloth; a little grain on top. */
const drawPhoto = async ({ width, height, light = 1, grey = false }: Texture, seed = 1): Promise<RgbImage> => {
  const layers = await Promise.all(
    [4, 16, 64].map((cells, layer) => {
      const noise = createTestRandom(seed * 10 + layer).bytes(cells * cells * 3);
      const picture = sharp(noise, { raw: { width: cells, height: cells, channels: 3 } });
      return toRgb(picture.resize(width, height, { fit: "fill", kernel: "cubic" }));
    }),
  );
  const grain = createTestRandom(seed).bytes(width * height * 3);
  const rgb = Uint8Array.from({ length: width * height * 3 }, (_, i) => {
    const at = grey ? i - (i % 3) : i;
    const [large = 0, middle = 0, small = 0] = layers.map((layer) => layer.rgb[at] ?? 0);
    return Math.min(255, light * (0.5 * large + 0.3 * middle + 0.2 * small + ((grain[at] ?? 0) % 9)));
  });
  return { rgb, width, height };
};

const compress = async ({ rgb, width, height }: RgbImage): Promise<RgbImage> => {
  const jpeg = await sharp(rgb, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 75 })
    .toBuffer();
  return toRgb(sharp(jpeg));
};

const SIZE = { width: 420, height: 300 };

describe("a photo among text is hidden", () => {
  test.each([
    ["in colour", () => drawPhoto(SIZE)],
    ["in grey", () => drawPhoto({ ...SIZE, grey: true })],
    ["compressed", async () => compress(await drawPhoto(SIZE))],
    ["a dark frame of a video", async () => compress(await drawPhoto({ ...SIZE, light: 0.4 }))],
    ["small", () => drawPhoto({ width: 120, height: 96 })],
    ["of an avatar's size", () => drawPhoto({ width: 64, height: 64 })],
  ])("%s", async (_, draw) => {
    const image = await draw();
    for (const [x, y] of [
      [301, 203],
      [33, 17],
      [SCREEN.width - image.width, SCREEN.height - image.height],
    ] as const) {
      const boxes = findPictures(place(await drawText(LIGHT), [{ image, x, y }]));
      expect(shownShare(boxes, { ...image, x, y }), `at ${x}, ${y}`).toBeLessThan(0.2);
      // What is hidden beside it is a rim, not the page.
      const area = boxes.reduce((sum, box) => sum + box.width * box.height, 0);
      expect(area).toBeLessThan((image.width + 96) * (image.height + 96));
    }
  });

  test("also its smooth parts, such as a sky", async () => {
    const photo = await drawPhoto(SIZE);
    const sky = Uint8Array.from({ length: SIZE.width * 100 * 3 }, (_, i) => {
      const [x, y] = [Math.floor(i / 3) % SIZE.width, Math.floor(i / 3 / SIZE.width)];
      return 90 + (i % 3) * 50 + Math.round(y / 3 + x / 9 + Math.sin(x / 7 + y / 5 + (i % 3)) * 3);
    });
    const image = place(photo, [{ image: { rgb: sky, width: SIZE.width, height: 100 }, x: 0, y: 0 }]);
    const boxes = findPictures(place(await drawText(DARK), [{ image, x: 320, y: 192 }]));
    expect(shownShare(boxes, { ...SIZE, x: 320, y: 192 })).toBeLessThan(0.1);
  });

  test("a screen that is one photo is hidden as a whole", async () => {
    const boxes = findPictures(await drawPhoto(SCREEN));
    expect(shownShare(boxes, { x: 0, y: 0, ...SCREEN })).toBe(0);
  });
});

describe("what a program draws stays shown", () => {
  const page = (content: string) => drawSvg(`<rect width="100%" height="100%" fill="#f4f5f7"/>${content}`);
  const gradient = (stops: string, attributes = `x2="1" y2="1"`) =>
    `<defs><linearGradient id="g" ${attributes}>${stops}</linearGradient></defs><rect width="100%" height="100%" fill="url(#g)"/>`;
  const each = (count: number, draw: (i: number) => string) =>
    Array.from({ length: count }, (_, i) => draw(i)).join("");

  test.each([
    ["light text", () => drawText(LIGHT)],
    ["dark text", () => drawText(DARK)],
    ["small text", () => drawText(LIGHT, 9)],
    ["headlines", () => drawText(DARK, 48)],
    ["coloured text", () => drawText({ background: "#0b5394", ink: "#ffe599" })],
    ["a blank page", () => page("")],
    ["a gradient", () => drawSvg(gradient(`<stop stop-color="#123"/><stop offset="1" stop-color="#fa6"/>`))],
    [
      "a gradient of many colours",
      () =>
        drawSvg(
          gradient(
            `<stop stop-color="red"/><stop offset=".5" stop-color="lime"/><stop offset="1" stop-color="blue"/>`,
            "",
          ),
        ),
    ],
    [
      "a chart",
      () =>
        page(
          each(
            40,
            (i) =>
              `<rect x="${20 + i * 30}" y="${500 - ((i * 97) % 400)}" width="22" height="400" fill="hsl(${i * 20},70%,50%)"/>`,
          ),
        ),
    ],
    [
      "lines of a chart",
      () =>
        page(
          each(
            12,
            (i) =>
              `<polyline fill="none" stroke="hsl(${i * 30},80%,40%)" stroke-width="2" points="${each(60, (x) => `${x * 21},${300 + 200 * Math.sin(x * (i + 1) * 0.1)} `)}"/>`,
          ),
        ),
    ],
    [
      "icons with gradients",
      () =>
        page(
          `<defs><radialGradient id="i"><stop stop-color="#8cf"/><stop offset="1" stop-color="#159"/></radialGradient></defs>${each(80, (i) => `<circle cx="${40 + (i % 16) * 76}" cy="${40 + Math.floor(i / 16) * 90}" r="16" fill="url(#i)"/>`)}`,
        ),
    ],
    [
      "a flat drawing",
      () =>
        page(
          each(
            30,
            (i) =>
              `<path d="M${(i * 211) % 1280} ${(i * 97) % 720} q ${200 - i * 9} ${i * 13} ${i * 17} 200 t -200 -90 z" fill="hsl(${(i % 6) * 60},60%,60%)"/>`,
          ),
        ),
    ],
  ])("%s", async (_, draw) => {
    expect(findPictures(await draw())).toEqual([]);
  });
});

test("pictures with a shorter side than asked for stay shown", async () => {
  const image = await drawPhoto({ width: 96, height: 96 });
  const screen = place(await drawText(LIGHT), [{ image, x: 320, y: 192 }]);
  expect(findPictures(screen)).not.toEqual([]);
  expect(findPictures(screen, { sidePxMin: 160 })).toEqual([]);
});

test("boxes stay inside pictures of any size", async () => {
  for (const [width, height] of [
    [1, 1],
    [31, 33],
    [65, 7],
    [130, 97],
  ] as const) {
    const image = await drawPhoto({ width, height });
    for (const box of findPictures(image, { sidePxMin: 1 })) {
      expect(box.x + box.width).toBeLessThanOrEqual(width);
      expect(box.y + box.height).toBeLessThanOrEqual(height);
    }
  }
});
