// What of the text on a picture may be shown: read it, ask the rules and the contract's terms, then the policy.
import { err, ok, type Result } from "@underseal/foundation";
import { hideInBox } from "./cells.ts";
import { loadDictionary } from "./dictionary.ts";
import type { RedactionError } from "./errors.ts";
import type { Finding } from "./finding.ts";
import type { RgbImage } from "./image.ts";
import type { Language } from "./languages.ts";
import { wordsToLines } from "./lines.ts";
import { findUnordinary, findUnsure } from "./ordinary.ts";
import type { WordsOfLines } from "./reader.ts";
import type { Hidden, ReasonCode } from "./reasons.ts";
import type { Rect } from "./rect.ts";
import { findSensitive } from "./rules/index.ts";
import { createTermMatcher } from "./terms/index.ts";
import type { Word } from "./word.ts";

/**
 * - `structure`: all text is hidden.
 * - `strict`: text is hidden unless it is an ordinary word among ordinary words.
 * - `matter`: text is hidden where it was not read surely, and where a rule, a name or a term says so. For what the
 *   client may see of its own.
 * - `open`: only what a rule or a term names is hidden; what was not read is shown.
 */
export const policies = ["structure", "strict", "matter", "open"] as const;
export type Policy = (typeof policies)[number];

export interface RedactionSettings {
  readonly policy: Policy;
  /** Languages whose ordinary words may be shown, at least one. */
  readonly languages: readonly Language[];
  /** Projects, people, clients of all contracts of a device. They never leave it. */
  readonly terms: readonly string[];
}

export interface TextDeps {
  readonly readLines: (
    image: RgbImage,
    lines: readonly Rect[],
    languages: readonly Language[],
  ) => Promise<Result<WordsOfLines, RedactionError>>;
}

/** `lines` hold the text there is. Answers the parts of them that must be hidden, under any policy but `structure`. */
export const hideText = async (
  image: RgbImage,
  lines: readonly Rect[],
  settings: RedactionSettings,
  deps: TextDeps,
): Promise<Result<readonly Hidden[], RedactionError>> => {
  const terms = createTermMatcher(settings.terms);
  if (!terms.ok) return err({ code: "BAD_TERMS", message: terms.error.message });
  const dictionary = await loadDictionary(settings.languages);
  if (!dictionary.ok) return dictionary;
  const read = await deps.readLines(image, lines, settings.languages);
  if (!read.ok) return read;
  const page = wordsToLines(read.value.flat());
  const sensitive = reasonsOf([...terms.value.findTerms(page), ...findSensitive(page, dictionary.value)]);
  if (settings.policy === "open") return ok([...sensitive].map(([{ box }, reason]) => ({ box, reason })));
  const findHidden = settings.policy === "matter" ? findUnsure : findUnordinary;
  const hidden = findHidden(page, { dictionary: dictionary.value, sensitive });
  return ok(lines.flatMap((box, i) => hideInBox(box, read.value[i] ?? [], hidden)));
};

/** The first finding of a word names the gravest reason. */
const reasonsOf = (findings: readonly Finding[]): ReadonlyMap<Word, ReasonCode> => {
  const reasons = new Map<Word, ReasonCode>();
  for (const { words, reason } of findings) {
    for (const word of words) if (!reasons.has(word)) reasons.set(word, reason);
  }
  return reasons;
};
