// From offsets in a segment's text back to its words.
import { cutText } from "../fold.ts";
import type { Segment } from "../lines.ts";
import type { Word } from "../word.ts";

export interface TextMatch {
  readonly words: readonly Word[];
  readonly groups: RegExpMatchArray;
}

/**
 * Every match of `pattern` in the segment, with the words it touches. `folded` may replace the segment's text by one
 * of the same length. Patterns must have bounded quantifiers: the text is hostile.
 */
export const matchWords = (segment: Segment, pattern: RegExp, folded: string = segment.text): readonly TextMatch[] => {
  const matches = [...folded.matchAll(pattern)];
  if (matches.length === 0) return [];
  const spans = spansOf(segment);
  // Matches come in order, so the search for words goes on where the last one began.
  let first = 0;
  return matches.map((groups) => {
    const end = groups.index + groups[0].length;
    while (first < spans.length && (spans[first]?.end ?? 0) <= groups.index) first += 1;
    let last = first;
    while (last < spans.length && (spans[last]?.start ?? end) < end) last += 1;
    return { groups, words: segment.words.slice(first, last) };
  });
};

const spansOf = (segment: Segment): readonly { readonly start: number; readonly end: number }[] => {
  let start = 0;
  return segment.words.map((word) => {
    const span = { start, end: start + cutText(word.text).length };
    start = span.end + 1;
    return span;
  });
};
