// The strict policy's question, asked of every word: may it be shown? Only what was read surely, is ordinary, and has
// ordinary neighbours may. What is hidden next to a word says something about the word: "Grace" is ordinary, and
// "Grace Okonkwo" is not.
import { brokenOff, type Verdict } from "./broken-off.ts";
import type { Dictionary } from "./dictionary.ts";
import type { TextLine } from "./lines.ts";
import type { ReasonCode } from "./reasons.ts";
import type { Word } from "./word.ts";

const CONFIDENCE_MIN = 60;
const DIGITS_SHOWN_MAX = 2;
// A word much wider for its letters than the line's others has letters that were not read.
const WIDTH_RATIO_MAX = 1.8;

/** Why words may not be shown; a word that is not in the map may. `sensitive` are those that rules or terms named. */
export const findUnordinary = (
  lines: readonly TextLine[],
  { dictionary, sensitive }: { readonly dictionary: Dictionary; readonly sensitive: ReadonlyMap<Word, ReasonCode> },
): ReadonlyMap<Word, ReasonCode> => {
  const hidden = new Map<Word, ReasonCode>(sensitive);
  const verdicts = new Map<Word, Verdict>();
  for (const { words } of lines.flatMap(({ segments }) => segments)) {
    const pitch = middlePitch(words);
    const judged = words.map((word): Verdict => {
      const reason = sensitive.get(word);
      return reason === undefined ? judge(word, pitch, dictionary) : { hide: reason };
    });
    for (const [i, word] of words.entries()) {
      const [verdict, reason] = [judged[i], reasonOf(judged, i)];
      if (verdict !== undefined) verdicts.set(word, verdict);
      if (reason !== null) hidden.set(word, reason);
    }
  }
  for (const word of brokenOff(lines, { verdicts, hidden })) if (!hidden.has(word)) hidden.set(word, "beside");
  return hidden;
};

/** The `matter` policy's question: was it read surely, and is it nobody's name? */
export const findUnsure = (
  lines: readonly TextLine[],
  { dictionary, sensitive }: { readonly dictionary: Dictionary; readonly sensitive: ReadonlyMap<Word, ReasonCode> },
): ReadonlyMap<Word, ReasonCode> => {
  const hidden = new Map<Word, ReasonCode>(sensitive);
  for (const { words } of lines.flatMap(({ segments }) => segments)) {
    const pitch = middlePitch(words);
    for (const word of words) {
      if (hidden.has(word)) continue;
      if (!isSure(word, pitch)) hidden.set(word, "unread");
      else if (isAnyName(word.text, dictionary)) hidden.set(word, "name");
    }
  }
  return hidden;
};

/** As it is written, in capitals, or as a part of something such as `ada.lovelace`. */
const isAnyName = (text: string, dictionary: Dictionary): boolean => {
  const parts = text.split(/[^\p{L}'’-]+/u).filter((part) => part.length > 2);
  const isJoined = parts.length > 1 || /[@\d]/.test(text);
  return parts.some((part) => {
    if (dictionary.isPersonName(part)) return true;
    const isCapitals = part === part.toUpperCase();
    return (
      (isCapitals || isJoined) && dictionary.isPersonName(part.slice(0, 1).toUpperCase() + part.slice(1).toLowerCase())
    );
  });
};

const isSure = (word: Word, pitch: number): boolean =>
  word.confidence >= CONFIDENCE_MIN && pitchOf(word) <= pitch * WIDTH_RATIO_MAX;

const judge = (word: Word, pitch: number, dictionary: Dictionary): Verdict => {
  const core = trimMarks(word.text);
  if (!isSure(word, pitch)) return { hide: "unread" };
  if (core === "" || /^\p{L}$/u.test(core)) return "neutral";
  if (/^\d+$/.test(core)) return core.length <= DIGITS_SHOWN_MAX ? "number" : { hide: "unknown" };
  if (dictionary.isFunctionWord(core)) return "grammar";
  if (!isPlain(core)) return { hide: "unknown" };
  if (isAnyName(core, dictionary)) return { hide: "name" };
  return dictionary.isOrdinary(core) ? "shown" : { hide: "unknown" };
};

/** Quotes, brackets and stops around a word; whatever is inside it belongs to it. */
const trimMarks = (text: string): string => text.replace(/^[^\p{L}\p{N}]{1,3}|[^\p{L}\p{N}]{1,3}$/gu, "");

/** Letters with an apostrophe or a hyphen between them, written small, with one capital, or all in capitals. */
const isPlain = (core: string): boolean =>
  /^\p{L}+(['’-]\p{L}+)*$/u.test(core) && /^(\p{L}?[^\p{Lu}]*|[^\p{Ll}]*)$/u.test(core);

const pitchOf = ({ text, box }: Word): number => box.width / Math.max(1, text.length);

const middlePitch = (words: readonly Word[]): number => {
  const pitches = words.map(pitchOf).sort((a, b) => a - b);
  return pitches[Math.floor(pitches.length / 2)] ?? 0;
};

const reasonOf = (verdicts: readonly Verdict[], i: number): ReasonCode | null => {
  const verdict = verdicts[i];
  if (typeof verdict === "object") return verdict.hide;
  if (verdict === "grammar") return null;
  const neighbours = [nextTelling(verdicts, i, -1), nextTelling(verdicts, i, 1)];
  if (neighbours.some((neighbour) => typeof neighbour === "object")) return "beside";
  if (verdict === "shown") return null;
  // Numbers in one sentence may be a code that is told in parts, and a row of single letters is no sentence.
  const isRow =
    verdict === "number"
      ? verdicts.filter((each) => each === "number").length > 1
      : verdicts[i - 1] === "neutral" || verdicts[i + 1] === "neutral";
  if (isRow) return verdict === "number" ? "number" : "unknown";
  return neighbours.every((neighbour) => neighbour === undefined) ? "unknown" : null;
};

const nextTelling = (verdicts: readonly Verdict[], from: number, step: 1 | -1): Verdict | undefined => {
  let i = from + step;
  while (verdicts[i] === "neutral" || verdicts[i] === "number") i += step;
  return verdicts[i];
};
