// Searches one stream for all terms at once. A term with k errors in it, cut into k + 1 pieces, still has one piece
// without an error: only where a piece stands in the text is the whole term compared.
import type { Word } from "../word.ts";
import { nearestSpan, spansFrom, type TextSpan } from "./distance.ts";
import { type Piece, type PieceIndex, piecesAt } from "./pieces.ts";
import type { Stream } from "./stream.ts";
import { type FoldedTerm, isMeeting, LONG_LENGTH_MIN, MIDDLE_LENGTH_MAX } from "./term.ts";

interface Search {
  readonly stream: Stream;
  /** Where each term was found last: its other pieces in the same place need no second look. */
  readonly foundUntil: Map<FoldedTerm, number>;
  /** The areas where a long term was compared already. */
  readonly seenAreas: Map<FoldedTerm, Set<number>>;
}

export const searchStream = (stream: Stream, index: PieceIndex): readonly (readonly Word[])[] => {
  const found: (readonly Word[])[] = [];
  const search: Search = { stream, foundUntil: new Map(), seenAreas: new Map() };
  for (let place = 0; place < stream.text.length; place += 1) {
    for (const piece of piecesAt(index, stream.text, place)) {
      if ((search.foundUntil.get(piece.term) ?? 0) > place) continue;
      const span = spanAround(piece, place, search);
      if (span === undefined || span.start >= stream.ownLength) continue;
      search.foundUntil.set(piece.term, span.end);
      found.push(wordsOf(stream, span));
    }
  }
  return found;
};

const spanAround = ({ term, offset }: Piece, place: number, search: Search): TextSpan | undefined => {
  const { stream } = search;
  const guess = place - offset;
  const exact = { start: guess, end: guess + term.text.length, distance: 0 };
  if (guess >= 0 && stream.text.startsWith(term.text, guess) && isMeeting(term, stream, exact)) return exact;
  if (term.errorsMax === 0) return undefined;
  return term.length >= LONG_LENGTH_MIN ? nearestAround(term, guess, search) : spanNear(term, guess, stream);
};

const nearestAround = (term: FoldedTerm, guess: number, { stream, seenAreas }: Search): TextSpan | undefined => {
  const seen = seenAreas.get(term) ?? new Set();
  const area = Math.floor(guess / term.errorsMax);
  if (seen.has(area)) return undefined;
  seenAreas.set(term, seen.add(area));
  const from = Math.max(0, (area - 1) * term.errorsMax);
  const to = Math.min(stream.text.length, (area + 2) * term.errorsMax + term.text.length);
  // What is too short for the term cannot be near it.
  if (to - from < term.text.length - term.errorsMax) return undefined;
  const span = nearestSpan(term.text, stream.text, { from, to });
  return span.distance <= term.errorsMax && isMeeting(term, stream, span) ? span : undefined;
};

/** Tries the starts around the guess; for short terms only those where a word or a part of one begins. */
const spanNear = (term: FoldedTerm, guess: number, stream: Stream): TextSpan | undefined => {
  const last = Math.min(stream.text.length - 1, guess + term.errorsMax);
  for (let start = Math.max(0, guess - term.errorsMax); start <= last; start += 1) {
    if (term.length <= MIDDLE_LENGTH_MAX && stream.boundaries[start] !== true) continue;
    const spans = spansFrom(term.text, stream.text, start, term.errorsMax);
    const span = spans.find((each) => isMeeting(term, stream, each));
    if (span !== undefined) return span;
  }
  return undefined;
};

const wordsOf = ({ words, wordIndexes }: Stream, { start, end }: TextSpan): readonly Word[] =>
  words.slice(wordIndexes[start] ?? 0, (wordIndexes[end - 1] ?? 0) + 1);
