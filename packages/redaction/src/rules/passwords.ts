// Passwords beside, below or after a label, of ordinary words too; and tokens that are built like passwords.
import type { Finding } from "../finding.ts";
import { countDigits } from "../fold.ts";
import type { Word } from "../word.ts";
import { type LabelledValue, labelledValues, type Piece } from "./labelled.ts";
import { grammarWords, isAside } from "./prose.ts";
import type { Rule } from "./rule.ts";
import { isCode, isMixed, isUncommon, secretRun } from "./secret-values.ts";
import { ordinaryShare, strip } from "./tokens.ts";
import type { Vocabulary } from "./vocabulary.ts";

const PASSPHRASE_WORDS_MIN = 3;
const PASSPHRASE_WORDS_MAX = 12;

export const findPasswords: Rule = (page, vocabulary) => [
  ...labelledValues(page, new Set(["password"]))
    .map((value) => passwordOf(value, vocabulary))
    .filter((words) => words.length > 0)
    .map((words): Finding => ({ words, reason: "password" })),
  ...page.places
    .flatMap((place) => place.segment.words)
    .filter((word) => isBuiltLikePassword(word.text, vocabulary))
    .map((word): Finding => ({ words: [word], reason: "password" })),
];

const passwordOf = (value: LabelledValue, vocabulary: Vocabulary): readonly Word[] => {
  const [first] = value.pieces;
  if (first === undefined || isNoValue(first.text, vocabulary)) return [];
  if (isMeta(value)) return isMixed(first.text, vocabulary) ? secretRun(value.pieces, vocabulary, true) : [];
  const isSecret = isTrusted(value) ? isUncommon(first.text, vocabulary) : isMixed(first.text, vocabulary);
  if (isSecret && !isAside(strip(first.text))) return secretRun(value.pieces, vocabulary, !value.hasSeparator);
  return isTrusted(value) || isCodeNumber(first.text) ? ordinaryPassword(value, vocabulary) : [];
};

const isNoValue = (text: string, vocabulary: Vocabulary): boolean =>
  isCode(text, vocabulary) || /^[•*●·.∙-]+$/.test(text) || (/^[<{[]/.test(text) && /[>}\]]$/.test(text));

/** `password_length` and `passwordPolicy` speak about passwords and hold none. */
const isMeta = ({ label }: LabelledValue): boolean => label.suffix.length > 0 && label.suffix.some(isAside);

/** Where a label and a value can hardly be anything else, even an ordinary word is a password. */
const isTrusted = ({ link, isForm, hasSeparator, pieces }: LabelledValue): boolean =>
  hasSeparator || link === "is" || link === "beside" || (isForm && (link === "below" || pieces.length <= 3));

/** A PIN. */
const isCodeNumber = (text: string): boolean => /^\d{4,12}$/.test(strip(text));

const ordinaryPassword = (value: LabelledValue, vocabulary: Vocabulary): readonly Word[] => {
  const phrase = phraseOf(value.pieces);
  const [first] = phrase;
  if (first === undefined || isAside(strip(first.text))) return [];
  if (isCodeNumber(first.text)) return [first.word];
  if (countDigits(first.text) > 0 && !value.hasSeparator) return [];
  const hasGrammar = phrase.some((piece) => grammarWords.has(strip(piece.text).toLowerCase()));
  if (value.hasSeparator || value.link === "is") return isParticiple(first.text, value) ? [] : wordsOf(phrase);
  if (hasGrammar) return [];
  if (phrase.length >= PASSPHRASE_WORDS_MIN) return wordsOf(phrase.filter(() => isLowerCase(phrase)));
  return value.link === "beside" &&
    !isAside(strip(phrase[1]?.text ?? "")) &&
    ordinaryShare(first.text, vocabulary) === 1
    ? wordsOf(phrase)
    : [];
};

const wordsOf = (pieces: readonly Piece[]): readonly Word[] => pieces.map((piece) => piece.word);

const isLowerCase = (phrase: readonly Piece[]): boolean => phrase.every(({ text }) => text === text.toLowerCase());

/** "The password is required", "ist abgelaufen": what follows a verb is often another. */
const isParticiple = (text: string, { link }: LabelledValue): boolean =>
  link === "is" && /(?:ed|ing)$|^ge\p{L}+t$/u.test(strip(text));

/** Up to the end of the sentence. */
const phraseOf = (pieces: readonly Piece[]): readonly Piece[] => {
  const end = pieces.findIndex(
    (piece, at) => /[.;!?)]$/.test(piece.text) || (at > 0 && /^[-–—|(#]|^\/\//.test(piece.text)),
  );
  const last = pieces[end];
  const keepsLast = last !== undefined && /[\p{L}\p{N}]/u.test(last.text) && !/^[(#]|^\/\//.test(last.text);
  return pieces.slice(0, Math.min(PASSPHRASE_WORDS_MAX, end < 0 ? pieces.length : end + (keepsLast ? 1 : 0)));
};

/**
 * Without a label only what nobody writes otherwise: all four kinds of characters in one token, or capitalised words
 * with a number at the end as password rules breed them ("TobiasNovak1987!", "Sunset-lamp-4821").
 */
const isBuiltLikePassword = (text: string, vocabulary: Vocabulary): boolean => {
  const token = text.replace(/^["'`(]+|["'`),.;]+$/g, "");
  if (token.length < 8 || token.length > 64 || /[()[\]{}<>/\\"'`=:;,|]/.test(token) || /@.*\.[a-z]{2,}$/i.test(token))
    return false;
  const hasAll = /[a-z]/.test(token) && /[A-Z]/.test(token) && /\d/.test(token);
  if (hasAll && /[!@#$%^&*?]/.test(token)) return !isCode(token, vocabulary);
  if (/^[A-Z][a-z]{2,}-[a-z]{3,}-\d{3,4}$/.test(token)) return !/-(?:19|20)\d\d$/.test(token);
  return /^[A-Z][a-z]{2,}[A-Z][a-z]{2,}\d{2,4}$/.test(token) && ordinaryShare(token, vocabulary) < 1;
};
