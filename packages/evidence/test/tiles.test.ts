import { createTestRandom } from "@underseal/foundation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { drawTile, type Frame, frameToTiles, gridOf, TILE_BYTES } from "../src/index.ts";

const frameOf = (width: number, height: number): Frame => ({
  width,
  height,
  rgb: createTestRandom(width * 1000 + height).bytes(width * height * 3),
});

describe("tiles", () => {
  it.each([
    [1, 1, 1, 1],
    [64, 64, 1, 1],
    [65, 64, 2, 1],
    [1920, 1080, 30, 17],
  ])("a screen of %i×%i has a grid of %i×%i", (width, height, columns, rows) => {
    expect(gridOf({ width, height })).toEqual({ columns, rows });
  });

  it("put together give the picture back, whatever its size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 150 }), (width, height) => {
        const frame = frameOf(width, height);
        const copy: Frame = { ...frame, rgb: new Uint8Array(frame.rgb.length) };
        const tiles = frameToTiles(frame);
        for (const [index, tile] of tiles.entries()) {
          expect(tile.length).toBe(TILE_BYTES);
          drawTile(copy, index, tile);
        }
        expect(Buffer.compare(copy.rgb, frame.rgb)).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it("are padded with zeros at the right and lower edge", () => {
    const [tile] = frameToTiles({ width: 1, height: 1, rgb: Uint8Array.of(9, 8, 7) });
    expect(tile?.subarray(0, 4)).toEqual(Uint8Array.of(9, 8, 7, 0));
    expect(tile?.subarray(4).every((byte) => byte === 0)).toBe(true);
  });

  it("are cut from three bytes a pixel only", () => {
    expect(() => frameToTiles({ width: 2, height: 2, rgb: new Uint8Array(11) })).toThrow("broken assumption");
  });
});
