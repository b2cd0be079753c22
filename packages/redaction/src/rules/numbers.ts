// Any long number: of an account, an order, a person. What it is nobody knows, so it is hidden but not locked.
import type { Finding } from "../finding.ts";
import { cutText, foldToDigits, isMostlyDigits } from "../fold.ts";
import type { Word } from "../word.ts";
import { type DigitRun, digitRuns, isHarmlessRun } from "./digits.ts";
import { labelledValues } from "./labelled.ts";
import type { Rule } from "./rule.ts";

const DIGITS_MIN = 7;

export const findLongNumbers: Rule = (page) => [
  ...page.places.flatMap(({ segment }) => [
    ...digitRuns(segment)
      .filter(isLongNumber)
      .map(({ words }): Finding => ({ words, reason: "number" })),
    ...segment.words.filter(hasLongNumberInside).map((word): Finding => ({ words: [word], reason: "number" })),
  ]),
  ...labelledValues(page, new Set(["account"])).flatMap(({ pieces }) =>
    accountWords(pieces.map((piece) => piece.word)),
  ),
];

const isLongNumber = (run: DigitRun): boolean => {
  if (run.digits.length < DIGITS_MIN || isHarmlessRun(run)) return false;
  if (run.words.length === 1) return true;
  // Columns of small numbers that stand close are no number in groups.
  return run.groups.slice(1).every((count) => count >= 2) && Math.max(...run.groups) >= 3;
};

/** INV-12345678, #12345678, DE123456789: digits in a row inside something else. */
const hasLongNumberInside = ({ text }: Word): boolean => {
  const token = cutText(text);
  if (/^0x|^#[0-9a-f]{6,8}\b|[:/]\/|\d[T ]\d{2}:/i.test(token)) return false;
  const folded = isMostlyDigits(token) ? foldToDigits(token) : token;
  const longest = folded.match(/\d(?:[-–]?\d){6,40}/g) ?? [];
  return longest.some(
    (number) => !/^(?:19|20)\d\d-?\d\d-?\d\d(?:-?\d{2,6})?$/.test(number) && !/\d[.,]\d{7,}/.test(folded),
  );
};

const ACCOUNT_DIGITS_MIN = 5;

const accountWords = (words: readonly Word[]): readonly Finding[] => {
  const first = words.findIndex(({ text }) => (foldToDigits(text).match(/\d/g) ?? []).length >= 2);
  if (first < 0 || first > 2) return [];
  const rest = words.slice(first);
  const end = rest.findIndex(({ text }) => !isMostlyDigits(text));
  const run = end < 0 ? rest : rest.slice(0, Math.max(1, end));
  const digits = run
    .map(({ text }) => foldToDigits(text))
    .join("")
    .replace(/\D/g, "");
  return digits.length >= ACCOUNT_DIGITS_MIN ? [{ words: run, reason: "iban" }] : [];
};
