import { err } from "@underseal/foundation";
import { beforeAll, describe, expect, test } from "vitest";
import {
  type FoundHidden,
  findHidden,
  loadDetectionModel,
  type Policy,
  type RedactionDeps,
  type RgbImage,
  readLines,
} from "../src/index.ts";
import { type CodeBoxes, digitMiddles, drawCodeBoxes, drawLines, drawSvg, shownShare } from "./support/screens.ts";

const SIZE = { width: 900, height: 360 };
const ordinary = { text: "Please open the file and save your work", x: 40, y: 60, px: 16 };
const password = { text: "password: kT9-qq2Lw7x", x: 40, y: 140, px: 16 };
const unknown = { text: "frobnix wurgle snerk", x: 40, y: 220, px: 16 };
const term = { text: "deliver it to Bluebell next week", x: 40, y: 300, px: 16 };
const LINES = [ordinary, password, unknown, term];
const DEPS: RedactionDeps = { loadModel: loadDetectionModel, readLines };

let light: RgbImage;
let dark: RgbImage;

beforeAll(async () => {
  light = await drawLines(LINES, { background: "#ffffff", ink: "#202020" }, SIZE);
  dark = await drawLines(LINES, { background: "#101418", ink: "#d8dee4" }, SIZE);
});

const find = async (image: RgbImage, policy: Policy, deps = DEPS): Promise<FoundHidden> => {
  const found = await findHidden(image, { policy, languages: ["eng"], terms: ["Bluebell"] }, deps);
  if (!found.ok) throw new Error(found.error.message);
  return found.value;
};

/** How much of a line's middle, from its left edge over so many pixels, is hidden. */
const hiddenShare = ({ hidden }: FoundHidden, { x, y }: { x: number; y: number }, widthPx: number): number => {
  let count = 0;
  for (let column = x; column < x + widthPx; column += 1) {
    const at = { column, row: y - 5 };
    if (
      hidden.some(
        ({ box }) =>
          at.column >= box.x && at.column < box.x + box.width && at.row >= box.y && at.row < box.y + box.height,
      )
    )
      count += 1;
  }
  return count / widthPx;
};

describe.each(["light", "dark"] as const)("on a %s screen", (look) => {
  const image = () => (look === "light" ? light : dark);

  test("structure hides every line", async () => {
    const found = await find(image(), "structure");
    for (const line of LINES) expect(hiddenShare(found, line, 120)).toBe(1);
    expect(found.degraded).toBeNull();
  });

  test("strict shows ordinary words, and hides secrets, unknown words and terms with their reasons", async () => {
    const found = await find(image(), "strict");
    expect(hiddenShare(found, ordinary, 300)).toBe(0);
    expect(hiddenShare(found, password, 190)).toBe(1);
    expect(hiddenShare(found, unknown, 150)).toBe(1);
    expect(found.hidden.map(({ reason }) => reason)).toEqual(expect.arrayContaining(["password", "unknown", "term"]));
  });

  test("matter shows what it does not know but read, and hides secrets and terms", async () => {
    const found = await find(image(), "matter");
    expect(hiddenShare(found, password, 190)).toBeGreaterThan(0.5);
    expect(hiddenShare(found, unknown, 150)).toBe(0);
    expect(found.hidden.some(({ reason }) => reason === "term")).toBe(true);
  });

  test("open hides what rules and terms name and nothing else", async () => {
    const found = await find(image(), "open");
    expect(hiddenShare(found, ordinary, 300)).toBe(0);
    expect(hiddenShare(found, unknown, 150)).toBe(0);
    expect(found.hidden.map(({ reason }) => reason)).toEqual(expect.arrayContaining(["password", "term"]));
    expect(hiddenShare(found, term, 60)).toBe(0);
  });
});

describe.each([
  ["light", { background: "#f6f8fa", box: "#ffffff", ink: "#1f2328", line: "#d1d9e0" }],
  ["dark", { background: "#1e1e1e", box: "#252526", ink: "#d4d4d4", line: "#3c3c3c" }],
  ["faint", { background: "#ffffff", box: "#fcfcfc", ink: "#c9c9c9", line: "#e8e8e8" }],
])("the digits of a one-time code in %s boxes of their own are hidden", (_, colours) => {
  const layouts = [
    { digits: "481523", px: 14, sidePx: 36, gapPx: 16 },
    { digits: "107946", px: 16, sidePx: 44, gapPx: 8 },
    { digits: "917411", px: 20, sidePx: 56, gapPx: 16 },
    { digits: "360582", px: 24, sidePx: 40, gapPx: 12 },
    { digits: "771104", px: 32, sidePx: 56, gapPx: 10 },
  ];
  const rows = layouts.map((layout, row): CodeBoxes => ({ ...layout, x: 150, y: 8 + row * 70 }));

  test.each(["structure", "strict", "matter"] as const)("under %s", async (policy) => {
    const { hidden } = await find(await drawCodeBoxes(rows, colours, SIZE), policy);
    const boxes = hidden.map(({ box }) => box);
    for (const row of rows) {
      const shown = digitMiddles(row).map((middle) => shownShare(boxes, middle));
      expect(Math.max(...shown), `${row.px} px`).toBeLessThan(0.1);
    }
  });
});

describe("small print close under a heading", () => {
  const colours = { background: "#ffffff", ink: "#202020" };
  const headings = ["Account", "Invoices", "Today", "Open the file"].map((text, i) => ({
    ...{ text, px: 32 },
    ...{ x: 40 + (i % 2) * 440, y: 80 + Math.floor(i / 2) * 160 },
  }));
  const prints = headings.map(({ x, y }, i) => ({ text: "8841 5530", x: x + 10, y: y + (i === 3 ? 14 : 10), px: 8 }));

  test("is hidden under strict, because the reader takes both for one line", async () => {
    const { hidden } = await find(await drawLines([...headings, ...prints], colours, SIZE), "strict");
    const boxes = hidden.map(({ box }) => box);
    const shown = prints.map(({ x, y }) => shownShare(boxes, { x, y: y - 6, width: 40, height: 6 }));
    expect(Math.max(...shown)).toBeLessThan(0.1);
  });

  test.each([
    ["#e6e6e6", "#202020"],
    ["#f0f0f0", "#606060"],
    ["#1f6feb", "#ffffff"],
  ])("is hidden under strict on a band of %s", async (fill, ink) => {
    const large = headings.map((heading) => ({ ...heading, px: 48 }));
    const texts = [...large, ...prints].map(
      ({ text, x, y, px }) =>
        `<text x="${x}" y="${y}" font-size="${px}" fill="${px === 8 ? ink : "#202020"}">${text}</text>`,
    );
    const bands = prints.map(({ x, y }) => `<rect x="${x - 4}" y="${y - 8}" width="64" height="11" fill="${fill}"/>`);
    const ground = `<rect width="100%" height="100%" fill="#ffffff"/>`;
    const [above, below] = [texts.slice(0, large.length).join(""), texts.slice(large.length).join("")];
    const content = `${ground}<g font-family="DejaVu Sans">${above}${bands.join("")}${below}</g>`;
    const { hidden } = await find(await drawSvg(content, SIZE), "strict");
    const boxes = hidden.map(({ box }) => box);
    const shown = prints.map(({ x, y }) => shownShare(boxes, { x, y: y - 6, width: 40, height: 6 }));
    expect(Math.max(...shown)).toBeLessThan(0.1);
  });

  test("that is not there leaves the heading shown", async () => {
    const found = await find(await drawLines(headings, colours, SIZE), "strict");
    for (const heading of headings) expect(hiddenShare(found, heading, 70), heading.text).toBe(0);
  });
});

test("scripts of which the languages have no letter stay hidden under strict", async () => {
  const texts = [
    ...["Ο κωδικός πρόσβασης για την τράπεζα", "Γιώργος Παπαδόπουλος, οδός Αθηνών 14"],
    ...["Пароль от банка лежит в ящике стола", "Иван Петров, улица Мира, дом 7, кв. 12"],
    ...["كلمة مرور البنك في الدرج السفلي", "Բանկի գաղտնաբառը ներքևի դարակում է", "ბანკის პაროლი ქვედა უჯრაშია"],
  ];
  const lines = texts.map((text, i) => ({ text, x: 40, y: 40 + i * 46, px: 16 }));
  const image = await drawLines(lines, { background: "#ffffff", ink: "#202020" }, SIZE);
  expect(inkShown(image, await find(image, "strict"))).toBe(0);
});

test("of the largest screen that is looked at, an ordinary line is shown in the first corner, and a secret hidden in the last", async () => {
  const size = { width: 7680, height: 4320 };
  const lines = [ordinary, { ...unknown, x: 3800, y: 2200 }, { ...password, x: 7460, y: 4310 }];
  const found = await find(await drawLines(lines, { background: "#ffffff", ink: "#202020" }, size), "strict");
  expect(found.degraded).toBeNull();
  expect(lines.map((line) => hiddenShare(found, line, 150))).toEqual([0, 1, 1]);
}, 120_000);

/** How many dark pixels stand in no box. */
const inkShown = ({ rgb, width }: RgbImage, { hidden }: FoundHidden): number => {
  const dark = Array.from({ length: rgb.length / 3 }, (_, i) => i).filter((i) => (rgb[i * 3] ?? 0) < 128);
  const isHidden = (i: number): boolean =>
    hidden.some(({ box }) => {
      const [x, y] = [(i % width) - box.x, Math.floor(i / width) - box.y];
      return x >= 0 && x < box.width && y >= 0 && y < box.height;
    });
  return dark.filter((i) => !isHidden(i)).length;
};

describe("what fails", () => {
  test.each([
    ["that is missing", "/nonexistent/tesseract", "install tesseract-ocr"],
    ["that fails", "false", "ended with 1"],
    ["that says nothing", "true", "0 of 4 lines were read"],
  ])("a reader %s hides all text and says so", async (_, program, message) => {
    const found = await find(light, "open", {
      ...DEPS,
      readLines: (image, lines, languages) => readLines(image, lines, languages, { program }),
    });
    expect(found.degraded).toMatchObject({
      code: "READING_FAILED",
      cause: { message: expect.stringContaining(message) },
    });
    for (const line of LINES) expect(hiddenShare(found, line, 120)).toBe(1);
  });

  test("a model that is missing is an error, and nothing is said about the picture", async () => {
    const loadModel = async () => err({ code: "MODEL_UNAVAILABLE" as const, message: "no model" });
    const found = await findHidden(light, { policy: "open", languages: ["eng"], terms: [] }, { ...DEPS, loadModel });
    expect(found).toMatchObject({ ok: false, error: { code: "MODEL_UNAVAILABLE" } });
  });

  test("a language without data is told with what to install", async () => {
    const read = await readLines(light, [], ["eng"], { dataDir: "/nonexistent" });
    expect(read).toMatchObject({
      error: { code: "LANGUAGE_UNAVAILABLE", message: expect.stringContaining("tesseract-ocr-eng") },
    });
  });
});
