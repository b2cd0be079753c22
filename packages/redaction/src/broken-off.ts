// What belongs to something hidden and stands in the line above or below it: lines of prose end where there is no more
// room, in the middle of an account number, a name, an address or a diagnosis as well.
import type { Segment, TextLine } from "./lines.ts";
import { segmentBelow } from "./neighbours.ts";
import type { ReasonCode } from "./reasons.ts";
import type { Word } from "./word.ts";

/** `grammar` is shown beside anything; `neutral` and `number` say nothing alone, and are shown where their neighbours are. */
export type Verdict = { readonly hide: ReasonCode } | "shown" | "grammar" | "neutral" | "number";

export interface Judged {
  readonly verdicts: ReadonlyMap<Word, Verdict>;
  /** Beyond the verdicts, neighbours in the same line. */
  readonly hidden: ReadonlyMap<Word, ReasonCode>;
}

// Lines of fewer words are items of a list, of which each stands for itself.
const PROSE_WORDS_MIN = 3;

/** Words to hide as well; some of them may be hidden already. Looks across one line's end, and not further. */
export const brokenOff = (lines: readonly TextLine[], judged: Judged): readonly Word[] =>
  lines.flatMap(({ segments }, index) =>
    segments.flatMap((above) => {
      const below = segmentBelow(above, lines, index);
      if (below === undefined) return [];
      const pair = { above, below };
      return [...digitsBelow(pair, judged), ...beginningAbove(pair, judged), ...neighbours(pair, judged)];
    }),
  );

interface Pair {
  readonly above: Segment;
  readonly below: Segment;
}

/** The last digits of an account number. */
const digitsBelow = ({ above, below }: Pair, { verdicts, hidden }: Judged): readonly Word[] => {
  const last = above.words.at(-1);
  if (last === undefined || !hidden.has(last)) return [];
  const end = below.words.findIndex((word) => verdicts.get(word) !== "number" && verdicts.get(word) !== "neutral");
  return below.words.slice(0, end < 0 ? undefined : end);
};

const BEGINNING_WORDS_MAX = 4;
// What is made of several words, so that one neighbour is not all of it.
const LONG_REASONS: readonly (ReasonCode | undefined)[] = ["address", "medical"];
const LONG_WITHIN_WORDS = 3;

/** The diagnosis whose code is below, the street whose town is; of what else goes on below, from a number on. */
const beginningAbove = ({ above, below }: Pair, { verdicts, hidden }: Judged): readonly Word[] => {
  const before = above.words.slice(-BEGINNING_WORDS_MAX);
  const isLong = below.words.slice(0, LONG_WITHIN_WORDS).some((word) => LONG_REASONS.includes(hidden.get(word)));
  if (isLong && isProse(above)) return before;
  const [first] = below.words;
  if (first === undefined || !hidden.has(first)) return [];
  const number = before.findIndex((word) => verdicts.get(word) === "number");
  return number < 0 ? [] : before.slice(number);
};

/** As in one line, of what was named, and of what nobody knows if it may be a name. */
const neighbours = ({ above, below }: Pair, { verdicts, hidden }: Judged): readonly Word[] => {
  const [last, first] = [above.words.at(-1), below.words[0]];
  if (last === undefined || first === undefined) return [];
  const takesAlong = (word: Word, other: Word): boolean => {
    const verdict = verdicts.get(word);
    if (typeof verdict !== "object") return false;
    return (verdict.hide !== "unknown" && verdict.hide !== "unread") || startsLarge(other);
  };
  const takesFirst = isProse(above) ? takesAlong(last, first) : hidden.get(last) === "name" && startsLarge(first);
  const takesLast = isProse(above) && takesAlong(first, last);
  return [...(takesFirst ? [first] : []), ...(takesLast ? [last] : [])].filter(
    (word) => verdicts.get(word) !== "grammar",
  );
};

const isProse = ({ words }: Segment): boolean => words.length >= PROSE_WORDS_MIN;

const startsLarge = ({ text }: Word): boolean => /^[^\p{L}\p{N}]{0,2}\p{Lu}/u.test(text);
