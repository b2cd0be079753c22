// Read back by another program's reader (libvips): what is written is the format, and not only what our reader takes.
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import type { Grey } from "../src/image.ts";
import { toTiff } from "../src/tiff.ts";

const SIZES: readonly (readonly [width: number, height: number])[] = [
  [1, 1],
  [3, 5],
  [640, 32],
  [8_008, 32],
  [2, 1],
];

const pages = SIZES.map(([width, height], page): Grey => {
  const pixels = Uint8Array.from({ length: width * height }, (_, i) => (i * 31 + page * 7) % 256);
  return { pixels, width, height };
});

const readPage = async (tiff: Uint8Array, page: number): Promise<Grey> => {
  const grey = sharp(tiff, { page }).toColourspace("b-w").raw();
  const { data, info } = await grey.toBuffer({ resolveWithObject: true });
  return { pixels: new Uint8Array(data), width: info.width, height: info.height };
};

describe("many pictures in one file", () => {
  test("each is read back as it was, odd sizes too", async () => {
    const tiff = toTiff(pages);
    for (const [page, grey] of pages.entries()) expect(await readPage(tiff, page)).toEqual(grey);
  });

  test("after the last there is none", async () => {
    await expect(readPage(toTiff(pages), SIZES.length)).rejects.toThrow();
  });
});
