// Medical information: what a label speaks of, ICD-10 codes, medication with its dose.
import type { Finding } from "../finding.ts";
import { countDigits } from "../fold.ts";
import type { Segment } from "../lines.ts";
import type { Word } from "../word.ts";
import { type LabelledValue, labelledValues } from "./labelled.ts";
import { grammarWords, isAside } from "./prose.ts";
import type { Rule } from "./rule.ts";
import { isPlain, strip } from "./tokens.ts";
import type { Vocabulary } from "./vocabulary.ts";
import { matchWords } from "./words.ts";

export const findMedical: Rule = (page, vocabulary) =>
  [
    ...labelledValues(page, new Set(["medical"])).map((value) => statementOf(value)),
    ...labelledValues(page, new Set(["medicalId"])).map(idOf),
    ...page.places.flatMap(({ segment }) => [
      ...diagnosesIn(segment),
      ...codesIn(segment),
      ...dosesIn(segment, vocabulary),
    ]),
    ...page.places.flatMap(({ segment }) => segment.words.filter(isRecordNumber).map((word) => [word])),
  ]
    .filter((words) => words.length > 0)
    .map((words): Finding => ({ words, reason: "medical" }));

const STATEMENT_WORDS_MAX = 25;

/** A diagnosis is made of ordinary words, so all of them go, if a form's label and no sentence speaks of it. */
const statementOf = ({ pieces, link, isForm, hasSeparator, label }: LabelledValue): readonly Word[] => {
  const [first] = pieces;
  if (first === undefined || label.suffix.length > 0) return [];
  if (pieces.every((piece) => isAside(strip(piece.text)))) return [];
  if (!hasSeparator && !(isForm && (link === "beside" || (link === "bare" && pieces.length <= 6)))) return [];
  if (!hasSeparator && pieces.some((piece) => grammarWords.has(strip(piece.text).toLowerCase()))) return [];
  return pieces.slice(0, STATEMENT_WORDS_MAX).map((piece) => piece.word);
};

const ID_DIGITS_MIN = 4;

const idOf = ({ pieces }: LabelledValue): readonly Word[] => {
  const first = pieces.slice(0, 3).findIndex(({ text }) => countDigits(text) > 0);
  if (first < 0) return [];
  const rest = pieces.slice(first, first + 5);
  const end = rest.findIndex(({ text }) => countDigits(text) === 0);
  const run = end < 0 ? rest : rest.slice(0, end);
  return countDigits(run.map((piece) => piece.text).join("")) >= ID_DIGITS_MIN ? run.map((piece) => piece.word) : [];
};

const isRecordNumber = ({ text }: Word): boolean => /^[^\p{L}\p{N}]{0,2}(?:MRN|MAN)[-#:.]?\d{4,12}/u.test(text);

// ICD-10: a letter, two digits, and what makes it unlike a version or a seat: a dot and more digits.
const ICD = /(?<![\p{L}\p{N}.-])[A-TV-Z][0-9OolI|][0-9OolI|AB][.,][0-9OolI|]{1,3}[A-Z]?(?![\p{L}\p{N}]|[.,]\d)/gu;

const codesIn = (segment: Segment): readonly (readonly Word[])[] =>
  matchWords(segment, ICD)
    .filter(({ groups }) => countDigits(groups[0]) >= 2)
    .map(({ words }) => words);

// In brackets behind the diagnosis a code needs no dot, and what is in front of it may be ordinary words.
const CODED = /^[([][A-TV-Zl|][0-9OolI|][0-9OolI|AB](?:[.,][0-9OolI|]{1,3}[A-Z]?)?[)\]][.,;]?$/u;
// "(I10)" as it is often read; behind a single word it is how many there are.
const CODED_AS_COUNT = /^[([]1[0-9OolI|]{2}[)\]][.,;]?$/u;
const DIAGNOSIS_WORDS_MAX = 5;

const diagnosesIn = ({ words }: Segment): readonly (readonly Word[])[] =>
  words.flatMap((word, at) => {
    const isCount = CODED_AS_COUNT.test(word.text);
    if (!isCount && !CODED.test(word.text)) return [];
    let first = at;
    while (at - first < DIAGNOSIS_WORDS_MAX && isOfDiagnosis(words[first - 1])) first -= 1;
    return isCount && at - first < 2 ? [] : [words.slice(first, at + 1)];
  });

const isOfDiagnosis = (word: Word | undefined): boolean =>
  word !== undefined && !/[.:;!?]$/.test(word.text) && !grammarWords.has(strip(word.text).toLowerCase());

const DOSE =
  /^[(]?\d{1,4}(?:[.,]\d{1,3})?[ ]?(?:mg|mcg|[µμ]g|ug|rng|IU|IE|UI|I\.E\.)(?:\/(?:ml|day|d|kg|dia|jour|tag))?[).,;]?$/i;
const NUMBER = /^[(]?\d{1,4}(?:[.,]\d{1,3})?$/;
const UNIT = /^(?:mg|mcg|[µμ]g|rng|IU|IE|UI)(?:\/\p{L}{1,5})?[).,;]?$/iu;

/** The word in front of the dose is the medication, unless it is grammar. */
const dosesIn = ({ words }: Segment, vocabulary: Vocabulary): readonly (readonly Word[])[] =>
  words.flatMap((word, at) => {
    const isSplit = NUMBER.test(word.text) && UNIT.test(words[at + 1]?.text ?? "");
    if (!isSplit && !DOSE.test(word.text)) return [];
    const before = words[at - 1];
    const isMedication = before !== undefined && /^\p{L}{4,}/u.test(before.text) && !isPlain(before.text, vocabulary);
    return [words.slice(isMedication ? at - 1 : at, at + (isSplit ? 2 : 1))];
  });
