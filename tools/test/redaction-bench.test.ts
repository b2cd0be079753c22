// What the redaction bench counts with. Its screens are made and looked at; its arithmetic is held here.
import { describe, expect, test } from "vitest";
import { createDice, seedOf } from "../../bench/redaction/dice.ts";
import { editsToFind, isFound, normalise } from "../../bench/redaction/edits.ts";
import { frozenSet } from "../../bench/redaction/frozen/set.ts";
import { makers } from "../../bench/redaction/items.ts";
import { languages } from "../../bench/redaction/languages/index.ts";
import { planScreens } from "../../bench/redaction/plan.ts";
import { coverageOf, coverageOfItem, scoreScreen, wilson } from "../../bench/redaction/score.ts";
import { readWindow } from "../../bench/redaction/terminals/grid.ts";
import type { TerminalWindow } from "../../bench/redaction/terminals/lines.ts";
import { isOrdinaryWord } from "../../bench/redaction/truth.ts";
import { workSet } from "../../bench/redaction/work.ts";

const box = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

describe("coverage", () => {
  const area = box(10, 10, 100, 20);
  test.each([
    ["nothing", [], 0],
    ["a box elsewhere", [box(200, 0, 50, 50)], 0],
    ["a box that only touches", [box(110, 10, 50, 20)], 0],
    ["a larger box", [box(0, 0, 500, 500)], 1],
    ["half across", [box(0, 0, 60, 100)], 0.5],
    ["half down", [box(0, 0, 500, 20)], 0.5],
    ["two that overlap, once", [box(10, 10, 60, 20), box(50, 10, 60, 20)], 1],
    ["the same box twice, once", [box(10, 10, 50, 20), box(10, 10, 50, 20)], 0.5],
    ["two apart, without the gap", [box(10, 10, 40, 20), box(70, 10, 40, 20)], 0.8],
    ["two over each other with a gap", [box(10, 10, 100, 5), box(10, 25, 100, 5)], 0.5],
    ["fractions", [box(10.5, 10, 0.25, 20)], 0.0025],
  ])("counts %s", (_, boxes, share) => {
    expect(coverageOf(area, boxes)).toBeCloseTo(share, 10);
  });

  test("of an item is that of its worst line, within the middle half of the line's height", () => {
    const item = { itemClass: "address", text: "a b", boxes: [box(0, 0, 100, 20), box(0, 20, 100, 20)] } as const;
    expect(coverageOfItem(item, [box(0, 5, 100, 10)])).toBe(0);
    expect(coverageOfItem(item, [box(0, 5, 100, 10), box(0, 25, 100, 10)])).toBe(1);
    expect(coverageOfItem(item, [box(0, 0, 100, 40)])).toBe(1);
    expect(coverageOfItem(item, [box(0, 0, 100, 20), box(0, 20, 40, 20)])).toBeCloseTo(0.4);
  });
});

test("a screen's score counts ordinary words only, and tiles with their margin", () => {
  const truth = {
    ...{ width: 640, height: 640 },
    items: [{ itemClass: "card", text: "4111", boxes: [box(300, 300, 40, 10)] } as const],
    words: [
      { text: "hidden", box: box(300, 320, 40, 10), ordinary: true },
      { text: "shown", box: box(10, 10, 40, 10), ordinary: true },
      { text: "12:30", box: box(300, 320, 40, 10), ordinary: false },
    ],
  };
  const score = scoreScreen(truth, [box(300, 300, 40, 10)]);
  expect(score).toMatchObject({ words: 2, wordsHidden: 0, wordsHiddenByTiles: 1, tiles: 100, tilesHidden: 12 });
  expect(score.items).toEqual([{ itemClass: "card", text: "4111", covered: 1, coveredByTiles: 1 }]);
});

test.each([
  // From the published formula; none of a hundred is not "none".
  [0, 100, 0, 0.037],
  [1, 100, 0.0018, 0.0545],
  [50, 100, 0.4038, 0.5962],
  [100, 100, 0.963, 1],
  [0, 0, 0, 1],
])("%i of %i lies between %f and %f", (count, total, low, high) => {
  expect(wilson(count, total).low).toBeCloseTo(low, 3);
  expect(wilson(count, total).high).toBeCloseTo(high, 3);
});

describe("finding what was read", () => {
  test.each([
    ["abc", "xxabcxx", 0],
    ["abc", "xxabxcxx", 1],
    ["abc", "xxacxx", 1],
    ["abc", "xxabdxx", 1],
    ["abc", "", 3],
    ["", "abc", 0],
  ])("%s in %s takes %i edits", (part, text, edits) => {
    expect(editsToFind(part, text)).toBe(edits);
  });

  test("allows an edit from the seventh letter on and two from the fourteenth", () => {
    expect(isFound("abcdef", "abcdex")).toBe(false);
    expect(isFound("abcdefg", "abcdxfg")).toBe(true);
    expect(isFound("abcdefghijklm", "abxdefghxjklm")).toBe(false);
    expect(isFound("abcdefghijklmn", "abxdefghxjklmn")).toBe(true);
  });

  test("ignores spaces but not the ends of rows", () => {
    expect(normalise("4111 1111\n2222\t3")).toBe("41111111\n22223");
  });
});

describe("invented items", () => {
  const invent = (seed: number) => {
    const language = languages[seed % languages.length];
    if (language === undefined) throw new Error("there are languages");
    return { dice: createDice(seed), language, terms: ["Kestrel-7"] };
  };
  const seeds = Array.from({ length: 200 }, (_, seed) => seed);

  test("have cards that pass Luhn's check", () => {
    for (const seed of seeds) {
      const digits = [...makers.card(invent(seed)).replaceAll(" ", "")].reverse().map(Number);
      const sum = digits.reduce(
        (total, digit, at) => total + (at % 2 === 0 ? digit : digit * 2 - (digit > 4 ? 9 : 0)),
        0,
      );
      expect(digits).toHaveLength(16);
      expect(sum % 10).toBe(0);
    }
  });

  test("have account numbers that leave 1 when divided by 97", () => {
    for (const seed of seeds) {
      const iban = makers.iban(invent(seed)).replaceAll(" ", "");
      const moved = `${iban.slice(4)}${iban.slice(0, 4)}`;
      const number = moved.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
      expect(BigInt(number) % 97n).toBe(1n);
    }
  });
});

test("words with accents, apostrophes and full stops are ordinary; numbers and addresses are not", () => {
  for (const word of ["Wünsche", "aujourd’hui", "porte-clés,", "(below)", "¿Qué?", "end."]) {
    expect([word, isOrdinaryWord(word)]).toEqual([word, true]);
  }
  for (const word of ["a", "12:30", "v1.2", "a@b.c", "x=", "C4", "–"]) {
    expect([word, isOrdinaryWord(word)]).toEqual([word, false]);
  }
});

describe("a terminal's grid", () => {
  const window: TerminalWindow = {
    ...{
      title: "t",
      family: "f",
      sizePx: 10,
      foreground: "#fff",
      background: "#000",
      columns: 10,
      rows: 5,
      x: 0,
      y: 0,
    },
    lines: [
      [
        { text: "key: ", neutral: true },
        { text: "secret123", itemClass: "password" },
      ],
      [{ text: "ordinary" }],
    ],
  };
  const grid = { x: 100, y: 50, cellWidth: 8, cellHeight: 16 };

  test("wraps a long line and moves on the ones below", () => {
    const { items, words } = readWindow(window, grid, []);
    expect(items).toEqual([
      { itemClass: "password", text: "secret123", boxes: [box(140, 50, 40, 16), box(100, 66, 32, 16)] },
    ]);
    expect(words.map(({ text, box: { y }, ordinary }) => [text, y, ordinary])).toEqual([
      ["key:", 50, false],
      ["ordinary", 82, true],
    ]);
  });

  test("leaves out what a window in front covers, even in part", () => {
    const { items, words } = readWindow(window, grid, [box(0, 70, 500, 100)]);
    expect(items).toEqual([{ itemClass: "password", text: "secre", boxes: [box(140, 50, 40, 16)] }]);
    expect(words).toHaveLength(1);
  });
});

describe("the sets", () => {
  test("come out the same each time", () => {
    expect(planScreens(workSet)).toEqual(planScreens(workSet));
    expect(seedOf("a", 1)).not.toBe(seedOf("a", 2));
  });

  test("share no screen, and five page kinds are the frozen one's alone", () => {
    const work = new Set(planScreens(workSet).map(({ monitors }) => JSON.stringify(monitors)));
    const frozen = planScreens(frozenSet);
    expect(frozen.filter(({ monitors }) => work.has(JSON.stringify(monitors)))).toEqual([]);
    expect(frozen.length).toBeGreaterThanOrEqual(120);
    const own = Object.keys(frozenSet.pageKinds).filter((kind) => !Object.hasOwn(workSet.pageKinds, kind));
    expect(own.length).toBeGreaterThanOrEqual(5);
  });
});
