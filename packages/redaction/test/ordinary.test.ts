import { beforeAll, describe, expect, test } from "vitest";
import { type Dictionary, loadDictionary } from "../src/dictionary.ts";
import { wordsToLines } from "../src/lines.ts";
import { findUnordinary, findUnsure } from "../src/ordinary.ts";
import type { ReasonCode } from "../src/reasons.ts";
import type { Word } from "../src/word.ts";

let english: Dictionary;
let all: Dictionary;

const load = async (languages: Parameters<typeof loadDictionary>[0]): Promise<Dictionary> => {
  const loaded = await loadDictionary(languages);
  if (!loaded.ok) throw new Error(loaded.error.message);
  return loaded.value;
};

beforeAll(async () => {
  english = await load(["eng"]);
  all = await load(["eng", "deu", "fra", "spa", "por"]);
});

/** Lines of words of equal letters; two spaces are a gap that ends a segment. */
const lineOf = (text: string, confidence = 95): readonly Word[] =>
  text.split("\n").flatMap((line, row) =>
    [...line.matchAll(/\S+/g)].map((match) => ({
      text: match[0],
      box: { x: match.index * 10, y: row * 14, width: match[0].length * 10, height: 10 },
      confidence,
    })),
  );

const NOTHING: ReadonlyMap<Word, ReasonCode> = new Map();

/** The line with what is hidden replaced by its reason. */
const strict = (text: string, dictionary = english): string => {
  const words = lineOf(text);
  const hidden = findUnordinary(wordsToLines(words), { dictionary, sensitive: NOTHING });
  return words.map((word) => hidden.get(word) ?? word.text).join(" ");
};

test("a diagnosis whose code is in the next line is hidden with it", () => {
  const words = lineOf("the note says essential tension\n(I10) and more");
  const code = words.find(({ text }) => text === "(I10)");
  const sensitive = new Map(code === undefined ? [] : [[code, "medical" as const]]);
  const hidden = findUnordinary(wordsToLines(words), { dictionary: english, sensitive });
  expect(words.filter((word) => !hidden.has(word)).map(({ text }) => text)).toEqual(["the", "and", "more"]);
});

describe("strict shows a word only", () => {
  test.each([
    ["ordinary words", "Open the file and save your work", "Open the file and save your work"],
    ["a word nobody knows hides its neighbours", "restart frobnix server now", "beside unknown beside now"],
    ["small words of grammar stay", "sent to frobnix for the team", "sent to unknown for the team"],
    ["an ordinary word that is a name", "met Grace today", "beside name beside"],
    ["a name and what follows it", "Grace Okonkwo called", "name name beside"],
    ["a long number", "total 48210 pieces", "beside unknown beside"],
    ["a short number among words", "in 10 minutes", "in 10 minutes"],
    ["numbers in a row", "code 48 21 93", "code number number number"],
    ["numbers told in parts", "the code is 48 and then 29", "the code is number and then number"],
    ["names in capitals", "pay MARK BAKER today", "beside name beside today"],
    ["single letters in a row", "letters a b c", "letters unknown unknown unknown"],
    ["a lone number", "7", "unknown"],
    ["odd capitals", "pAssWord", "unknown"],
    ["a mixed token", "word-4f2a", "unknown"],
    [
      "digits that go on in the next line",
      "pay to DE48 2193\n48 or call us",
      "pay to unknown unknown beside or call us",
    ],
    [
      "a house number whose street goes on",
      "he lives at 13 rue of\nFrobnix and left",
      "he lives at beside beside beside unknown and left",
    ],
    ["a family name in the next line", "ask for Grace\nWindow or call", "ask for name beside or call"],
    [
      "a neighbour across the end of a line of prose",
      "ask about File\nfrobnix server",
      "ask about beside unknown beside",
    ],
    ["which is shown where it is written small", "open the file\nfrobnix server", "open the file unknown beside"],
    ["and not across that of a list", "open file\nfrobnix server", "open file unknown beside"],
    ["digits that go on after digits", "call 030 12\n56 or write", "beside unknown beside beside or write"],
    ["digits below a line that ends in ordinary words", "pay in time\n48 or call us", "pay in time 48 or call us"],
    ["a compound of ordinary words", "well-known problem", "well-known problem"],
    ["a possessive", "the team's work", "the team's work"],
    ["marks between words", "save – open", "save – open"],
    ["a wide gap ends the neighbourhood", "frobnix    save the file", "unknown save the file"],
  ])("%s", (_, text, expected) => {
    expect(strict(text)).toBe(expected);
  });

  test.each([
    ["Bitte die Datei speichern und weiter arbeiten", "Bitte die Datei speichern und weiter arbeiten"],
    ["vous avez un nouveau message", "vous avez un nouveau message"],
    ["tienes un mensaje nuevo", "tienes un mensaje nuevo"],
    ["você tem uma mensagem nova", "você tem uma mensagem nova"],
  ])("of the languages that are configured: %s", (text, expected) => {
    expect(strict(text, all)).toBe(expected);
    expect(strict(text)).not.toBe(expected);
  });

  test("that was read surely", () => {
    const words = lineOf("open the file", 40);
    const hidden = findUnordinary(wordsToLines(words), { dictionary: english, sensitive: NOTHING });
    expect([...hidden.values()]).toEqual(["unread", "unread", "unread"]);
  });

  test("whose letters fill it: what is too wide for its letters was read in part", () => {
    const [open, file, work] = lineOf("open file work");
    if (open === undefined || file === undefined || work === undefined) throw new Error("three words");
    const wide: Word = { ...file, text: "fi" };
    const hidden = findUnordinary(wordsToLines([open, wide, work]), { dictionary: english, sensitive: NOTHING });
    expect([hidden.get(wide), hidden.get(open)]).toEqual(["unread", "beside"]);
  });

  test("that no rule has named", () => {
    const words = lineOf("the open plan");
    const named = words[1] as Word;
    const hidden = findUnordinary(wordsToLines(words), { dictionary: english, sensitive: new Map([[named, "term"]]) });
    expect(words.map((word) => hidden.get(word))).toEqual([undefined, "term", "beside"]);
  });
});

describe("matter hides", () => {
  test("names, what rules named and what was not read surely, and nothing beside them", () => {
    const words = [...lineOf("frobnix 48210 Sebastian plan"), ...lineOf("                             blurred", 30)];
    const plan = words[3] as Word;
    const hidden = findUnsure(wordsToLines(words), { dictionary: english, sensitive: new Map([[plan, "term"]]) });
    expect(words.map((word) => hidden.get(word))).toEqual([undefined, undefined, "name", "term", "unread"]);
  });
});

describe("matter knows names", () => {
  test.each([["SEBASTIAN"], ["Sebastian"], ["ada.lovelace@example.org"], ["sebastian_42"]])("as %s", (text) => {
    const [word] = lineOf(text);
    if (word === undefined) throw new Error("one word");
    expect(findUnsure(wordsToLines([word]), { dictionary: english, sensitive: NOTHING }).get(word)).toBe("name");
  });
});

describe("the dictionary", () => {
  test.each(["Sebastian", "Grace", "Okonkwo", "Siobhan"])("knows %s as a name", (name) => {
    expect(english.isPersonName(name)).toBe(true);
  });

  test.each(["Open", "File", "Settings", "frobnix", "grace"])("does not know %s as a name", (word) => {
    expect(english.isPersonName(word)).toBe(false);
  });

  test("takes first names out of the lists that were counted in films", () => {
    expect(all.isOrdinary("sebastian")).toBe(false);
    expect(all.isOrdinary("prüfung")).toBe(true);
  });
});
