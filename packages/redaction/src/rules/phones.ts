// Phone numbers: after a label, with a country code, or in the groups that a country writes.
import type { Finding } from "../finding.ts";
import { countDigits, foldToDigits } from "../fold.ts";
import { type DigitRun, digitRuns, hasDigitCount, isHarmlessRun } from "./digits.ts";
import { type LabelledValue, labelledValues } from "./labelled.ts";
import type { Rule } from "./rule.ts";

export const findPhones: Rule = (page) => [
  ...page.places.flatMap(({ segment }) =>
    digitRuns(segment)
      .filter(isPhone)
      .map(({ words }): Finding => ({ words, reason: "phone" })),
  ),
  ...labelledValues(page, new Set(["phone"])).flatMap(labelledPhone),
];

// How numbers are written at home: North America, Britain and Germany, France, Spain and Portugal.
const HOME_SHAPES: readonly RegExp[] = [
  /^1?[ .-]?\(?\d{3}\)?[ .-]?\d{3}[ .-]\d{4}$/,
  /^\(?0\d{1,5}\)?[ /.-]{0,3}\d{2,8}(?:[ .-]\d{2,8}){0,3}$/,
  /^0\d(?:[ .-]?\d\d){4}$/,
  /^[6789]\d{2} \d{2} \d{2} \d{2}$|^[6789]\d{2}[ .-]\d{3}[ .-]\d{3}$|^9\d \d{3} \d{2} \d{2}$|^2\d{2}[ .]\d{3}[ .]\d{3}$/,
];

const isPhone = (run: DigitRun): boolean => {
  if (!hasDigitCount(run, 7, 15) || isHarmlessRun(run)) return false;
  const text = run.text.trim();
  if (/^\(?\+\d/.test(text) || /^\(?00[1-9]\d/.test(text)) return hasDigitCount(run, 8, 15);
  return HOME_SHAPES.some((shape) => shape.test(text)) && (run.groups.length > 1 || text.startsWith("0"));
};

const DIGITS_MIN = 5;
const WORDS_MAX = 8;

const labelledPhone = ({ pieces }: LabelledValue): readonly Finding[] => {
  const first = pieces.slice(0, 3).findIndex(({ text }) => countDigits(text) > 0);
  if (first < 0) return [];
  const rest = pieces.slice(first, first + WORDS_MAX);
  const end = rest.findIndex(({ text }) => countDigits(text) === 0 && !/^[()/+-]{1,3}$/.test(text));
  const run = end < 0 ? rest : rest.slice(0, end);
  const joined = foldToDigits(run.map((piece) => piece.text).join(""));
  return countDigits(joined) >= DIGITS_MIN && /^[\d()+\-–./ ,;xX]+$/.test(joined)
    ? [{ words: run.map((piece) => piece.word), reason: "phone" }]
    : [];
};
