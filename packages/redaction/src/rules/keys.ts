// API keys and tokens: by the prefixes of those who issue them, by looking random, or by the name they are assigned to.
import type { Finding } from "../finding.ts";
import { foldToLetters } from "../fold.ts";
import type { Segment } from "../lines.ts";
import type { Word } from "../word.ts";
import { type LabelledValue, labelledValues } from "./labelled.ts";
import { isAside } from "./prose.ts";
import type { Rule } from "./rule.ts";
import { isCode, isMixed, isUncommon, secretRun } from "./secret-values.ts";
import { looksRandom, ordinaryShare, strip } from "./tokens.ts";
import type { Vocabulary } from "./vocabulary.ts";

export const findKeys: Rule = (page, vocabulary) => [
  ...page.places.flatMap(({ segment }) => keysIn(segment, vocabulary)),
  ...labelledValues(page, new Set(["secret"]))
    .map((value) => labelledKey(value, vocabulary))
    .filter((words) => words.length > 0)
    .map((words): Finding => ({ words, reason: "apiKey" })),
];

/** Prefix, and the fewest characters that must follow it. Separators and look-alikes do not matter. */
const PREFIXES: readonly (readonly [string, number])[] = [
  ["ghp_", 16],
  ["gho_", 16],
  ["ghu_", 16],
  ["ghs_", 16],
  ["ghr_", 16],
  ["github_pat_", 6],
  ["glpat-", 8],
  ["sk_live_", 6],
  ["rk_live_", 6],
  ["pk_live_", 6],
  ["sk_test_", 6],
  ["rk_test_", 6],
  ["pk_test_", 6],
  ["rzp_live_", 6],
  ["rzp_test_", 6],
  ["sk-ant-", 8],
  ["sk-proj-", 8],
  ["sk-", 20],
  ["xoxb-", 8],
  ["xoxp-", 8],
  ["xoxa-", 8],
  ["xoxr-", 8],
  ["xoxs-", 8],
  ["xapp-", 10],
  ["AIza", 16],
  ["ya29.", 10],
  ["npm_", 20],
  ["pypi-", 20],
  ["dop_v1_", 8],
  ["hf_", 20],
  ["shpat_", 8],
  ["whsec_", 8],
  ["AGE-SECRET-KEY-", 6],
  ["SG.", 30],
];

const withoutMarks = (text: string): string => foldToLetters(text).replace(/[^\p{L}\p{N}]/gu, "");

const foldedPrefixes = PREFIXES.map(([prefix, restMin]) => ({ prefix: withoutMarks(prefix), restMin }));

const keysIn = ({ words }: Segment, vocabulary: Vocabulary): readonly Finding[] => {
  const found: Finding[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const run = keyAt(words, at, vocabulary);
    if (run.length === 0) continue;
    found.push({ words: run, reason: "apiKey" });
    at += run.length - 1;
  }
  return found;
};

const keyAt = (words: readonly Word[], at: number, vocabulary: Vocabulary): readonly Word[] => {
  const word = words[at];
  if (word === undefined) return [];
  const isWhole = valuesIn(word.text).some((text) => hasKnownPrefix(text, vocabulary));
  // A space that is not there may have been read right after the prefix.
  const next = words[at + 1];
  const isTorn =
    !isWhole && next !== undefined && word.text.length <= 40 && isTornKey(word.text, next.text, vocabulary);
  if (isTorn || isWhole) {
    const pieces = words.slice(at, at + 8).map((each) => ({ word: each, text: each.text }));
    const run = secretRun(pieces, vocabulary);
    return isTorn && run.length < 2 ? words.slice(at, at + 2) : run;
  }
  return looksRandom(word.text, vocabulary) ? [word] : [];
};

const isTornKey = (head: string, tail: string, vocabulary: Vocabulary): boolean =>
  /[_\d-]/.test(head) &&
  looksTorn(tail, vocabulary) &&
  valuesIn(head + tail).some((text) => hasKnownPrefix(text, vocabulary));

const looksTorn = (text: string, vocabulary: Vocabulary): boolean => text.length >= 6 && isMixed(text, vocabulary);

/** The token itself, and what follows an assignment or a quote in it. */
const valuesIn = (text: string): readonly string[] =>
  text
    .slice(0, 200)
    .split(/[=:"'`(),;\s]+/)
    .filter((part) => part.length >= 8);

const hasKnownPrefix = (text: string, vocabulary: Vocabulary): boolean => {
  const token = strip(text);
  // Access keys of AWS: four capitals, then capitals and digits only.
  if (
    /^[A4][KS][I1l|][A4][A-Z0-9]{8,}$/.test(token) &&
    /[A-Z0-9]{8}/.test(token.slice(4)) &&
    ordinaryShare(token.slice(4), vocabulary) < 0.8
  )
    return true;
  if (/^[ce]y[JjI\]][\w-]{10,}/.test(token) && ordinaryShare(token, vocabulary) < 0.5) return true;
  const folded = withoutMarks(token);
  return foldedPrefixes.some(
    ({ prefix, restMin }) =>
      folded.startsWith(prefix) &&
      folded.length - prefix.length >= restMin &&
      (/\d/.test(token) || looksRandom(token, vocabulary)) &&
      ordinaryShare(token.slice(prefix.length), vocabulary) < 0.7,
  );
};

const KEY_LENGTH_MIN = 5;

const labelledKey = (value: LabelledValue, vocabulary: Vocabulary): readonly Word[] => {
  const [first] = value.pieces;
  if (first === undefined || isCode(first.text, vocabulary)) return [];
  const token = strip(first.text);
  if (token.length < KEY_LENGTH_MIN || isAside(token) || /^[<{[].*[>}\]]$/.test(first.text)) return [];
  const hidden = secretRun(value.pieces, vocabulary);
  if (isMixed(first.text, vocabulary) && !/^\d{1,3}(?:\D{1,3})$/.test(token)) return hidden;
  if (!value.hasSeparator || value.label.suffix.some(isAside)) return [];
  // Among the names of variables only those in capitals hold values that are plain but unknown words.
  return isUncommon(first.text, vocabulary) && token.length >= 8 ? hidden : [];
};
