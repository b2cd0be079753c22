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

  test.each([
    ["a pale band", "#e6e6e6", "#202020"],
    ["a band hardly darker than its ground", "#f0f0f0", "#606060"],
    ["a blue pill", "#1f6feb", "#ffffff"],
    ["a dark band", "#24292f", "#ffffff"],
  ])("a caption on %s, apart from the heading and touching it", async (_, fill, ink) => {
    for (const [text, top] of [
      ["Today", 81],
      ["Today", 92],
      ["Account", 81],
    ] as const) {
      for (const px of [8, 10]) {
        const shapes = `<rect x="20" y="${top}" width="${px * 8}" height="${px + 5}" rx="3" fill="${fill}"/>`;
        const letters = [heading({ text, px: 46 }), caption({ text: "8841 5530", x: 24, y: top + px + 1, px, ink })];
        const size = { width: 240, height: 120 };
        expect(await hasRows(letters, { shapes, size, ground: "#ffffff" }), `${text}, ${top}, ${px} px`).toBe(true);
      }
    }
  });

  test("a caption on a band that the box cuts", async () => {
    const shapes = `<rect x="20" y="81" width="64" height="11" fill="#e6e6e6"/>`;
    const letters = [heading({ px: 48 }), caption({ text: "8841 5530", x: 24, y: 89, px: 8 })];
    expect(await hasRows(letters, { shapes, size: { width: 240, height: 87 }, ground: "#ffffff" })).toBe(true);
  });

  test("a caption on a ground of its own that becomes darker", async () => {
    const shapes = `<linearGradient id="g"><stop stop-color="#eee"/><stop offset="1" stop-color="#999"/></linearGradient>
      <rect x="20" y="90" width="100" height="16" fill="url(#g)"/>`;
    expect(await hasRows([heading(), caption({ y: 102 })], { shapes })).toBe(true);
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

  test.each([
    ["thinly", `<rect x="20" y="88" width="240" height="4"/>`],
    ["thickly", `<rect x="20" y="88" width="240" height="12" fill="#1f6feb"/>`],
    ["between pixels", `<rect x="20" y="87.5" width="240" height="5.4" fill="#1f6feb"/>`],
  ])("that is %s underlined is not more", async (_, shapes) => {
    expect(await hasRows([heading()], { shapes })).toBe(false);
  });

  test("beside a patch of another colour is not more", async () => {
    const shapes = `<rect x="300" y="40" width="60" height="30" fill="#e6e6e6"/>`;
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
