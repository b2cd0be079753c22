// The pieces of all terms, to be looked up by the first letters at each place of a text.
import type { FoldedTerm } from "./term.ts";

export interface Piece {
  readonly term: FoldedTerm;
  readonly text: string;
  /** Where the piece begins in its term. */
  readonly offset: number;
}

/** By the first letters of the piece: three, or all of a shorter one. */
export type PieceIndex = ReadonlyMap<string, readonly Piece[]>;

const KEY_LENGTH = 3;

export const indexPieces = (terms: readonly FoldedTerm[]): PieceIndex => {
  const index = new Map<string, Piece[]>();
  for (const piece of terms.flatMap(piecesOf)) {
    const key = piece.text.slice(0, KEY_LENGTH);
    const pieces = index.get(key) ?? [];
    index.set(key, pieces);
    pieces.push(piece);
  }
  return index;
};

const piecesOf = (term: FoldedTerm): readonly Piece[] => {
  const count = term.errorsMax + 1;
  return Array.from({ length: count }, (_, number) => {
    const offset = Math.floor((number * term.text.length) / count);
    const end = Math.floor(((number + 1) * term.text.length) / count);
    return { term, offset, text: term.text.slice(offset, end) };
  });
};

export const piecesAt = (index: PieceIndex, text: string, place: number): readonly Piece[] => {
  const found: Piece[] = [];
  for (let length = 1; length <= KEY_LENGTH; length += 1) {
    for (const piece of index.get(text.slice(place, place + length)) ?? []) {
      if (text.startsWith(piece.text, place)) found.push(piece);
    }
  }
  return found;
};
