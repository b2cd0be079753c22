// Codes that open an account once: four to eight digits near a label, also before it ("123456 is your code").
import type { Finding } from "../finding.ts";
import { foldToDigits } from "../fold.ts";
import type { Segment } from "../lines.ts";
import type { Word } from "../word.ts";
import type { LabelKind } from "./label-words.ts";
import type { Place } from "./page.ts";
import type { Rule } from "./rule.ts";
import { strip } from "./tokens.ts";

export const findOneTimeCodes: Rule = ({ places }) =>
  places.flatMap((place) => {
    if (hasLabel(place, "oneTimeCode")) return near(place).flatMap((segment) => codesIn(segment, { min: 4, max: 8 }));
    // "Code" alone says little: postal codes, status codes. Six digits are what senders of codes agreed on.
    return hasLabel(place, "code") ? near(place).flatMap((segment) => codesIn(segment, { min: 6, max: 6 })) : [];
  });

const hasLabel = ({ labels }: Place, kind: LabelKind): boolean => labels.some((label) => label.kind === kind);

const near = ({ segment, beside, below }: Place): readonly Segment[] =>
  [segment, beside, below].filter((each) => each !== undefined);

const codesIn = ({ words }: Segment, size: { readonly min: number; readonly max: number }): readonly Finding[] => {
  const found: Finding[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const run = codeAt(words, at, size);
    if (run.length === 0) continue;
    found.push({ words: run, reason: "oneTimeCode" });
    at += run.length - 1;
  }
  return found;
};

const codeAt = (
  words: readonly Word[],
  at: number,
  { min, max }: { readonly min: number; readonly max: number },
): readonly Word[] => {
  const first = digitsOf(words[at]);
  const second = digitsOf(words[at + 1]);
  // "123 456": a code is split in the middle, so both halves are equally long.
  if (first.length >= 2 && first.length === second.length && first.length * 2 >= min && first.length * 2 <= max) {
    return words.slice(at, at + 2);
  }
  return first.length >= min && first.length <= max ? words.slice(at, at + 1) : [];
};

/** The digits of a word that is a code or the half of one; empty for years, times and all else. */
const digitsOf = (word: Word | undefined): string => {
  if (word === undefined || word.text.length > 14 || /[:/%$€£]/.test(word.text.slice(0, -1))) return "";
  const token = foldToDigits(strip(word.text.replace(/^[A-Z]-/, ""))).replace(/(?<=\d)-(?=\d)/g, "");
  const isNumber = /^\d{2,8}$/.test(token) && (word.text.match(/\d/g) ?? []).length * 2 >= token.length;
  return isNumber && !/^(?:19|20)\d\d$/.test(token) ? token : "";
};
