// A segment as the search reads it: folded letters without spaces, and where in them words and their parts begin.
import { cutText } from "../fold.ts";
import type { Segment } from "../lines.ts";
import type { Word } from "../word.ts";
import { type FoldedCharacter, foldCharacters } from "./fold.ts";

export interface Stream {
  readonly text: string;
  /** How many letters of it belong to the segment itself; those after belong to the one below. */
  readonly ownLength: number;
  readonly words: readonly Word[];
  /** By letter: the index of its word. */
  readonly wordIndexes: readonly number[];
  /** By letter, and one more for the end: whether a word, or a part of one, begins there or ended just before. */
  readonly boundaries: readonly boolean[];
}

export interface FoldedWord {
  readonly word: Word;
  readonly text: string;
  readonly boundaries: readonly boolean[];
}

/** A term may be broken over two lines, so the beginning of the segment below follows, up to `tailLength` letters. */
export const toStream = (own: readonly FoldedWord[], below: readonly FoldedWord[], tailLength: number): Stream => {
  const ownLength = own.reduce((sum, { text }) => sum + text.length, 0);
  let length = 0;
  const tail = below.filter(({ text }) => {
    length += text.length;
    return length - text.length <= tailLength;
  });
  const all = [...own, ...tail];
  return {
    text: all.map(({ text }) => text).join(""),
    ownLength,
    words: all.map(({ word }) => word),
    wordIndexes: all.flatMap(({ text }, index) => Array.from(text, () => index)),
    boundaries: [...all.flatMap(({ boundaries }) => boundaries), true],
  };
};

export const foldWords = (segment: Segment): readonly FoldedWord[] => segment.words.map(foldWord);

const foldWord = (word: Word): FoldedWord => {
  const characters = foldCharacters(cutText(word.text));
  const boundaries: boolean[] = [];
  let before: FoldedCharacter | undefined;
  for (const [at, character] of characters.entries()) {
    for (let place = 0; place < character.letters.length; place += 1) {
      boundaries.push(place === 0 && isBoundary(before, character, characters[at + 1]));
    }
    before = character;
  }
  return { word, text: characters.map(({ letters }) => letters).join(""), boundaries };
};

const isBoundary = (
  before: FoldedCharacter | undefined,
  character: FoldedCharacter,
  next: FoldedCharacter | undefined,
): boolean => {
  if (before === undefined || before.kind === "mark" || character.kind === "mark") return true;
  if ((before.kind === "digit") !== (character.kind === "digit")) return true;
  if (character.kind !== "upper") return false;
  return before.kind === "lower" || next?.kind === "lower";
};
