// Names of people: known first names with their capitalised neighbours, titles, greetings, "Surname, First", labels.
import type { Finding } from "../finding.ts";
import { cutText, foldCase } from "../fold.ts";
import type { Segment } from "../lines.ts";
import type { Word } from "../word.ts";
import { MONTH_PATTERN, WEEKDAY_PATTERN } from "./dates.ts";
import { type LabelledValue, labelledValues, type Piece } from "./labelled.ts";
import { partsOfText } from "./parts.ts";
import { isAside } from "./prose.ts";
import type { Rule } from "./rule.ts";
import { strip } from "./tokens.ts";
import type { Vocabulary } from "./vocabulary.ts";

export const findNames: Rule = (page, vocabulary) =>
  [
    ...page.places.flatMap(({ segment }) => namesIn(segment, vocabulary)),
    ...labelledValues(page, new Set(["name"])).map((value) => labelledName(value, vocabulary)),
  ]
    .filter((words) => words.length > 0)
    .map((words): Finding => ({ words, reason: "name" }));

const TITLE =
  /^(?:mr|mrs|ms|miss|mx|dr|prof|sir|herr|herrn|frau|hr|fr|mme|mlle|madame|monsieur|sr|sra|srta|dra|señor|señora|senhor|senhora|don|doña|dona|dom)\.?$/iu;
const GREETING =
  /^(?:hi|hello|hey|dear|hallo|liebe|lieber|bonjour|cher|chère|salut|hola|querido|querida|olá|caro|cara|cc|bcc|regards|thanks|danke|merci|gracias|obrigado|obrigada|grüße|cordialement|saludos|cumprimentos)[,:!]?$/iu;
const INTRODUCTION = /^(?:by|from|to|author|assigned|von|an|par|de|à|por|para|a|@|with|mit|avec|con|com)[:]?$/iu;
const PARTICLE = /^(?:von|van|der|den|de|la|le|du|da|do|dos|das|del|di|bin|al|el|zu|y|e|st\.?|ter|ten)$/iu;
const NAME_WORDS_MAX = 5;

const bare = (text: string): string => strip(text).replace(/['’´]s$/, "");

const isCapitalised = (text: string): boolean => /^\p{Lu}(?:[\p{L}\p{M}'’´-]|\|){1,30}$/u.test(bare(text));

const isInitial = (text: string): boolean => /^\p{Lu}\.?$/u.test(text.replace(/,$/, ""));

const endsName = (text: string): boolean => /[.,;:!?)\]}"”]$/.test(text) && !isInitial(text);

const isOrdinary = (text: string, vocabulary: Vocabulary): boolean => vocabulary.isOrdinary(bare(text));

const isCalendar = (text: string, next: string): boolean =>
  WEEKDAY_PATTERN.test(bare(text)) || (MONTH_PATTERN.test(bare(text)) && /^\d/.test(next));

const isKnown = (text: string, vocabulary: Vocabulary): boolean =>
  isCapitalised(text) &&
  bare(text).length >= 3 &&
  bare(text)
    .split("-")
    .every((part) => vocabulary.isPersonName(part));

const namesIn = (segment: Segment, vocabulary: Vocabulary): readonly (readonly Word[])[] => {
  const names: (readonly Word[])[] = [];
  for (let at = 0; at < segment.words.length; at += 1) {
    const name = nameAt(segment.words, at, vocabulary);
    if (name.length === 0) continue;
    names.push(name);
    at += name.length - 1;
  }
  return names;
};

const nameAt = (words: readonly Word[], at: number, vocabulary: Vocabulary): readonly Word[] => {
  const [text = "", next = ""] = [words[at], words[at + 1]].map((word) => cutText(word?.text ?? ""));
  if (TITLE.test(text.replace(/^\(/, "")) && isCapitalised(text.replace(/\.$/, "")) && isCapitalised(next))
    return [...words.slice(at, at + 1), ...following(words, at + 1, vocabulary, isAnyName)];
  if (isSurnameFirst(text, next, vocabulary))
    return [...words.slice(at, at + 1), ...following(words, at + 1, vocabulary, isLikelyName)];
  if (isGluedName(text, vocabulary)) return words.slice(at, at + 1);
  if (!isKnown(text, vocabulary) || isCalendar(text, next)) return [];
  const rest = following(words, at, vocabulary, isLikelyName);
  if (!isOrdinary(text, vocabulary)) return rest;
  // First names that are also words ("Grace", "Mark") need a surname that is none, or a greeting in front.
  const surname = rest[1]?.text ?? "";
  if (rest.length > 1 && !isInitial(surname) && !isOrdinary(rest.at(-1)?.text ?? "", vocabulary)) return rest;
  if (hasInitialOrParticle(rest) && isKnown(rest.at(-1)?.text ?? "", vocabulary)) return rest;
  const before = words[at - 1]?.text ?? "";
  if (GREETING.test(before)) return rest;
  return INTRODUCTION.test(before) && isKnown(next, vocabulary) && !endsName(text) ? words.slice(at, at + 2) : [];
};

/** "Grace M. Page", "Guillermo de la Cruz": ordinary words, but joined as only names are. */
const hasInitialOrParticle = (words: readonly Word[]): boolean =>
  words.length > 2 && words.slice(1, -1).every(({ text }) => isInitial(text) || /^\p{Ll}/u.test(text));

type IsName = (text: string, vocabulary: Vocabulary) => boolean;

const isAnyName: IsName = (text) => isCapitalised(text) || isInitial(text);

const isLikelyName: IsName = (text, vocabulary) =>
  isInitial(text) ||
  (isCapitalised(text) &&
    (!isOrdinary(text, vocabulary) || vocabulary.isPersonName(bare(text))) &&
    !isAside(bare(text)));

/** The name that starts at a word: capitalised words, initials, and particles with a name behind them. */
const following = (words: readonly Word[], from: number, vocabulary: Vocabulary, isName: IsName): readonly Word[] => {
  let end = from + 1;
  for (let at = from + 1; at < Math.min(words.length, from + NAME_WORDS_MAX); at += 1) {
    if (at === end && endsName(words[at - 1]?.text ?? "")) break;
    const text = cutText(words[at]?.text ?? "");
    if (isName(text, vocabulary)) end = at + 1;
    else if (!PARTICLE.test(text)) break;
  }
  return words.slice(from, end);
};

const isSurnameFirst = (text: string, next: string, vocabulary: Vocabulary): boolean =>
  /^[^,]{2,}[,.]$/.test(text) &&
  text.endsWith(",") &&
  isCapitalised(text) &&
  isKnown(next, vocabulary) &&
  !isOrdinary(text, vocabulary);

/** `AnnetteEriksson`: the OCR lost the space. */
const isGluedName = (text: string, vocabulary: Vocabulary): boolean => {
  if (!/^\p{Lu}\p{Ll}{2,}\p{Lu}\p{Ll}{2,}$/u.test(bare(text))) return false;
  const [first, last] = partsOfText(bare(text));
  return (
    first !== undefined &&
    last !== undefined &&
    isKnown(first.text, vocabulary) &&
    !isOrdinary(first.text, vocabulary) &&
    !isOrdinary(last.text, vocabulary)
  );
};

const LABELLED_WORDS_MAX = 5;

const labelledName = (
  { pieces, link, isForm, hasSeparator, label }: LabelledValue,
  vocabulary: Vocabulary,
): readonly Word[] => {
  if (!(isForm || hasSeparator) || label.suffix.length > 0) return [];
  const run = capitalisedRun(pieces);
  const texts = run.map((piece) => piece.text);
  const hasName = texts.some(
    (text) => isKnown(text, vocabulary) || (!isOrdinary(text, vocabulary) && bare(text).length > 1),
  );
  const isFirstAside = isAside(foldCase(bare(texts[0] ?? "")));
  if (run.length === 0 || isFirstAside || !hasName) return [];
  // Without a colon one unknown word may be a product's name; two are a person's more often than not.
  const isSure = hasSeparator || run.length >= 2 || isKnown(texts[0] ?? "", vocabulary) || link === "beside";
  return isSure ? run.map((piece) => piece.word) : [];
};

const capitalisedRun = (pieces: readonly Piece[]): readonly Piece[] => {
  const end = pieces.findIndex(
    ({ text }, at) => !(isCapitalised(text) || isInitial(text) || (at > 0 && PARTICLE.test(text))),
  );
  return pieces.slice(0, Math.min(LABELLED_WORDS_MAX, end < 0 ? pieces.length : end));
};
