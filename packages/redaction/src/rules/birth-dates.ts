// Dates of birth: dates on the line of a label, in the segment beside it or in the one below. Other dates are shown.
import type { Finding } from "../finding.ts";
import { countDigits } from "../fold.ts";
import type { Segment } from "../lines.ts";
import { DATE_PATTERN } from "./dates.ts";
import type { Rule } from "./rule.ts";
import { matchWords } from "./words.ts";

export const findBirthDates: Rule = (page) =>
  page.places.flatMap(({ segment, labels, beside, below }) => {
    if (!labels.some((label) => label.kind === "birthDate")) return [];
    return [segment, beside, below].filter((each) => each !== undefined).flatMap(datesIn);
  });

const datesIn = (segment: Segment): readonly Finding[] =>
  matchWords(segment, DATE_PATTERN)
    .filter(({ groups }) => countDigits(groups[0]) >= 2)
    .map(({ words }): Finding => ({ words, reason: "birthDate" }));
