// What an OCR confuses, undone as far as it can be. Folding both what is looked for and what was read makes `O` and
// `0`, or `rn` and `m`, the same; nothing here is ever shown to anyone.

/** Words are hostile input: of a longer one only this much is looked at. */
export const TEXT_LENGTH_MAX = 256;

export const cutText = (text: string): string => text.slice(0, TEXT_LENGTH_MAX);

const MARKS = /\p{M}+/gu;
const LIGATURES: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ı: "i" };
const LIGATURE = /[ßæœøłđı]/g;

/** Small letters without accents. */
export const foldCase = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(MARKS, "")
    .toLowerCase()
    .replace(LIGATURE, (letter) => LIGATURES[letter] ?? letter);

/** Digits and marks that a reader takes for letters, and letters that look like one another. */
export const LOOK_ALIKES: Readonly<Record<string, string>> = {
  "0": "o",
  "1": "l",
  i: "l",
  "|": "l",
  "!": "l",
  "5": "s",
  $: "s",
  "8": "b",
};

/** One spelling for all that looks alike, for labels and prefixes made of letters. */
export const foldToLetters = (text: string): string =>
  foldCase(text)
    .replace(/[01i|!5$8]/g, (character) => LOOK_ALIKES[character] ?? character)
    .replaceAll("rn", "m")
    .replaceAll("vv", "w");

const DIGITS: Readonly<Record<string, string>> = {
  O: "0",
  o: "0",
  Q: "0",
  D: "0",
  I: "1",
  l: "1",
  i: "1",
  "|": "1",
  "!": "1",
  Z: "2",
  z: "2",
  S: "5",
  s: "5",
  G: "6",
  b: "6",
  B: "8",
  g: "9",
  q: "9",
};
const DIGIT_ALIKE = /[OoQDIli|!ZzSsGbBgq]/g;

/** Letters that look like digits become digits; every character stays in its place. */
export const foldToDigits = (text: string): string =>
  text.replace(DIGIT_ALIKE, (character) => DIGITS[character] ?? character);

/** Folds only the words of which at least half is digits already, so that prose stays prose. */
export const foldDigitWords = (text: string): string =>
  text
    .split(" ")
    .map((word) => (isMostlyDigits(word) ? foldToDigits(word) : word))
    .join(" ");

export const isMostlyDigits = (text: string): boolean => {
  const digits = countDigits(text);
  return digits > 0 && digits * 2 >= text.replace(/[^\p{L}\p{N}|!]/gu, "").length;
};

export const countDigits = (text: string): number => text.replace(/[^0-9]/g, "").length;
