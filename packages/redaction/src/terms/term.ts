// One term of the contract, ready to be searched for, and the rule that decides what counts as meeting it.

import type { TextSpan } from "./distance.ts";
import { foldCharacters } from "./fold.ts";
import type { Stream } from "./stream.ts";

export interface FoldedTerm {
  readonly text: string;
  /** Letters and digits as the person wrote them. */
  readonly length: number;
  readonly errorsMax: number;
  /** Chinese, Japanese, Korean and others put no space between words. */
  readonly hasNoSpaces: boolean;
}

const EXACT_LENGTH_MAX = 3;
const LETTERS_PER_ERROR = 5;
const SHORT_LENGTH_MAX = 5;
/** Up to here a match that is not exact must begin and end where words or their parts do. */
export const MIDDLE_LENGTH_MAX = 7;
/** So long that it does not matter where in a word it stands. */
export const LONG_LENGTH_MIN = 16;

export const foldTerm = (term: string): FoldedTerm => {
  const characters = foldCharacters(term).filter(({ letters, isDoubtful }) => letters !== "" && !isDoubtful);
  const { length } = characters;
  return {
    text: characters.map(({ letters }) => letters).join(""),
    length,
    errorsMax: length <= EXACT_LENGTH_MAX ? 0 : Math.floor(length / LETTERS_PER_ERROR),
    hasNoSpaces: /\p{Lo}/u.test(term),
  };
};

/**
 * The shorter a term and the less exact the match, the more its edges must be those of a word or of a part of one:
 * "nova" is not in "innovation", but in "nova-prod", "novaTeam" and "Nova's".
 */
export const isMeeting = (term: FoldedTerm, stream: Stream, { start, end, distance }: TextSpan): boolean => {
  if (term.hasNoSpaces || term.length >= LONG_LENGTH_MIN) return true;
  const atStart = stream.boundaries[start] === true;
  const atEnd = isEnd(stream, end);
  const isCrossing = stream.wordIndexes[start] !== stream.wordIndexes[end - 1];
  if (term.length <= EXACT_LENGTH_MAX) return atStart && atEnd;
  if ((distance > 0 || isCrossing) && term.length <= MIDDLE_LENGTH_MAX) return atStart && atEnd;
  return distance === 0 && !isCrossing && term.length > SHORT_LENGTH_MAX ? true : atStart || atEnd;
};

/** The end of a word or a part, or of its plural or genitive. */
const isEnd = ({ boundaries, text }: Stream, end: number): boolean => {
  if (boundaries[end] === true) return true;
  if (text.startsWith("s", end) && boundaries[end + 1] === true) return true;
  return text.startsWith("es", end) && boundaries[end + 2] === true;
};
