// The contract's own list: names of projects, people and clients, found although they were misread, torn apart, glued
// to something or put into a longer token.
import { err, ok, type Result } from "@underseal/foundation";
import type { Finding } from "../finding.ts";
import type { Segment, TextLine } from "../lines.ts";
import { segmentBelow } from "../neighbours.ts";
import { indexPieces } from "./pieces.ts";
import { searchStream } from "./search.ts";
import { foldWords, toStream } from "./stream.ts";
import { foldTerm } from "./term.ts";

export const TERMS_MAX = 20_000;
export const TERM_LENGTH_MAX = 200;

/**
 * - `TOO_MANY_TERMS`: more than `TERMS_MAX`.
 * - `TERM_EMPTY`: a term without a letter or digit would be found everywhere or nowhere.
 * - `TERM_TOO_LONG`: more than `TERM_LENGTH_MAX` characters.
 *
 * Messages name the place in the list, never the term: terms are secret.
 */
export interface TermError {
  readonly code: "TOO_MANY_TERMS" | "TERM_EMPTY" | "TERM_TOO_LONG";
  readonly message: string;
  /** Place in the list, from 0; `null` where no single term is at fault. */
  readonly index: number | null;
}

export interface TermMatcher {
  /** The words that hold a term or a part of one, with reason `term`; one finding for each place. */
  readonly findTerms: (lines: readonly TextLine[]) => readonly Finding[];
}

export const createTermMatcher = (terms: readonly string[]): Result<TermMatcher, TermError> => {
  const error = checkTerms(terms);
  if (error !== undefined) return err(error);
  const folded = new Map(terms.map(foldTerm).map((term) => [term.text, term]));
  const index = indexPieces([...folded.values()]);
  const tailLength = Math.max(0, ...[...folded.keys()].map((text) => text.length));
  return ok({
    findTerms: (lines) => {
      const words = new Map(lines.flatMap((line) => line.segments).map((segment) => [segment, foldWords(segment)]));
      const wordsOfSegment = (segment: Segment | undefined) =>
        (segment === undefined ? undefined : words.get(segment)) ?? [];
      return lines.flatMap((line, at) =>
        line.segments.flatMap((segment) => {
          const below = wordsOfSegment(segmentBelow(segment, lines, at));
          const found = searchStream(toStream(wordsOfSegment(segment), below, tailLength), index);
          return found.map((words): Finding => ({ words, reason: "term" }));
        }),
      );
    },
  });
};

/** What is wrong with a list, if anything is. */
export const checkTerms = (terms: readonly string[]): TermError | undefined => {
  if (terms.length > TERMS_MAX) {
    const message = `The list has ${terms.length} terms; keep the ${TERMS_MAX} most telling ones.`;
    return { code: "TOO_MANY_TERMS", message, index: null };
  }
  for (const [index, term] of terms.entries()) {
    if (term.length > TERM_LENGTH_MAX) {
      const message = `Term ${index + 1} has more than ${TERM_LENGTH_MAX} characters; shorten it to the part that gives it away.`;
      return { code: "TERM_TOO_LONG", message, index };
    }
    if (foldTerm(term).length === 0) {
      const message = `Term ${index + 1} has no letter or digit; write a word or take it off the list.`;
      return { code: "TERM_EMPTY", message, index };
    }
  }
  return undefined;
};
