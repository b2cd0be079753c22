import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RgbImage } from "../src/image.ts";
import { cutGrey } from "../src/line-image.ts";
import type { Rect } from "../src/rect.ts";
import { separateAreas } from "../src/text-areas.ts";

/** Every pixel is another than its neighbours. */
const drawn: RgbImage = {
  width: 400,
  height: 240,
  rgb: Uint8Array.from({ length: 400 * 240 * 3 }, (_, i) => (i * 7) % 251),
};
const blank: RgbImage = { ...drawn, rgb: drawn.rgb.map(() => 90) };

/** Blank but for the columns from `from` to before `to`. */
const withStroke = (from: number, to: number, colour: readonly number[] = [200, 200, 200]): RgbImage => ({
  ...blank,
  rgb: blank.rgb.map((value, i) => {
    const column = Math.floor(i / 3) % 400;
    return column >= from && column < to ? (colour[i % 3] ?? 0) : value;
  }),
});

const LINE = { x: 100, y: 40, width: 200, height: 20 };

describe("areas of text", () => {
  test("a line that was found whole and in part is read once", () => {
    const part = { ...LINE, width: 80, height: 14 };
    expect(separateAreas(drawn, [[part, LINE], []])).toEqual({ lines: [LINE], rest: [] });
  });

  test("what a repeated box holds beyond the line is kept, unread", () => {
    const shifted = { ...LINE, x: LINE.x + 20 };
    const { lines, rest } = separateAreas(drawn, [[LINE, shifted], []]);
    expect(lines).toEqual([LINE]);
    expect(rest.every(({ x, width }) => x === 300 && width === 20)).toBe(true);
    expect(rest.reduce((sum, { height }) => sum + height, 0)).toBe(20);
  });

  test("lines that run together when seen small are read line by line", () => {
    const second = { ...LINE, y: 62 };
    const both = { ...LINE, height: 42 };
    expect(separateAreas(drawn, [[LINE, second], [both]]).lines).toEqual([LINE, second]);
  });

  test("what a repeated box holds beyond the line is not kept where nothing is drawn", () => {
    const shifted = { ...LINE, x: LINE.x + 20 };
    expect(separateAreas(blank, [[LINE, shifted], []])).toEqual({ lines: [LINE], rest: [] });
    const stroke = { ...blank, rgb: blank.rgb.slice() };
    stroke.rgb[(50 * 400 + 310) * 3] = 91;
    expect(separateAreas(stroke, [[LINE, shifted], []]).rest).toEqual([{ x: 310, y: 48, width: 2, height: 4 }]);
  });

  test.each([
    ["begins", [290, 306], [300, 307]],
    ["ends", [314, 340], [314, 320]],
    ["begins and ends", [290, 340], [300, 320]],
  ] as const)("a stroke inside which what is left of a repeated box %s is kept", (_, [from, to], [left, right]) => {
    const shifted = { ...LINE, x: LINE.x + 20 };
    const { rest } = separateAreas(withStroke(from, to), [[LINE, shifted], []]);
    expect(rest.length).toBeGreaterThan(0);
    for (const { x, width } of rest) expect([x, x + width]).toEqual([left, right]);
  });

  test("a stroke of another colour that is as bright as its ground is kept", () => {
    const SAME_GREY = [0, 136, 90];
    const image = withStroke(290, 306, SAME_GREY);
    expect(new Set(cutGrey(image, LINE).pixels).size).toBe(1);
    const { rest } = separateAreas(image, [[LINE, { ...LINE, x: LINE.x + 20 }], []]);
    expect(rest.length).toBeGreaterThan(0);
    for (const { x, width } of rest) expect([x, x + width]).toEqual([300, 307]);
  });

  test("what is left of a repeated box on another ground is not kept where nothing is drawn", () => {
    const shifted = { ...LINE, x: LINE.x + 21 };
    expect(separateAreas(withStroke(290, 340), [[LINE, shifted], []]).rest).toEqual([]);
  });

  test("a paragraph that is seen small around its lines is not read once more", () => {
    const lines = [0, 1, 2].map((i) => ({ ...LINE, y: LINE.y + i * 40 }));
    const around = { x: 90, y: 30, width: 220, height: 120 };
    expect(separateAreas(blank, [lines, [around]]).lines).toEqual(lines);
  });

  test("large letters of which only a part was found are read as they are seen small", () => {
    const large = { x: 0, y: 0, width: 300, height: 200 };
    expect(separateAreas(drawn, [[{ x: 10, y: 10, width: 40, height: 40 }], [large]]).lines).toContainEqual(large);
  });

  test("nothing that was found is lost: lines and rest cover every box", () => {
    const side = fc.integer({ min: 1, max: 60 });
    const box = fc.record({ x: side, y: side, width: side, height: side });
    fc.assert(
      fc.property(fc.array(box, { maxLength: 8 }), fc.array(box, { maxLength: 4 }), (fine, coarse) => {
        const { lines, rest } = separateAreas(drawn, [fine, coarse]);
        for (const { x, y, width, height } of [...fine, ...coarse]) {
          for (let row = y; row < y + height; row += 1) {
            for (let column = x; column < x + width; column += 1) {
              expect([...lines, ...rest].some((area) => holds(area, column, row))).toBe(true);
            }
          }
        }
      }),
    );
  });
});

const holds = ({ x, y, width, height }: Rect, column: number, row: number): boolean =>
  column >= x && column < x + width && row >= y && row < y + height;
