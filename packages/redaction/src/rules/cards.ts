// Payment cards: by their check digit, or, where an OCR error broke it, by a label or by groups as printed on cards.
import type { Finding } from "../finding.ts";
import { foldToDigits } from "../fold.ts";
import type { Segment } from "../lines.ts";
import { type DigitRun, digitRuns, hasDigitCount } from "./digits.ts";
import { labelledValues } from "./labelled.ts";
import type { Page } from "./page.ts";
import type { Rule } from "./rule.ts";
import { strip } from "./tokens.ts";

export const findCards: Rule = (page) => {
  const labelled = segmentsNearCardLabels(page);
  return [
    ...page.places.flatMap(({ segment }) =>
      digitRuns(segment)
        .filter((run) => isCard(run, labelled.has(segment)))
        .map(({ words }): Finding => ({ words, reason: "card" })),
    ),
    ...labelledValues(page, new Set(["cardCode"])).flatMap(({ pieces }) => {
      const code = pieces
        .slice(0, 3)
        .find(({ text }) => /^\d{3,4}$/.test(foldToDigits(strip(text))) && /\d/.test(text));
      return code === undefined ? [] : [{ words: [code.word], reason: "card" } as const];
    }),
  ];
};

const segmentsNearCardLabels = ({ places }: Page): ReadonlySet<Segment> => {
  const near = new Set<Segment>();
  for (const { segment, beside, below, labels } of places) {
    if (!labels.some((label) => label.kind === "card")) continue;
    near.add(segment);
    if (beside !== undefined) near.add(beside);
    if (below !== undefined) near.add(below);
  }
  return near;
};

const isCard = (run: DigitRun, hasLabel: boolean): boolean => {
  // With a label a digit more or less is forgiven, and an expiry date may follow the number.
  if (hasLabel && hasDigitCount(run, 12, 23)) return true;
  if (isGroupedLikeCard(run)) return true;
  return hasDigitCount(run, 13, 19) && passesLuhn(run.digits) && /^[2-6]/.test(run.digits);
};

const isGroupedLikeCard = ({ groups }: DigitRun): boolean =>
  /^(?:4,4,4,4(?:,\d)?|4,6,5|4,6,4)(?:,[24])*$/.test(groups.join(","));

const passesLuhn = (digits: string): boolean => {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at]);
    const doubled = digit * 2;
    sum += at % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
};
