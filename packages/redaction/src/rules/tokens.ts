// What a single token looks like: prose, an identifier, or something that a machine or a password generator made.
import { cutText } from "../fold.ts";
import { partsOfText } from "./parts.ts";
import type { Vocabulary } from "./vocabulary.ts";

export const strip = (text: string): string =>
  cutText(text)
    .replace(/^[^\p{L}\p{N}]{1,9}/u, "")
    .replace(/[^\p{L}\p{N}]{1,9}$/u, "");

/** The share of letters that belong to ordinary words; 1 where there are no letters. */
export const ordinaryShare = (text: string, { isOrdinary }: Vocabulary): number => {
  let letters = 0;
  let ordinary = 0;
  for (const part of partsOfText(text)) {
    const word = part.text.replace(/\P{L}+/gu, "");
    letters += word.length;
    if (word.length === 1 || (word.length === part.text.length && isOrdinary(word))) ordinary += word.length;
  }
  return letters === 0 ? 1 : ordinary / letters;
};

/** Only letters, and only of ordinary words: nothing that a rule without a label should mind. */
export const isPlain = (text: string, vocabulary: Vocabulary): boolean =>
  /^[\p{L}\p{M}'’-]+$/u.test(strip(text)) && ordinaryShare(text, vocabulary) === 1;

export interface Mixture {
  readonly digits: number;
  readonly upper: number;
  readonly lower: number;
  /** How often the kind of character changes: high in what was made at random. */
  readonly switches: number;
}

export const mixtureOf = (text: string): Mixture => {
  const kinds = [...text].map(kindOf);
  const count = (kind: string): number => kinds.filter((each) => each === kind).length;
  // A capital that begins a word is no switch of its own.
  const letters = kinds.filter((kind) => kind !== "other");
  const switches = letters.filter((kind, at) => {
    const before = letters[at - 1];
    return before !== undefined && kind !== before && !(before === "upper" && kind === "lower");
  });
  return { digits: count("digit"), upper: count("upper"), lower: count("lower"), switches: switches.length };
};

const kindOf = (character: string): "digit" | "upper" | "lower" | "other" => {
  if (character >= "0" && character <= "9") return "digit";
  if (/\p{Lu}/u.test(character)) return "upper";
  return /\p{L}/u.test(character) ? "lower" : "other";
};

const CHUNK_SPLIT = /[^\p{L}\p{N}+_-]+/u;
const PATH = /^["'`(]?(?:https?:|wss?:|file:|www\.|~?\/|\.{1,2}\/|[a-z]:\\)/i;

/** Whether a token looks made at random. Paths and addresses are judged piece by piece, as their pieces are words. */
export const looksRandom = (text: string, vocabulary: Vocabulary): boolean => {
  const whole = strip(text);
  if (whole.length < 8) return false;
  const chunks = whole.split(CHUNK_SPLIT);
  if (!PATH.test(text) && /^[\w+/=-]+$/.test(whole)) chunks.push(whole.replaceAll("/", "").replaceAll("=", ""));
  return chunks.some((chunk) => chunk.length >= 8 && isRandomChunk(chunk, vocabulary));
};

const isRandomChunk = (chunk: string, vocabulary: Vocabulary): boolean => {
  const mixture = mixtureOf(chunk);
  const { digits, upper, lower, switches } = mixture;
  if (isHexadecimal(chunk, mixture) || isGroupedCode(chunk, vocabulary)) return true;
  if (digits + upper + lower < 8 || ordinaryShare(chunk, vocabulary) >= 0.5) return false;
  if (chunk.length >= 20 && digits >= 2 && switches >= 4) return true;
  if (digits > 0 && upper > 0 && lower > 0 && switches >= 4) return true;
  if (chunk.length >= 10 && digits > 0 && switches >= 5) return true;
  return chunk.length >= 12 && digits === 0 && upper >= 3 && lower >= 3 && switches >= 3 && hasCapitalRun(chunk);
};

const isHexadecimal = (chunk: string, { digits, upper, lower }: Mixture): boolean => {
  const joined = chunk.replaceAll("-", "");
  return joined.length >= 16 && /^(?:0x)?[0-9a-f]+$/i.test(joined) && digits >= 3 && upper + lower >= 2;
};

/** ABCDE-FGHIJ-KLMNO, as recovery codes and licence keys are written. */
const isGroupedCode = (chunk: string, vocabulary: Vocabulary): boolean => {
  const groups = chunk.split("-");
  return (
    groups.length >= 3 &&
    groups.every((group) => group.length >= 4 && group.length <= 8 && /^[A-Z0-9]+$/.test(group)) &&
    /[A-Z]/.test(chunk) &&
    ordinaryShare(chunk, vocabulary) < 0.5
  );
};

// Two capitals in a row between small letters: CamelCase has them only where an acronym is.
const hasCapitalRun = (chunk: string): boolean =>
  /[a-z][A-Z]{2,}[a-z]/.test(chunk) || /[a-z][A-Z][a-z][A-Z]/.test(chunk);
