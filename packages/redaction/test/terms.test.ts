import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTermMatcher, TERM_LENGTH_MAX, TERMS_MAX, type TermMatcher } from "../src/terms/index.ts";
import { textToLines } from "./pages.ts";

const matcherOf = (...terms: readonly string[]): TermMatcher => {
  const created = createTermMatcher(terms);
  if (!created.ok) throw new Error(created.error.message);
  return created.value;
};

const findIn = (text: string, ...terms: readonly string[]): readonly string[] =>
  matcherOf(...terms)
    .findTerms(textToLines(text))
    .map(({ words }) => words.map((word) => word.text).join(" "));

describe("a term is found", () => {
  test.each([
    ["as it is", "acme", "we met acme today", ["acme"]],
    ["in any case", "Acme", "ACME", ["ACME"]],
    ["without its accents", "Bücherei", "die Bucherei", ["Bucherei"]],
    ["with look-alikes", "Bluebell", "B1ue8e|l", ["B1ue8e|l"]],
    ["with rn for m", "Amundsen", "Arnundsen", ["Arnundsen"]],
    ["with a wrong letter", "Halcyon", "Halcvon", ["Halcvon"]],
    ["with a lost letter", "Halcyon", "Halyon", ["Halyon"]],
    ["with two wrong letters in ten", "Operation X12", "Operotion X1z", ["Operotion X1z"]],
    ["of several words", "Operation Halcyon", "about Operation Halcyon now", ["Operation Halcyon"]],
    ["glued together", "Operation Halcyon", "OperationHalcyon", ["OperationHalcyon"]],
    ["torn apart", "Bluebell", "the Blue bell plan", ["Blue bell"]],
    ["torn into letters", "Bluebell", "B l u e b e l l", ["B l u e b e l l"]],
    ["glued to its neighbours", "Bluebell", "theBluebellplan thebluebellplan", ["theBluebellplan", "thebluebellplan"]],
    ["in a host name", "acme", "acme-prod-01", ["acme-prod-01"]],
    ["in an address", "acme", "https://git.acme.example/repo", ["https://git.acme.example/repo"]],
    ["in a file name", "acme", "2024_acme_offer.pdf", ["2024_acme_offer.pdf"]],
    ["in camelCase", "acme", "getAcmeOffer", ["getAcmeOffer"]],
    ["before a number", "acme", "acme01", ["acme01"]],
    ["in the possessive", "Acme", "Acme's offer", ["Acme's"]],
    ["in the plural", "Widget", "many Widgets", ["Widgets"]],
    ["broken over a line", "Bluebell", "we speak of Blue-\nbell", ["Blue- bell"]],
    ["of two words, broken over a line", "Operation Halcyon", "about Operation\nHalcyon", ["Operation Halcyon"]],
    ["of three letters", "IBX", "the IBX deal, IBXs", ["IBX", "IBXs"]],
    ["in another script", "株式会社", "これは株式会社です", ["これは株式会社です"]],
    ["in Cyrillic", "Василёк", "проект ВАСИЛЕК", ["ВАСИЛЕК"]],
  ])("%s", (_, term, text, expected) => {
    expect(findIn(text, term)).toEqual(expected);
  });

  test("every time it is there", () => {
    expect(findIn("acme and acme\nand acme", "acme")).toHaveLength(3);
  });

  test("with the page's own words", () => {
    const lines = textToLines("we met acme");
    expect(matcherOf("acme").findTerms(lines)[0]?.words[0]).toBe(lines[0]?.words[2]);
  });
});

describe("a term is not found", () => {
  test.each([
    ["inside an ordinary word", "nova", "innovation"],
    ["inside a word, if it has three letters", "ibx", "ibxon and ibex"],
    ["with an error, if it has four letters", "acme", "acne"],
    ["with more errors than one in five letters", "Halcyon", "Halvyen"],
    ["across words it is no part of", "Hades", "has a desk"],
    ["in prose", "Bluebell", "The service restarts workers when a queue stalls and bells ring in the blue house."],
  ])("%s", (_, term, text) => {
    expect(findIn(text, term)).toEqual([]);
  });

  test("where there are none", () => {
    expect(findIn("some text")).toEqual([]);
  });
});

describe("a list that cannot be used says what to do", () => {
  test.each([
    ["an empty term", ["acme", ""], "TERM_EMPTY", 1],
    ["a term of marks", ["--- !"], "TERM_EMPTY", 0],
    ["a long term", ["a".repeat(TERM_LENGTH_MAX + 1)], "TERM_TOO_LONG", 0],
    ["a long list", Array.from({ length: TERMS_MAX + 1 }, (_, at) => `term${at}`), "TOO_MANY_TERMS", null],
  ])("%s", (_, terms, code, index) => {
    expect(createTermMatcher(terms)).toMatchObject({ ok: false, error: { code, index } });
  });

  test("without repeating the term", () => {
    const created = createTermMatcher([`secret${"a".repeat(TERM_LENGTH_MAX)}`]);
    expect(created.ok ? "" : created.error.message).not.toContain("secret");
  });

  test.each([
    ["the longest term", ["a".repeat(TERM_LENGTH_MAX)]],
    ["the longest list", Array.from({ length: TERMS_MAX }, (_, at) => `term${at}`)],
  ])("%s is accepted", (_, terms) => {
    expect(createTermMatcher(terms).ok).toBe(true);
  });
});

const CONFUSIONS: readonly (readonly [string, string])[] = [
  ["o", "0"],
  ["O", "0"],
  ["l", "1"],
  ["l", "I"],
  ["I", "l"],
  ["i", "|"],
  ["l", "|"],
  ["S", "5"],
  ["s", "5"],
  ["B", "8"],
  ["m", "rn"],
  ["w", "vv"],
  ["d", "cl"],
  ["z", "2"],
  ["g", "9"],
  ["q", "g"],
];

test("any term is found with any one confusion of an OCR", () => {
  const letters = fc.constantFrom(...CONFUSIONS.map(([from]) => from), ..."aceknprtuvxyACEKNPRT");
  const term = fc.string({ unit: letters, minLength: 2, maxLength: 24 });
  fc.assert(
    fc.property(term, fc.constantFrom(...CONFUSIONS), fc.nat(), (text, [from, to], nth) => {
      const places = [...text.matchAll(new RegExp(from, "g"))].map((match) => match.index);
      const place = places[nth % Math.max(1, places.length)];
      const read = place === undefined ? text : text.slice(0, place) + to + text.slice(place + from.length);
      expect(findIn(`see ${read} here`, text)).toContain(read);
    }),
    { numRuns: 400 },
  );
});
