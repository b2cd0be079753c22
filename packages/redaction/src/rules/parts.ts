// Words taken apart where people glue them: camelCase, snake_case, punctuation.
import { cutText } from "../fold.ts";
import type { Word } from "../word.ts";

export interface Part {
  readonly text: string;
  /** Offsets into the word's text. */
  readonly start: number;
  readonly end: number;
  /** What stands between it and the part before in the same word. */
  readonly joint: string;
}

// A bar after a letter is a misread `l`.
const RUN = /[\p{L}\p{M}\p{N}]+\|?/gu;
const HUMP = /(?<=[\p{Ll}\p{N}])(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u;

export const partsOfText = (text: string): readonly Part[] => {
  const parts: Part[] = [];
  let lastEnd = 0;
  for (const run of cutText(text).matchAll(RUN)) {
    let start = run.index;
    for (const piece of run[0].split(HUMP)) {
      const end = start + piece.length;
      parts.push({ text: piece, start, end, joint: text.slice(lastEnd, start) });
      start = end;
      lastEnd = end;
    }
  }
  return parts;
};

export interface PlacedPart extends Part {
  readonly wordIndex: number;
}

export const partsOfWords = (words: readonly Word[]): readonly PlacedPart[] =>
  words.flatMap((word, wordIndex) => partsOfText(word.text).map((part) => ({ ...part, wordIndex })));
