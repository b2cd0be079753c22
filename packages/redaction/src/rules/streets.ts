// How streets and their numbers are written in five languages. Every quantifier is bounded, and every part begins at
// a space or a capital, so that hostile text cannot make the search slow.

export const HOUSE_NUMBER =
  "(?=[0-9OolI|]{0,4}[0-9])[0-9OolI|]{1,5}(?:[-–/][0-9]{1,4})?(?: ?(?:bis|ter|[a-hA-H])(?![\\p{L}]))?";
export const PROPER_NAME = "\\p{Lu}[\\p{L}'’.-]{1,24}";

const ENGLISH =
  "street|str|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|way|court|ct|place|pl|square|sq|terrace|crescent|" +
  "close|highway|hwy|parkway|pkwy|circle|trail|mews|gardens|row|hill|quay";
const GERMAN = "[Ss]tra(?:ss|ß|B|8)e|[Ss]tr\\.|weg|allee|platz|gasse|damm|ufer|chaussee|promenade";
const ROMANCE =
  "rue|avenue|av|ave|boulevard|bd|bld|chemin|impasse|allée|allee|quai|cours|route|place|square|faubourg|passage|calle|" +
  "avenida|avda|avd|plaza|pza|paseo|camino|carrer|ronda|travesía|carretera|rua|travessa|tv|praça|largo|estrada|alameda|" +
  "beco|calçada";
const LINKS = "da|de|do|das|dos|des|du|de la|de los|de las|la|le|les|del";

/** In small letters, capitalised and in capitals: with the flag `i` every letter would count as a capital. */
const inEveryCase = (words: string): string =>
  words
    .split("|")
    .flatMap((word) => [word, word.charAt(0).toUpperCase() + word.slice(1), word.toUpperCase()])
    .join("|");

const START = "(?<![\\p{L}\\p{N}.])";
const END = "(?![\\p{L}\\p{N}%])";
const ROMANCE_KIND = `(?:(?:${inEveryCase(ROMANCE)})(?:\\. ?| )|[Cc]/ ?|[Rr]\\. ?)`;
const LINK = `(?:(?:${inEveryCase(LINKS)}) )`;
const ROMANCE_NAME = `${LINK}{0,2}(?:[dl]['’])?${PROPER_NAME}(?: ${LINK}?${PROPER_NAME}){0,4}`;

/** Global, for `matchWords`. */
export const STREET_PATTERNS: readonly RegExp[] = [
  // 221B Baker Street; 1600 N Pennsylvania Ave; 5 42nd St
  new RegExp(
    `${START}${HOUSE_NUMBER},? (?:[NSEW]\\.? |(?:North|South|East|West) )?(?:(?:${PROPER_NAME}|[0-9]{1,3}(?:st|nd|rd|th)) ){1,4}(?:${inEveryCase(ENGLISH)})${END}`,
    "gu",
  ),
  // Hauptstraße 12a; Lange Straße 3
  new RegExp(
    `(?<![\\p{L}\\p{N}-])(?:\\p{Lu}[\\p{L}-]{1,24} )?[\\p{L}-]{0,30}(?:${GERMAN}|Weg|Allee|Platz|Gasse|Damm|Ufer) ?${HOUSE_NUMBER}${END}`,
    "gu",
  ),
  // 12 bis, rue de la Paix
  new RegExp(`${START}${HOUSE_NUMBER},? ${ROMANCE_KIND}${ROMANCE_NAME}`, "gu"),
  // Calle de Alcalá, 45; Rua Augusta 120
  new RegExp(`${START}${ROMANCE_KIND}${ROMANCE_NAME},? (?:[nN][.º°o]{0,2} ?)?${HOUSE_NUMBER}${END}`, "gu"),
  /(?<![\p{L}\p{N}])(?:p\.? ?o\.? ?box|postfach|apartado(?: de correos)?|boîte postale|caixa postal) ?[0-9OolI]{1,6}/giu,
];
