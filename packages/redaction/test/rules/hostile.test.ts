// Words come from pixels that anybody may have drawn: nothing may throw, and nothing may take long.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wordsToLines } from "../../src/lines.ts";
import { findSensitive } from "../../src/rules/index.ts";
import { createTermMatcher } from "../../src/terms/index.ts";
import type { Word } from "../../src/word.ts";
import { vocabulary } from "../pages.ts";
import { anyWords } from "../words.ts";
import { grid, HOSTILE, oneLine } from "./hostile.ts";

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

describe.each([
  ["on a page", grid],
  ["on one line", oneLine],
])("a full screen in small type is answered for, %s", (_, arrange) => {
  test.each(HOSTILE)("%s", (_name, text) => {
    const words = arrange(text, Math.ceil(LETTERS / Math.min(256, text(0).length)));
    // What took time by the square of it would not end before the test's own limit.
    const own = new Set(words);
    expect(lookAt(words).every((finding) => finding.words.every((word) => own.has(word)))).toBe(true);
  });
});

/** Four times what a full screen holds. */
const LETTERS = 128_000;
