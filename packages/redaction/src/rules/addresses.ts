// Postal addresses: a street with its number, a postal code with its city, a post-office box; and what a label says.
import type { Finding } from "../finding.ts";
import type { Segment } from "../lines.ts";
import { type LabelledValue, labelledValues } from "./labelled.ts";
import type { Rule } from "./rule.ts";
import { isPlain, strip } from "./tokens.ts";
import type { Vocabulary } from "./vocabulary.ts";
import { matchWords, type TextMatch } from "./words.ts";

export const findAddresses: Rule = (page, vocabulary) => [
  ...page.places.flatMap(({ segment }) =>
    [...streetsIn(segment), ...citiesIn(segment, vocabulary)].map(
      ({ words }): Finding => ({ words, reason: "address" }),
    ),
  ),
  ...labelledValues(page, new Set(["address"])).flatMap((value) => labelledAddress(value, vocabulary)),
];

const NUMBER = "[0-9OolI|]{0,4}[0-9][0-9OolI|]{0,3}(?:[-–/][0-9]{1,4})?(?: ?(?:bis|ter|[a-h]))?";
const NAME = "[\\p{Lu}][\\p{L}'’.-]{1,24}";
const ENGLISH_KIND =
  "street|str|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|way|court|ct|place|pl|square|sq|terrace|crescent|close|highway|hwy|parkway|pkwy|circle|trail|mews|gardens|row|hill|quay";
const ROMANCE_KIND =
  "rue|avenue|av|ave|boulevard|bd|bld|chemin|impasse|allée|allee|quai|cours|route|place|square|faubourg|passage|" +
  "calle|c|avenida|avda|avd|plaza|pza|paseo|camino|carrer|ronda|travesía|carretera|rua|r|travessa|tv|praça|largo|estrada|alameda|beco|calçada";
const LINK = "(?:d[eoau]s?|du|de la|de los|de las|la|le|les|del|l'|d')";

const STREETS: readonly RegExp[] = [
  // 221B Baker Street; 1600 Pennsylvania Ave NW
  new RegExp(
    `(?<![\\p{L}\\p{N}.])${NUMBER},? (?:[NSEW]\\.? |(?:North|South|East|West) )?(?:(?:${NAME}|[0-9]{1,3}(?:st|nd|rd|th)) ){1,4}(?:${ENGLISH_KIND})(?![\\p{L}\\p{N}])`,
    "giu",
  ),
  // Hauptstraße 12a; Am Alten Markt needs a label or a postal code
  new RegExp(
    `(?<![\\p{L}\\p{N}])(?:${NAME}[ -]){0,3}[\\p{L}-]{0,30}(?:stra[sß]{1,2}e|straBe|str\\.|stra8e|weg|allee|platz|gasse|damm|ufer|chaussee|promenade) ?${NUMBER}(?![\\p{L}\\p{N}%])`,
    "giu",
  ),
  // 12 bis, rue de la Paix
  new RegExp(
    `(?<![\\p{L}\\p{N}.])${NUMBER},? (?:${ROMANCE_KIND})\\.? (?:${LINK} ?){0,2}${NAME}(?: (?:${LINK} )?${NAME}){0,4}`,
    "giu",
  ),
  // Calle de Alcalá, 45; Rua Augusta 120, 3.º Esq.
  new RegExp(
    `(?<![\\p{L}\\p{N}])(?:${ROMANCE_KIND})[./]? ?(?:${LINK} ?){0,2}${NAME}(?: (?:${LINK} )?${NAME}){0,4},? (?:n[.º°o]{0,2} ?)?${NUMBER}(?![\\p{L}\\p{N}%])`,
    "giu",
  ),
  /(?<![\p{L}\p{N}])(?:p\.? ?o\.? ?box|postfach|apartado(?: de correos)?|boîte postale|caixa postal) ?[0-9OolI]{1,6}/giu,
];

const STATES =
  "A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[DLNA]|K[SY]|LA|M[EDAINSOT]|N[EVHJMYCD]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[TA]|W[AVIY]";

/** Where the shape alone is enough: a state, a country, a British code. */
const CITIES: readonly RegExp[] = [
  new RegExp(
    `(?:(?:${NAME} ){0,2}${NAME}[,.] ?)?(?<![\\p{L}\\p{N}])(?:${STATES})[,.]? [0-9OolI]{5}(?:-[0-9OolI]{4})?(?![\\p{L}\\p{N}])`,
    "gu",
  ),
  new RegExp(
    `(?<![\\p{L}\\p{N}])(?:D|F|E|P|A|CH|DE|FR|ES|PT|AT|BE|B|L|NL)[- –][0-9OolI]{4,5}(?:-[0-9]{3})? ${NAME}(?: ${NAME}){0,2}`,
    "gu",
  ),
  new RegExp(
    `(?:${NAME},? )?(?<![\\p{L}\\p{N}])[A-Z]{1,2}[0-9OI][0-9A-Z]? [0-9OI][ABD-HJLNP-UW-Z]{2}(?![\\p{L}\\p{N}])`,
    "gu",
  ),
  new RegExp(`(?<![\\p{L}\\p{N}-])[1-9][0-9OolI]{3}[-–][0-9OolI]{3} ${NAME}(?: ${NAME}){0,2}`, "gu"),
];
const FIVE_DIGITS = new RegExp(
  `(?<![\\p{L}\\p{N}.,#:/-])[0-9OolI]{5} (${NAME})(?:[ -](?:(?:am|an der|sur|de|la|le|do|da|del) ?)?${NAME}){0,2}`,
  "gu",
);

const streetsIn = (segment: Segment): readonly TextMatch[] =>
  STREETS.flatMap((pattern) => matchWords(segment, pattern)).filter(
    ({ groups }) => /\d/.test(groups[0]) && /\p{Lu}/u.test(groups[0]),
  );

const citiesIn = (segment: Segment, vocabulary: Vocabulary): readonly TextMatch[] => [
  ...CITIES.flatMap((pattern) => matchWords(segment, pattern)).filter(
    ({ groups }) => (groups[0].match(/\d/g) ?? []).length >= 1,
  ),
  // "10000 Requests" is no city: what follows five digits must be more than an ordinary word.
  ...matchWords(segment, FIVE_DIGITS).filter(
    ({ groups }) => (groups[0].match(/\d/g) ?? []).length >= 3 && !isPlain(groups[1] ?? "", vocabulary),
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
