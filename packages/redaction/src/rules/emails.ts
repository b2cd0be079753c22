// E-mail addresses, also where the @ was read as ©, ®, € or Q, where spaces crept in or the last dot was lost.
import type { Finding } from "../finding.ts";
import { cutText } from "../fold.ts";
import type { Segment } from "../lines.ts";
import type { Word } from "../word.ts";
import { type LabelledValue, labelledValues } from "./labelled.ts";
import type { Rule } from "./rule.ts";
import { isPlain } from "./tokens.ts";
import type { Vocabulary } from "./vocabulary.ts";

export const findEmails: Rule = (page, vocabulary) => [
  ...page.places.flatMap(({ segment }) => emailsIn(segment)),
  ...labelledValues(page, new Set(["email"])).flatMap((value) => labelledEmail(value, vocabulary)),
];

const AT = "[@©®€]|\\(at\\)|\\[at\\]|\\(a\\)";
const TOP =
  "com|net|org|io|dev|co|eu|de|fr|es|pt|uk|us|ch|at|be|nl|it|br|mx|info|biz|edu|gov|ai|app|me|tech|online|test|example";
const PROVIDER =
  "gmail|googlemail|outlook|hotmail|yahoo|icloud|proton|protonmail|gmx|web|live|aol|orange|free|wanadoo|laposte|sapo|t-online|posteo|mailbox";
const EMAIL = new RegExp(`[\\p{L}\\p{N}._%+-]{1,64}(?:${AT})(?:[\\p{L}\\p{N}-]{1,63}[.,]){1,5}[\\p{L}]{2,24}`, "iu");
const LOST_DOT = new RegExp(
  `[\\p{L}\\p{N}._%+-]{1,64}(?:${AT})[\\p{L}\\p{N}-]{2,63}(?:${TOP})(?![\\p{L}\\p{N}/:])`,
  "iu",
);
const LETTER_FOR_AT = new RegExp(`^[a-z0-9._%+-]{2,64}[Q&](?:[a-z0-9-]{1,63}[.]){1,4}(?:${TOP})$`, "u");
const KNOWN_PROVIDER = new RegExp(
  `[\\p{L}\\p{N}._%+-]{2,64}[aQ0e&9](?:${PROVIDER})[.,](?:${TOP})(?![\\p{L}\\p{N}])`,
  "iu",
);
// Cheap looks that spare most words the dear ones.
const MAY_HAVE_AT = /[@©®€]|[([]at?[)\]]/i;
const MAY_HAVE_PROVIDER = new RegExp(`(?:${PROVIDER})[.,]`, "i");
const LOCAL_LENGTH_MAX = 64;
const LOCAL_END = /[\p{L}\p{N}._%+-]{1,64}$/u;
const HOST = new RegExp(`^(?:[\\p{L}\\p{N}-]{1,63}[.,]){1,5}(?:${TOP})(?![\\p{L}\\p{N}])`, "iu");
const AT_ONLY = new RegExp(`^(?:${AT})$`, "iu");
const AT_FIRST = new RegExp(`^(?:${AT})(?:[\\p{L}\\p{N}-]{1,63}[.,]){1,5}(?:${TOP})(?![\\p{L}\\p{N}])`, "iu");
const AT_LAST = new RegExp(`[\\p{L}\\p{N}._%+-]{1,64}(?:${AT})$`, "iu");
const OPEN = new RegExp(`[\\p{L}\\p{N}._%+-]{1,64}(?:${AT})[\\p{L}\\p{N}-]{1,63}`, "iu");
const TORN_TOP = new RegExp(`^[.,]?(?:${TOP})[.,;)>]?$`, "iu");

const emailsIn = ({ words }: Segment): readonly Finding[] => {
  const found: Finding[] = [];
  for (const [at, word] of words.entries()) {
    const run = isEmail(word.text) ? [word] : tornEmail(words, at);
    if (run.length > 0) found.push({ words: run, reason: "email" });
  }
  return found;
};

const isEmail = (text: string): boolean => {
  const token = cutText(text).replace(/^["'`<([]{1,3}|["'`>)\],;.:]{1,4}$/g, "");
  if (MAY_HAVE_AT.test(token) && (EMAIL.test(token) || LOST_DOT.test(token))) return true;
  return LETTER_FOR_AT.test(token) || (MAY_HAVE_PROVIDER.test(token) && KNOWN_PROVIDER.test(token));
};

/** `ada @ example.com`, `ada@ example.com`, `ada @example.com`, `ada@example .com`. */
const tornEmail = (words: readonly Word[], at: number): readonly Word[] => {
  const texts = words.slice(at, at + 3).map((word) => cutText(word.text));
  if (!texts.slice(0, 2).some((text) => MAY_HAVE_AT.test(text))) return [];
  const [first = "", second = "", third = ""] = texts;
  if (LOCAL_END.test(first.slice(-LOCAL_LENGTH_MAX)) && AT_ONLY.test(second) && HOST.test(third))
    return words.slice(at, at + 3);
  if (AT_LAST.test(first) && HOST.test(second)) return words.slice(at, at + 2);
  if (LOCAL_END.test(first.slice(-LOCAL_LENGTH_MAX)) && AT_FIRST.test(second)) return words.slice(at, at + 2);
  return OPEN.test(first) && TORN_TOP.test(second) && (/[.,]$/.test(first) || /^[.,]/.test(second))
    ? words.slice(at, at + 2)
    : [];
};

const labelledEmail = (
  { pieces, link, isForm, hasSeparator }: LabelledValue,
  vocabulary: Vocabulary,
): readonly Finding[] => {
  const [first] = pieces;
  if (first === undefined || !(isForm || hasSeparator) || (link === "bare" && pieces.length > 3)) return [];
  const token = first.text.replace(/[,;.]$/, "");
  const looksLikeAddress = /[\p{L}\p{N}][@©®€._Q-]{1,2}[\p{L}\p{N}]/u.test(token) && /[.@©®€Q]/.test(token);
  return looksLikeAddress && !isPlain(token, vocabulary) && !/^[\p{L}.]+\($/u.test(token)
    ? [{ words: [first.word], reason: "email" }]
    : [];
};
