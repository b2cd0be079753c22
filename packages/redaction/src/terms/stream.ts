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

/** A term may be broken over two lines, so the beginning of the segment below follows, up to `tailLength` letters. */
export const toStream = (segment: Segment, below: Segment | undefined, tailLength: number): Stream => {
  const stream = emptyStream();
  for (const word of segment.words) appendWord(stream, word);
  const ownLength = stream.letters.length;
  for (const word of below?.words ?? []) {
    if (stream.letters.length - ownLength > tailLength) break;
    appendWord(stream, word);
  }
  return {
    text: stream.letters.join(""),
    ownLength,
    words: stream.words,
    wordIndexes: stream.wordIndexes,
    boundaries: [...stream.boundaries, true],
  };
};

const emptyStream = () => ({
  letters: [] as string[],
  words: [] as Word[],
  wordIndexes: [] as number[],
  boundaries: [] as boolean[],
});

const appendWord = (stream: ReturnType<typeof emptyStream>, word: Word): void => {
  const index = stream.words.length;
  stream.words.push(word);
  let before: FoldedCharacter | undefined;
  const characters = foldCharacters(cutText(word.text));
  for (const [at, character] of characters.entries()) {
    for (let place = 0; place < character.letters.length; place += 1) {
      stream.letters.push(character.letters.charAt(place));
      stream.wordIndexes.push(index);
      stream.boundaries.push(place === 0 && isBoundary(before, character, characters[at + 1]));
    }
    before = character;
  }
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
