// Postal addresses: a street with its number, a postal code with its city, a post-office box; and what a label says.
import type { Finding } from "../finding.ts";
import type { Segment } from "../lines.ts";
import { type LabelledValue, labelledValues } from "./labelled.ts";
import type { Rule } from "./rule.ts";
import { PROPER_NAME, STREET_PATTERNS } from "./streets.ts";
import { isPlain, strip } from "./tokens.ts";
import type { Vocabulary } from "./vocabulary.ts";
import { matchWords, type TextMatch } from "./words.ts";

export const findAddresses: Rule = (page, vocabulary) => [
  ...page.places.flatMap(({ segment, below }) => {
    const streets = streetsIn(segment);
    const hasStreet = streets.length > 0;
    // Under a street even an ordinary word after five digits is a city.
    const nearby = hasStreet && below !== undefined ? citiesIn(below, vocabulary, hasStreet) : [];
    const matches = [...streets, ...citiesIn(segment, vocabulary, hasStreet), ...nearby];
    return matches.map(({ words }): Finding => ({ words, reason: "address" }));
  }),
  ...labelledValues(page, new Set(["address"])).flatMap((value) => labelledAddress(value, vocabulary)),
];

const STATES =
  "A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]";

/** Where the shape alone is enough: a state, a country, a British code. */
const CITIES: readonly RegExp[] = [
  new RegExp(
    `(?:(?:${PROPER_NAME} ){0,2}${PROPER_NAME}[,.] ?)?(?<![\\p{L}\\p{N}])(?:${STATES})[,.]? [0-9OolI]{5}(?:-[0-9OolI]{4})?(?![\\p{L}\\p{N}])`,
    "gu",
  ),
  new RegExp(
    `(?<![\\p{L}\\p{N}])(?:D|F|E|P|A|CH|DE|FR|ES|PT|AT|BE|B|L|NL)[- –][0-9OolI]{4,5}(?:-[0-9]{3})? ${PROPER_NAME}(?: ${PROPER_NAME}){0,2}`,
    "gu",
  ),
  new RegExp(
    `(?:${PROPER_NAME},? )?(?<![\\p{L}\\p{N}])[A-Z]{1,2}[0-9OI][0-9A-Z]? [0-9OI][ABD-HJLNP-UW-Z]{2}(?![\\p{L}\\p{N}])`,
    "gu",
  ),
  new RegExp(`(?<![\\p{L}\\p{N}-])[1-9][0-9OolI]{3}[-–][0-9OolI]{3} ${PROPER_NAME}(?: ${PROPER_NAME}){0,2}`, "gu"),
];
const FIVE_DIGITS = new RegExp(
  `(?<![\\p{L}\\p{N}.,#:/-])[0-9OolI]{5} (${PROPER_NAME})(?:[ -](?:(?:am|an der|sur|de|la|le|do|da|del) ?)?${PROPER_NAME}){0,2}`,
  "gu",
);

const streetsIn = (segment: Segment): readonly TextMatch[] =>
  STREET_PATTERNS.flatMap((pattern) => matchWords(segment, pattern)).filter(
    ({ groups }) => /\d/.test(groups[0]) && /\p{Lu}/u.test(groups[0]),
  );

const citiesIn = (segment: Segment, vocabulary: Vocabulary, isSure: boolean): readonly TextMatch[] => [
  ...CITIES.flatMap((pattern) => matchWords(segment, pattern)).filter(
    ({ groups }) => (groups[0].match(/\d/g) ?? []).length >= 1,
  ),
  // "10000 Requests" is no city: what follows five digits must be more than an ordinary word.
  ...matchWords(segment, FIVE_DIGITS).filter(
    ({ groups }) => (groups[0].match(/\d/g) ?? []).length >= 3 && (isSure || !isPlain(groups[1] ?? "", vocabulary)),
  ),
];

const WORDS_MAX = 14;

const labelledAddress = (
  { pieces, link, isForm, hasSeparator }: LabelledValue,
  vocabulary: Vocabulary,
): readonly Finding[] => {
  const value = pieces.slice(0, WORDS_MAX);
  if (!(isForm || hasSeparator) || (link === "bare" && value.length > 10)) return [];
  const isMachine = value.some(
    ({ text }) => /^\[?(?:https?:|0x|\/|\d+\.\d+\.\d+|localhost|[0-9a-f]{2}:)/i.test(text) || /@/.test(text),
  );
  const hasNumber = value.some(({ text }) => /^\d[\d-]{0,8}\p{L}?$/u.test(strip(text)));
  const hasName = value.some(({ text }) => /^\p{Lu}/u.test(text) && !isPlain(text, vocabulary));
  const isAddress = hasNumber ? value.some(({ text }) => /^\p{Lu}\p{L}/u.test(text)) || hasSeparator : hasName;
  return isAddress && !isMachine ? [{ words: value.map((piece) => piece.word), reason: "address" }] : [];
};
