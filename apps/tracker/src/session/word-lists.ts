// The word lists of this device's contracts: names of projects, people and clients that no picture may show. They lie in
// private files, are handed to the processes that look at pictures, and go nowhere else: they are in no record, no
// event, no log and no error.
import { mkdir, readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { type ContractId, err, isUuid, ok, type Result, utf8ToBytes } from "@underseal/foundation";
import { checkTerms, TERM_LENGTH_MAX, TERMS_MAX } from "@underseal/redaction";
import { writeFileDurably } from "../platform/durable-file.ts";

export const WORDS_PER_CONTRACT_MAX = 1_000;

/**
 * - `WORD_UNUSABLE`: without a letter or digit, too long, or with line breaks or other control characters;
 * - `TOO_MANY_WORDS`: for one contract, or on the device;
 * - `WORDS_DAMAGED`: a list that is there cannot be read: nothing may be shown that it might name.
 */
export interface WordListError {
  readonly code: "WORD_UNUSABLE" | "TOO_MANY_WORDS" | "WORDS_DAMAGED";
  readonly message: string;
}

export interface WordChange {
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

export interface WordLists {
  /** Of one contract, sorted. */
  wordsOf(contract: ContractId): Promise<Result<readonly string[], WordListError>>;
  /** Of all contracts: what is on one client's list must not be seen by another client either. */
  allWords(): Promise<Result<readonly string[], WordListError>>;
  /** Answers the words afterwards. Throws what the file system throws. */
  change(contract: ContractId, change: WordChange): Promise<Result<readonly string[], WordListError>>;
}

const DIRECTORY = "words";
const PRIVATE_DIR = 0o700;

export const wordsDirOf = (stateDir: string): string => path.join(stateDir, DIRECTORY);

export const createWordLists = (stateDir: string): WordLists => {
  const directory = wordsDirOf(stateDir);
  const fileOf = (contract: string) => path.join(directory, `${contract}.json`);
  const wordsOf = (contract: string) => readWords(fileOf(contract));
  const allWords = async (): Promise<Result<readonly string[], WordListError>> => {
    const contracts = await listContracts(directory);
    if (contracts === null) return damaged(directory);
    const words = new Set<string>();
    for (const contract of contracts) {
      const list = await wordsOf(contract);
      if (!list.ok) return list;
      for (const word of list.value) words.add(word);
    }
    return ok([...words]);
  };
  const change = async (contract: string, { add, remove }: WordChange) => {
    const [kept, all] = [await wordsOf(contract), await allWords()];
    if (!kept.ok || !all.ok) return kept.ok ? all : kept;
    const words = changeWords(kept.value, { add, remove });
    if (!words.ok) return words;
    const isLonger = words.value.length > kept.value.length;
    if (isLonger && new Set([...all.value, ...words.value]).size > TERMS_MAX) {
      return tooMany(`all lists of this machine have ${TERMS_MAX} words at most`);
    }
    await mkdir(directory, { recursive: true, mode: PRIVATE_DIR });
    await writeFileDurably(fileOf(contract), utf8ToBytes(`${JSON.stringify(words.value)}\n`));
    return words;
  };
  return { wordsOf, allWords, change };
};

const changeWords = (
  kept: readonly string[],
  { add, remove }: WordChange,
): Result<readonly string[], WordListError> => {
  const tidied = add.map(tidy);
  // What the reader could not look for would leave every picture unread.
  if (!tidied.every(isWord) || checkTerms(tidied) !== undefined) {
    const message = `a word has 1 to ${TERM_LENGTH_MAX} characters on one line, a letter or digit among them`;
    return err({ code: "WORD_UNUSABLE", message });
  }
  const words = new Map([...kept, ...tidied].map((word) => [fold(word), word]));
  for (const word of remove) words.delete(fold(tidy(word)));
  if (words.size > WORDS_PER_CONTRACT_MAX)
    return tooMany(`a contract's list has ${WORDS_PER_CONTRACT_MAX} words at most`);
  return ok([...words.values()].sort((a, b) => a.localeCompare(b, "en")));
};

const tooMany = (message: string) => err({ code: "TOO_MANY_WORDS", message } as const);

const damaged = (place: string) =>
  err({ code: "WORDS_DAMAGED", message: `${place} cannot be read: repair it or move it away` } as const);

const tidy = (word: string): string => word.normalize("NFC").trim().replaceAll(/ +/g, " ");

const fold = (word: string): string => word.toLowerCase();

const isWord = (word: unknown): word is string =>
  typeof word === "string" && /[\p{L}\p{N}]/u.test(word) && word.length <= TERM_LENGTH_MAX && !/\p{Cc}/u.test(word);

/** A contract without a file has no words; everything else that cannot be read is damage. */
const readWords = async (file: string): Promise<Result<readonly string[], WordListError>> => {
  try {
    const words: unknown = JSON.parse(await readFile(file, "utf8"));
    const isList = Array.isArray(words) && words.length <= WORDS_PER_CONTRACT_MAX && words.every(isWord);
    return isList ? ok(words) : damaged(file);
  } catch (cause) {
    return isAbsent(cause) ? ok([]) : damaged(file);
  }
};

const listContracts = async (directory: string): Promise<readonly string[] | null> => {
  try {
    const names = await readdir(directory);
    return names.flatMap((name) => (isUuid(path.basename(name, ".json")) ? [path.basename(name, ".json")] : []));
  } catch (cause) {
    return isAbsent(cause) ? [] : null;
  }
};

const isAbsent = (cause: unknown): boolean => cause instanceof Error && "code" in cause && cause.code === "ENOENT";
