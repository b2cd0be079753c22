// The spelling in which terms and text are compared. Letter by letter, so that a text folded as a whole is the same as
// its words folded one by one: what looks like two letters (`m` like `rn`) is written as those two.
import { foldCase, LOOK_ALIKES } from "../fold.ts";

const LOOKS: Readonly<Record<string, string>> = {
  ...LOOK_ALIKES,
  "6": "b",
  "2": "z",
  "9": "g",
  q: "g",
  m: "rn",
  w: "vv",
  d: "cl",
};

export interface FoldedCharacter {
  /** One or more letters; empty for what is neither letter nor digit. */
  readonly letters: string;
  readonly kind: "upper" | "lower" | "digit" | "mark";
  /** Whether it counts as a letter only because a reader may have meant one. */
  readonly isDoubtful: boolean;
}

export const foldCharacters = (text: string): readonly FoldedCharacter[] =>
  [...text.normalize("NFC")].map((character) => asciiCharacters[character.charCodeAt(0)] ?? foldCharacter(character));

const foldCharacter = (character: string): FoldedCharacter => {
  const isDoubtful = /[|!$]/.test(character);
  const kind = kindOf(character);
  if (kind === "mark" && !isDoubtful) return { letters: "", kind, isDoubtful };
  const letters = [...foldCase(character)].map((letter) => LOOKS[letter] ?? letter).join("");
  return { letters, kind, isDoubtful };
};

const kindOf = (character: string): FoldedCharacter["kind"] => {
  if (/\p{N}/u.test(character)) return "digit";
  if (/\p{Lu}/u.test(character)) return "upper";
  return /\p{L}|\p{M}/u.test(character) ? "lower" : "mark";
};

const asciiCharacters: readonly FoldedCharacter[] = Array.from({ length: 128 }, (_, code) =>
  foldCharacter(String.fromCharCode(code)),
);
