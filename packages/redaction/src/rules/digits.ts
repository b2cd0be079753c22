// Runs of neighbouring words that are numbers, as long numbers are written in groups; and what is a number but nothing
// to hide: dates, times, prices, versions, addresses of machines.
import { countDigits, cutText, foldToDigits, isMostlyDigits } from "../fold.ts";
import type { Segment } from "../lines.ts";
import type { Word } from "../word.ts";

export interface DigitRun {
  readonly words: readonly Word[];
  /** The words folded to digits and joined by single spaces; keeps `+`, brackets and separators. */
  readonly text: string;
  readonly digits: string;
  /** How many digits each group has; groups end at a space, a dash or a dot. */
  readonly groups: readonly number[];
}

const RUN_WORDS_MAX = 16;
// More than a day and a month: a phone number in pairs.
const SMALL_MAX = 3;
const NUMBER = /^[+(#]{0,3}\d[\d()\-–./+]*$/;

interface NumberWord {
  readonly word: Word;
  readonly text: string;
  readonly endsRun: boolean;
  /** A misread group such as `IIII`: a number only between numbers. */
  readonly isDoubtful: boolean;
}

export const digitRuns = (segment: Segment): readonly DigitRun[] => {
  const runs: NumberWord[][] = [];
  let open: NumberWord[] = [];
  for (const word of segment.words) {
    const number = toNumber(word);
    if (number === undefined || open.length >= RUN_WORDS_MAX) open = [];
    if (number === undefined || (number.isDoubtful && open.length === 0 && countDigits(word.text) === 0)) continue;
    if (open.length === 0) runs.push(open);
    open.push(number);
    if (number.endsRun) open = [];
  }
  return runs.map(toRun);
};

const toNumber = (word: Word): NumberWord | undefined => {
  const trimmed = cutText(word.text).replace(/^["'`([<]{1,3}(?=[^\d]*\d)|^tel:/, "");
  const core = trimmed.replace(/[)\]}>"'`,;:.]{1,4}$/, "");
  const text = foldToDigits(core);
  if (text.length > 40 || !NUMBER.test(text)) return undefined;
  const isDoubtful = !isMostlyDigits(core);
  if (isDoubtful && (core.length < 3 || core.length > 4)) return undefined;
  return { word, text, endsRun: /[,;:\]}>"'`]$/.test(trimmed), isDoubtful };
};

const toRun = (numbers: readonly NumberWord[]): DigitRun => {
  const certain = numbers.slice(0, numbers.findLastIndex((number) => !number.isDoubtful) + 1);
  const kept = numbers.length - certain.length > 1 ? certain : numbers;
  const text = kept.map((number) => number.text).join(" ");
  return {
    words: kept.map((number) => number.word),
    text,
    digits: text.replace(/\D/g, ""),
    groups: (text.match(/\d+/g) ?? []).map((group) => group.length),
  };
};

const DATE = /^\(?(?:\d{4}[-–./]\d{1,2}[-–./]\d{1,2}|\d{1,2}[-–./]\d{1,2}[-–./](?:\d{4}|\d{2}))\)?$/;
const THOUSANDS = /^[+-]?\d{1,3}(?:\.\d{3})(?:\.\d{3})?$/;
const DECIMAL = /^[+-]?\d+\.\d+$/;

const isHarmless = (text: string): boolean => DATE.test(text) || isMachineAddress(text) || isShortNumber(text);

/** IP addresses and versions of four numbers. */
const isMachineAddress = (text: string): boolean => /^\d{1,3}(?:\.\d{1,5}){3}(?:\/\d{1,2})?$/.test(text);

const isShortNumber = (text: string): boolean =>
  (THOUSANDS.test(text) && !/^9\d\d\./.test(text)) ||
  DECIMAL.test(text) ||
  /^(?:19|20)\d\d(?:[-–/](?:19|20)?\d\d)?$/.test(text);

/** Years, dates, prices and the like, one or several of them: long, but nothing to hide. */
export const isHarmlessRun = ({ text, words }: DigitRun): boolean => {
  const numbers = text.split(" ");
  const small = numbers.filter((number) => /^[+-]?\d{1,2}$/.test(number));
  return (
    words.length > 0 &&
    small.length <= SMALL_MAX &&
    numbers.every((number) => isHarmless(number) || small.includes(number))
  );
};

export const hasDigitCount = ({ digits }: DigitRun, min: number, max: number): boolean =>
  digits.length >= min && digits.length <= max;
