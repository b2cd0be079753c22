// What a label speaks of: the rest of its segment, the next segment, or the one below.
import { cutText } from "../fold.ts";
import type { Segment } from "../lines.ts";
import type { Word } from "../word.ts";
import type { LabelKind } from "./label-words.ts";
import type { Label } from "./labels.ts";
import type { Page, Place } from "./page.ts";

export interface Piece {
  readonly word: Word;
  /** The part of the word that belongs to the value. */
  readonly text: string;
}

/**
 * - `assigned`: a colon, an equals sign or an arrow stands between label and value.
 * - `is`: a verb does. `bare`: nothing does.
 * - `beside`, `below`: the value is another segment.
 */
export type Link = "assigned" | "is" | "bare" | "beside" | "below";

export interface LabelledValue {
  readonly label: Label;
  readonly link: Link;
  readonly pieces: readonly Piece[];
  /** The label opens its segment, as labels of forms do, and is no word in the middle of a sentence. */
  readonly isForm: boolean;
  /** Whether a colon or the like follows the label, wherever the value is. */
  readonly hasSeparator: boolean;
}

const SEPARATOR = /^["'`)\]*?\s]*(?:[:=：]+>?|->|=>|→)["'`([{\s]*/;
const WEAK_SEPARATOR = /^["'`)\]*]*[;,.]/;
const VERB = /^(?:is|are|was|ist|sind|war|lautet|est|es|sera|era|é|sind|to|auf|equals)$/iu;
const MARKS_ONLY = /^[^\p{L}\p{N}]*$/u;
const FORM_WORDS_BEFORE_MAX = 2;
const PIECES_MAX = 40;

export const labelledValues = (page: Page, kinds: ReadonlySet<LabelKind>): readonly LabelledValue[] =>
  page.places.flatMap((place) =>
    place.labels.filter((label) => kinds.has(label.kind)).flatMap((label) => valuesOf(place, label, page)),
  );

const valuesOf = (place: Place, label: Label, page: Page): readonly LabelledValue[] => {
  const { link, pieces } = restOf(place.segment, label);
  const isForm = isAtStart(place, label);
  const hasSeparator = link === "assigned";
  if (pieces.length > 0) return [{ label, link, pieces, isForm, hasSeparator }];
  if (link === "is" || !(isForm || hasSeparator)) return [];
  const elsewhere = (segment: Segment | undefined, where: Link): readonly LabelledValue[] =>
    segment === undefined || opensWithLabel(segment, page)
      ? []
      : [{ label, link: where, pieces: toPieces(segment.words), isForm, hasSeparator }];
  const beside = elsewhere(place.beside, "beside");
  return beside.length > 0 ? beside : elsewhere(place.below, "below");
};

const isAtStart = ({ segment }: Place, label: Label): boolean =>
  label.firstWord <= FORM_WORDS_BEFORE_MAX &&
  segment.words.slice(0, label.firstWord).every((word) => word.text.length <= 12 && !/[.!?;]$/.test(word.text));

const opensWithLabel = (segment: Segment, page: Page): boolean =>
  (page.labels.get(segment) ?? []).some((label) => label.firstWord === 0 && label.kind !== "code");

const toPieces = (words: readonly Word[]): readonly Piece[] =>
  asPieces(words.slice(0, PIECES_MAX)).filter((piece) => !MARKS_ONLY.test(piece.text));

const restOf = (segment: Segment, label: Label): { readonly link: Link; readonly pieces: readonly Piece[] } => {
  const own = segment.words[label.lastWord];
  const after = segment.words.slice(label.lastWord + 1, label.lastWord + 1 + PIECES_MAX);
  if (own === undefined) return { link: "bare", pieces: [] };
  const tail = own.text.slice(label.end);
  if (SEPARATOR.test(tail)) return assigned([{ word: own, text: tail.replace(SEPARATOR, "") }, ...asPieces(after)]);
  const [next, ...others] = after;
  if (next !== undefined && SEPARATOR.test(next.text)) {
    return assigned([{ word: next, text: next.text.replace(SEPARATOR, "") }, ...asPieces(others)]);
  }
  if (next !== undefined && VERB.test(next.text)) return { link: "is", pieces: withoutMarks(asPieces(others)) };
  const weak = tail.replace(WEAK_SEPARATOR, "");
  return { link: "bare", pieces: withoutMarks([{ word: own, text: weak }, ...asPieces(after)]) };
};

const assigned = (pieces: readonly Piece[]) => ({ link: "assigned" as const, pieces: withoutMarks(pieces) });

const asPieces = (words: readonly Word[]): readonly Piece[] =>
  words.map((word) => ({ word, text: cutText(word.text) }));

/** Marks between label and value go; a mark that stands alone later may be part of a secret that the OCR took apart. */
const withoutMarks = (pieces: readonly Piece[]): readonly Piece[] => {
  const first = pieces.findIndex((piece) => !MARKS_ONLY.test(piece.text));
  return first < 0 ? [] : pieces.slice(first);
};
