// The contract's own list: names of projects, people and clients, found although they were misread, torn apart, glued
// to something or put into a longer token. A term with k errors in it, cut into k + 1 pieces, still has one piece
// without an error: only where a piece stands in the text is the whole term compared.
import { err, ok, type Result } from "@underseal/foundation";
import type { Finding } from "../finding.ts";
import type { TextLine } from "../lines.ts";
import { segmentBelow } from "../neighbours.ts";
import { nearestSpan, spansFrom, type TextSpan } from "./distance.ts";
import { indexPieces, type Piece, type PieceIndex, piecesAt } from "./pieces.ts";
import { type Stream, toStream } from "./stream.ts";
import { type FoldedTerm, foldTerm, isMeeting, LONG_LENGTH_MIN } from "./term.ts";

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
    findTerms: (lines) =>
      lines.flatMap((line, at) =>
        line.segments.flatMap((segment) =>
          termsIn(toStream(segment, segmentBelow(segment, lines, at), tailLength), index),
        ),
      ),
  });
};

const checkTerms = (terms: readonly string[]): TermError | undefined => {
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

const termsIn = (stream: Stream, index: PieceIndex): readonly Finding[] => {
  const found: Finding[] = [];
  // Where each term was found last: its other pieces in the same place need no second look.
  const foundUntil = new Map<FoldedTerm, number>();
  for (let place = 0; place < stream.text.length; place += 1) {
    for (const piece of piecesAt(index, stream.text, place)) {
      if ((foundUntil.get(piece.term) ?? 0) > place) continue;
      const span = spanAround(piece, place, stream);
      if (span === undefined || span.start >= stream.ownLength) continue;
      foundUntil.set(piece.term, span.end);
      found.push({ words: wordsOf(stream, span), reason: "term" });
    }
  }
  return found;
};

const spanAround = ({ term, offset }: Piece, place: number, stream: Stream): TextSpan | undefined => {
  const guess = place - offset;
  const exact = { start: guess, end: guess + term.text.length, distance: 0 };
  if (guess >= 0 && stream.text.startsWith(term.text, guess) && isMeeting(term, stream, exact)) return exact;
  if (term.errorsMax === 0) return undefined;
  return term.length >= LONG_LENGTH_MIN ? nearestAround(term, guess, stream) : spanNear(term, guess, stream);
};

const nearestAround = (term: FoldedTerm, guess: number, stream: Stream): TextSpan | undefined => {
  const from = Math.max(0, guess - term.errorsMax);
  const to = Math.min(stream.text.length, guess + term.text.length + term.errorsMax);
  const span = nearestSpan(term.text, stream.text, { from, to });
  return span.distance <= term.errorsMax && isMeeting(term, stream, span) ? span : undefined;
};

/** Tries the starts around the guess, those at the beginning of a part first: they decide for short terms. */
const spanNear = (term: FoldedTerm, guess: number, stream: Stream): TextSpan | undefined => {
  const first = Math.max(0, guess - term.errorsMax);
  for (let start = first; start <= Math.min(stream.text.length - 1, guess + term.errorsMax); start += 1) {
    if (term.length <= 7 && stream.boundaries[start] !== true) continue;
    const spans = spansFrom(term.text, stream.text, start, term.errorsMax);
    const span = spans.find((each) => isMeeting(term, stream, each));
    if (span !== undefined) return span;
  }
  return undefined;
};

const wordsOf = ({ words, wordIndexes }: Stream, { start, end }: TextSpan) =>
  words.slice(wordIndexes[start] ?? 0, (wordIndexes[end - 1] ?? 0) + 1);
