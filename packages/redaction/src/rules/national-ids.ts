// Numbers that states give to people: by shape and check digit, or by a label in front.
import type { Finding } from "../finding.ts";
import { countDigits, foldDigitWords, foldToDigits } from "../fold.ts";
import type { Segment } from "../lines.ts";
import { isFrenchSocialSecurity, isGermanTaxId, isPortugueseTaxId, isSpanishId } from "./check-digits.ts";
import { type DigitRun, digitRuns } from "./digits.ts";
import { type LabelledValue, labelledValues } from "./labelled.ts";
import type { Rule } from "./rule.ts";
import { matchWords } from "./words.ts";

export const findNationalIds: Rule = (page) => [
  ...page.places.flatMap(({ segment }) => [...numbersIn(segment), ...letteredIn(segment)]),
  ...labelledValues(page, new Set(["nationalId"])).flatMap(labelledId),
];

const numbersIn = (segment: Segment): readonly Finding[] =>
  digitRuns(segment)
    .filter(isNationalNumber)
    .map(({ words }) => ({ words, reason: "nationalId" }));

const isNationalNumber = ({ digits, groups, text }: DigitRun): boolean => {
  const shape = groups.join(",");
  // United States.
  if (shape === "3,2,4" && !text.startsWith("+")) return true;
  if (isGermanTaxId(digits) && (shape === "11" || shape === "2,3,3,3") && !text.startsWith("+")) return true;
  return isFrenchSocialSecurity(digits) || (shape === "3,3,3" && isPortugueseTaxId(digits) && digits.startsWith("2"));
};

const DIGIT = "[0-9OolI|SZB]";
// United Kingdom: two letters, six digits in pairs, a last letter.
const BRITISH = new RegExp(
  `(?<![\\p{L}\\p{N}])[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?${DIGIT}{2}[ .-]?${DIGIT}{2}[ .-]?${DIGIT}{2}[ .-]?[A-D](?![\\p{L}\\p{N}])`,
  "gu",
);
const SPANISH =
  /(?<![\p{L}\p{N}.,-])(?:[XYZ][- ]?[0-9OolI|SZB]{7}|[0-9OolI|SZB]{2}[. ]?[0-9OolI|SZB]{3}[. ]?[0-9OolI|SZB]{3})[- ]?[A-HJ-NP-TV-Z](?![\p{L}\p{N}])/gu;
const CORSICAN = /(?<!\d)[12] ?\d{2} ?\d{2} ?2[AB] ?\d{3} ?\d{3} ?\d{2}(?!\d)/gu;

const letteredIn = (segment: Segment): readonly Finding[] =>
  [
    ...matchWords(segment, BRITISH).filter(({ groups }) => countDigits(groups[0]) >= 4),
    ...matchWords(segment, SPANISH).filter(({ groups }) => isSpanish(groups[0])),
    ...matchWords(segment, CORSICAN, foldDigitWords(segment.text)),
  ].map(({ words }) => ({ words, reason: "nationalId" }));

const isSpanish = (text: string): boolean => {
  const joined = text.replace(/[ .-]/g, "");
  const isForeigner = /^[XYZ]/.test(joined);
  const number = foldToDigits(joined.slice(isForeigner ? 1 : 0, -1));
  return countDigits(text) >= 5 && isSpanishId((isForeigner ? joined.slice(0, 1) : "") + number + joined.slice(-1));
};

const DIGITS_MIN = 5;
const WORDS_MAX = 7;

/** Whatever follows the label, as long as it goes on like a number. */
const labelledId = ({ pieces }: LabelledValue): readonly Finding[] => {
  const first = pieces.slice(0, 3).findIndex(({ text }) => countDigits(text) > 0 || /^[A-Z]{2}$/.test(text));
  if (first < 0) return [];
  const rest = pieces.slice(first, first + WORDS_MAX);
  const end = rest.findIndex(({ text }) => countDigits(text) === 0 && !/^[A-Z-]{1,2}[.,]?$/.test(text));
  const run = end < 0 ? rest : rest.slice(0, end);
  const digits = countDigits(foldToDigits(run.map((piece) => piece.text).join("")));
  return digits >= DIGITS_MIN ? [{ words: run.map((piece) => piece.word), reason: "nationalId" }] : [];
};
