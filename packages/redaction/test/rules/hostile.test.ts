// Words come from pixels that anybody may have drawn: nothing may throw, and nothing may take long.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wordsToLines } from "../../src/lines.ts";
import { findSensitive } from "../../src/rules/index.ts";
import { createTermMatcher } from "../../src/terms/index.ts";
import type { Word } from "../../src/word.ts";
import { vocabulary } from "../pages.ts";
import { anyWords } from "../words.ts";

const TERMS = ["acme", "Operation Halcyon", "a".repeat(200), "株式会社"];

const lookAt = (words: readonly Word[]) => {
  const lines = wordsToLines(words);
  const terms = createTermMatcher(TERMS);
  return [...findSensitive(lines, vocabulary), ...(terms.ok ? terms.value.findTerms(lines) : [])];
};

test("any words get an answer made of those words", () => {
  fc.assert(
    fc.property(anyWords, (words) => {
      const own = new Set(words);
      for (const finding of lookAt(words)) {
        expect(finding.words.length).toBeGreaterThan(0);
        expect(finding.words.every((word) => own.has(word))).toBe(true);
      }
    }),
    { numRuns: 300 },
  );
});

const box = (row: number, column: number) => ({ x: column * 60, y: row * 18, width: 52, height: 12 });

const grid = (text: (at: number) => string, count: number): readonly Word[] =>
  Array.from({ length: count }, (_, at) => ({
    text: text(at),
    box: box(Math.floor(at / 25), at % 25),
    confidence: 90,
  }));

const oneLine = (text: (at: number) => string, count: number): readonly Word[] =>
  Array.from({ length: count }, (_, at) => ({ text: text(at), box: box(0, at), confidence: 90 }));

const HOSTILE: readonly (readonly [string, (at: number) => string])[] = [
  ["one letter", () => "a".repeat(600)],
  ["capitals", () => "A".repeat(600)],
  ["digits", () => "1".repeat(600)],
  ["short numbers", (at) => String(1000 + at)],
  ["letters and dashes", () => "A-".repeat(300)],
  ["dots", () => "a.".repeat(300)],
  ["at signs", () => "a@".repeat(300)],
  ["slashes", () => "://a:".repeat(100)],
  ["labels", () => "password"],
  ["many labels in one word", () => "password_".repeat(60)],
  ["capitalised words", () => "Street"],
  ["names", () => "Annette"],
  ["dates", () => "12/04/1971"],
  ["beginnings of keys", () => "-----BEGINRSAKEY-----"],
  ["ends of keys", () => "-----ENDRSAKEY-----"],
  ["bars", () => "|"],
  ["headings", (at) => ["Name", "Password", "Email"][at % 3] ?? ""],
  ["look-alikes", () => "lI1|O0".repeat(80)],
  ["marks", () => "\u0301".repeat(600)],
];

describe.each([
  ["on a page", grid],
  ["on one line", oneLine],
])("time grows about linearly with the words, %s", (_, arrange) => {
  test.each(HOSTILE)("%s", (_name, text) => {
    const timeOf = (count: number): number => {
      const words = arrange(text, count);
      const before = performance.now();
      lookAt(words);
      return performance.now() - before;
    };
    timeOf(100);
    const [small, large] = [timeOf(500), timeOf(2000)];
    if (large > 500) console.log(_name, arrange === grid, small, large);
    // Four times the words: eight times the time is no square, and half a second says nothing.
    expect(large).toBeLessThan(Math.max(1000, small * 8));
  });
});
