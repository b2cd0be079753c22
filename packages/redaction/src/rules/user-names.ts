// Names of accounts, where a label tells them from other words.
import type { Finding } from "../finding.ts";
import { type LabelledValue, labelledValues } from "./labelled.ts";
import { isAside } from "./prose.ts";
import type { Rule } from "./rule.ts";
import { isCode, isUncommon } from "./secret-values.ts";
import { strip } from "./tokens.ts";
import type { Vocabulary } from "./vocabulary.ts";

export const findUserNames: Rule = (page, vocabulary) =>
  labelledValues(page, new Set(["userName"])).flatMap((value) => userNameOf(value, vocabulary));

const userNameOf = (
  { pieces, link, isForm, hasSeparator, label }: LabelledValue,
  vocabulary: Vocabulary,
): readonly Finding[] => {
  const [first] = pieces;
  if (first === undefined || label.suffix.some(isAside) || isAside(strip(first.text))) return [];
  if (!hasSeparator && !(isForm && (link === "beside" || (link === "bare" && pieces.length <= 2)))) return [];
  const isName = isUncommon(first.text, vocabulary) && !isCode(first.text, vocabulary) && !/^[<{[(/]/.test(first.text);
  return isName ? [{ words: [first.word], reason: "userName" }] : [];
};
