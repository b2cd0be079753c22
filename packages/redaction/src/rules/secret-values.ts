// What makes a labelled token a secret, for passwords and for keys alike.
import { countDigits } from "../fold.ts";
import type { Word } from "../word.ts";
import type { Piece } from "./labelled.ts";
import { isPlain, looksRandom, mixtureOf, strip } from "./tokens.ts";
import type { Vocabulary } from "./vocabulary.ts";

const PIECES_MAX = 12;

/** Code that fetches a secret shows none: calls, property paths, variables of the environment. */
export const isCode = (text: string, vocabulary: Vocabulary): boolean => {
  const token = text.replace(/[;,)\]}]{1,9}$/, "");
  if (/^[\p{L}_$][\w$.]{0,80}\(/u.test(token) || /^[$%]?\{/.test(token) || /^\$[A-Z_]+$/.test(token)) return true;
  if (/^process[.]env|^os[.]environ|^import[.]meta/.test(token)) return true;
  return /^[\p{L}_$][\p{L}_$]*(?:[?!]?\.[\p{L}_$]+)+$/u.test(token) && isMadeOfWords(token, vocabulary);
};

const isMadeOfWords = (token: string, vocabulary: Vocabulary): boolean =>
  token.split(/[.?!]+/).every((part) => !looksRandom(part, vocabulary));

/** Has a digit, a mark inside or a letter combination that no ordinary word has. */
export const isUncommon = (text: string, vocabulary: Vocabulary): boolean => {
  const token = strip(text);
  if (token.length < 3) return false;
  return !isPlain(token, vocabulary) || /[\p{L}\p{N}][!@#$%^&*?]+$/u.test(text.replace(/["'`,;]+$/, ""));
};

/** Uncommon even for a name or a technical word: digits among letters, marks among them, or random. */
export const isMixed = (text: string, vocabulary: Vocabulary): boolean => {
  const token = strip(text);
  if (token.length < 5) return false;
  const { digits, upper, lower } = mixtureOf(token);
  if (digits > 0 && upper + lower > 0) return true;
  return /[\p{L}\p{N}][!@#$%^&*+=]+[\p{L}\p{N}]/u.test(token) || looksRandom(token, vocabulary);
};

/**
 * The first piece and what an OCR may have torn off it. In a sentence only what is mixed goes on: the next unknown
 * word may be anything.
 */
export const secretRun = (pieces: readonly Piece[], vocabulary: Vocabulary, isSentence = false): readonly Word[] => {
  const words = pieces.slice(0, 1).map((piece) => piece.word);
  for (const [at, piece] of pieces.slice(1, PIECES_MAX).entries()) {
    const before = pieces[at]?.text ?? "";
    if (/["'`]$/.test(before) || !continuesSecret(piece.text, vocabulary)) break;
    if ((isSentence || /\p{L}[.,;!?]$/u.test(before)) && !isMixed(piece.text, vocabulary)) break;
    words.push(piece.word);
  }
  return words;
};

const continuesSecret = (text: string, vocabulary: Vocabulary): boolean => {
  if (/^[-–—|/\\(#]+$|^\/\/|^--|:\/\//.test(text)) return false;
  const token = strip(text);
  if (token === "") return true;
  return isMixed(text, vocabulary) || (token.length >= 2 && countDigits(token) > 0) || !isPlain(token, vocabulary);
};
