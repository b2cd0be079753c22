import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hideInBox } from "../src/cells.ts";
import type { ReasonCode } from "../src/reasons.ts";
import type { Word } from "../src/word.ts";

const BOX = { x: 100, y: 50, width: 200, height: 20 };

const word = (x: number, width: number): Word => ({
  text: "word",
  box: { ...BOX, x, width },
  confidence: 90,
});

const columnsOf = (areas: readonly { box: { x: number; width: number } }[]): Set<number> =>
  new Set(areas.flatMap(({ box }) => Array.from({ length: box.width }, (_, i) => box.x + i)));

describe("a box of text", () => {
  test("without words is hidden whole", () => {
    expect(hideInBox(BOX, [], new Map())).toEqual([{ box: BOX, reason: "unread" }]);
  });

  test("with a shown word over its whole width is shown", () => {
    expect(hideInBox(BOX, [word(105, 190)], new Map())).toEqual([]);
  });

  test("hides a word up to the middle of the gaps around it", () => {
    const [a, b, c] = [word(100, 60), word(170, 60), word(240, 60)];
    expect(hideInBox(BOX, [a, b, c], new Map([[b, "term" as ReasonCode]]))).toEqual([
      { box: { ...BOX, x: 165, width: 70 }, reason: "term" },
    ]);
  });

  test("hides a wide gap, in which something was not read", () => {
    const hidden = hideInBox(BOX, [word(100, 50), word(250, 50)], new Map());
    expect(hidden).toEqual([{ box: { ...BOX, x: 150, width: 100 }, reason: "unread" }]);
  });

  test("never shows a column of a hidden word, wherever the words are", () => {
    const place = fc.tuple(fc.integer({ min: 100, max: 295 }), fc.integer({ min: 1, max: 60 }), fc.boolean());
    fc.assert(
      fc.property(fc.array(place, { maxLength: 8 }), (places) => {
        const words = places.map(([x, width]) => word(x, Math.min(width, 300 - x)));
        const hidden = new Map(words.filter((_, i) => places[i]?.[2]).map((each) => [each, "term" as ReasonCode]));
        const columns = columnsOf(hideInBox(BOX, words, hidden));
        for (const { box } of hidden.keys()) {
          for (let x = box.x; x < box.x + box.width; x += 1) expect(columns.has(x)).toBe(true);
        }
      }),
    );
  });
});
