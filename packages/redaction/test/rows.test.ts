import { describe, expect, test } from "vitest";
import { toLineImage } from "../src/line-image.ts";
import { DARK, type DrawnLine, drawSvg, LIGHT } from "./support/screens.ts";

const SIZE = { width: 700, height: 140 };

interface Letters extends DrawnLine {
  readonly ink?: string;
}

/** Of a box with these letters, and what else is drawn. */
const hasRows = async (letters: readonly Letters[], { ground = LIGHT.background, shapes = "", size = SIZE } = {}) => {
  const texts = letters.map(
    ({ text, x, y, px, ink = LIGHT.ink }) => `<text x="${x}" y="${y}" font-size="${px}" fill="${ink}">${text}</text>`,
  );
  const content = `<rect width="100%" height="100%" fill="${ground}"/>${shapes}`;
  const image = await drawSvg(`${content}<g font-family="DejaVu Sans">${texts.join("")}</g>`, size);
  return toLineImage(image, { x: 0, y: 0, ...size }).hasRows;
};

const heading = (changes: Partial<Letters> = {}): Letters => ({ text: "Account", x: 20, y: 80, px: 56, ...changes });
const caption = (changes: Partial<Letters> = {}): Letters => ({ text: "4417 1234", x: 40, y: 104, px: 10, ...changes });

describe("a box with more than one row of letters:", () => {
  test.each([110, 76])("two lines of one size, the second one's foot at %i", async (y) => {
    const first = { text: "open accounts", x: 20, y: 50, px: 30 };
    expect(await hasRows([first, { text: "their status", x: 20, y, px: 30 }])).toBe(true);
  });

  test.each([8, 10, 12])("a caption of %i px close under a large heading", async (px) => {
    expect(await hasRows([heading(), caption({ text: "pay to the account of the customer", px })])).toBe(true);
  });

  test.each([
    ["that is short", heading(), caption({ text: "8841" })],
    ["less than five pixels high", heading(), caption({ px: 6 })],
    ["between the tails of its letters", heading({ text: "Payments today" }), caption({ x: 130, y: 93 })],
    ["above it", heading(), caption({ y: 30 })],
    ["beyond its end", heading(), caption({ x: 240 })],
  ])("a heading with a caption %s", async (_, ...letters) => {
    expect(await hasRows(letters)).toBe(true);
  });

  test.each([
    ["light", LIGHT.background, LIGHT.ink, "#e0e0e0"],
    ["dark", DARK.background, DARK.ink, "#383838"],
    ["coloured", "#1f6feb", "#ffffff", "#5594f0"],
  ])("a faint caption on a %s ground", async (_, ground, ink, faint) => {
    expect(await hasRows([heading({ ink }), caption({ ink: faint })], { ground })).toBe(true);
  });

  test.each([
    ["a stroke", `<rect x="14" y="30" width="2" height="84"/>`],
    ["a frame", `<rect x="10" y="20" width="300" height="100" fill="none" stroke="#24292f"/>`],
  ])("a caption that %s joins to its heading", async (_, shapes) => {
    expect(await hasRows([heading(), caption()], { shapes })).toBe(true);
  });

  test("a caption on a ground that becomes darker", async () => {
    const shapes = `<linearGradient id="g"><stop stop-color="#fff"/><stop offset="1" stop-color="#999"/></linearGradient>`;
    expect(await hasRows([heading(), caption()], { ground: "url(#g)", shapes })).toBe(true);
  });
});

describe("one line", () => {
  test.each([
    ...["Account", "ein Kiosk", "größer", "façade – œuvre", "Évora", "Übersicht", "España", "Reunião São", "órgãos"],
    ...["_____", "Wait … what?!", "“Quoted”; i.e. 5:30", "12 % ± 3 = 15"],
  ])("is not more: %s", async (text) => {
    for (const px of [20, 36, 56]) expect(await hasRows([heading({ text, px })]), `${px} px`).toBe(false);
  });

  test("of letters of two sizes is not more", async () => {
    expect(await hasRows([heading(), caption({ text: "of the customer", x: 260, y: 80, px: 16 })])).toBe(false);
  });

  test("that is underlined is not more", async () => {
    const shapes = `<rect x="20" y="88" width="240" height="4"/>`;
    expect(await hasRows([heading()], { shapes })).toBe(false);
  });
});

test.each([
  [2_000, false],
  [2_001, true],
])("of %i low shapes apart from each other, it is taken for more than a line: %s", async (count, expected) => {
  const spot = (i: number): string =>
    `<rect x="${(i % 80) * 8}" y="${Math.floor(i / 80) * 6 + 1}" width="2" height="4"/>`;
  const shapes = Array.from({ length: count }, (_, i) => spot(i)).join("");
  expect(await hasRows([], { ground: "#fff", shapes, size: { width: 660, height: 190 } })).toBe(expected);
});
