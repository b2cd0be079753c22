import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wordsToLines } from "../src/lines.ts";
import type { Rect } from "../src/rect.ts";
import { textToWords } from "./pages.ts";
import { anyWords } from "./words.ts";

const word = (text: string, box: Rect) => ({ text, box, confidence: 90 });

const read = (words: Parameters<typeof wordsToLines>[0]): readonly string[] =>
  wordsToLines(words).map((line) => line.segments.map((segment) => segment.text).join(" | "));

describe("words become lines", () => {
  test("in the order of reading, whatever the order they come in", () => {
    expect(read([...textToWords("one two\nthree four")].reverse())).toEqual(["one two", "three four"]);
  });

  test("a gap of more than 1.3 heights parts segments", () => {
    const at = (x: number) => [
      word("a", { x: 0, y: 0, width: 10, height: 10 }),
      word("b", { x, y: 0, width: 10, height: 10 }),
    ];
    expect(read(at(23))).toEqual(["a b"]);
    expect(read(at(24))).toEqual(["a | b"]);
  });

  test("letters of different heights and marks stay in their line", () => {
    const words = [
      word("an", { x: 0, y: 4, width: 16, height: 6 }),
      word("Age", { x: 20, y: 0, width: 24, height: 13 }),
      word("-", { x: 48, y: 6, width: 6, height: 2 }),
      word("on", { x: 58, y: 4, width: 16, height: 6 }),
    ];
    expect(read(words)).toEqual(["an Age - on"]);
  });

  test("a slanted line stays one line", () => {
    const words = Array.from({ length: 20 }, (_, at) =>
      word(`w${at}`, { x: at * 40, y: at * 1.5, width: 34, height: 12 }),
    );
    const below = words.map((each) => word(`v${each.text}`, { ...each.box, y: each.box.y + 18 }));
    expect(read([...words, ...below])).toHaveLength(2);
  });

  test("a tall heading does not swallow the two small lines beside it", () => {
    const words = [
      word("Big", { x: 0, y: 0, width: 60, height: 40 }),
      word("first", { x: 100, y: 4, width: 40, height: 10 }),
      word("second", { x: 100, y: 24, width: 40, height: 10 }),
    ];
    expect(wordsToLines(words)).toHaveLength(3);
  });

  test("two columns whose lines are level are two segments of one line", () => {
    expect(read(textToWords("left one        right one\nleft two        right two"))).toEqual([
      "left one | right one",
      "left two | right two",
    ]);
  });

  test("words without text or place are left out", () => {
    expect(
      read([word(" ", { x: 0, y: 0, width: 9, height: 9 }), word("a", { x: Number.NaN, y: 0, width: 9, height: 9 })]),
    ).toEqual([]);
  });

  test("no readable word is lost, and none is there twice", () => {
    fc.assert(
      fc.property(anyWords, (words) => {
        const readable = words.filter(({ text }) => text.trim() !== "");
        const lines = wordsToLines(words);
        expect(new Set(lines.flatMap((line) => line.words))).toEqual(new Set(readable));
        expect(lines.flatMap((line) => line.segments.flatMap((segment) => segment.words))).toHaveLength(
          readable.length,
        );
      }),
    );
  });
});
