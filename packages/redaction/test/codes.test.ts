import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { prepareZXingModule, type WriteInputBarcodeFormat, writeBarcode } from "zxing-wasm/writer";
import { findCodes, isRightAngled } from "../src/codes.ts";
import type { Rect, RgbImage } from "../src/index.ts";
import { covers, DARK, drawSvg, drawText, LIGHT, place, toRgb } from "./support/screens.ts";

let light: RgbImage;
let dark: RgbImage;

beforeAll(async () => {
  const file = createRequire(import.meta.url).resolve("zxing-wasm/writer/zxing_writer.wasm");
  const wasmBinary = new Uint8Array(await readFile(file)).buffer;
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  [light, dark] = await Promise.all([drawText(LIGHT), drawText(DARK)]);
});

const CONTENTS = {
  QRCode: "otpauth://totp/Example:ada@example.com?secret=JBSWY3DPEHPK3PXP",
  MicroQRCode: "12345",
  DataMatrix: "HELLO123456789",
  Aztec: "HELLO1234567890123",
  PDF417: "Boarding pass",
  Code128: "ABC-123456",
  Code39: "ABC123",
  EAN13: "4006381333931",
  UPCA: "036000291452",
  ITF: "12345678901231",
  Codabar: "A123456B",
} as const satisfies Partial<Record<WriteInputBarcodeFormat, string>>;

type Format = keyof typeof CONTENTS;
const formats = Object.keys(CONTENTS) as Format[];
const matrixFormats = ["QRCode", "MicroQRCode", "DataMatrix", "Aztec"] as const satisfies readonly Format[];
const barFormats = ["Code128", "Code39", "EAN13", "UPCA", "ITF", "Codabar"] as const satisfies readonly Format[];

interface Drawn {
  readonly image: RgbImage;
  /** The symbol itself, without what is free around it. */
  readonly symbol: Rect;
}

/** A symbol about as many pixels wide, in whole pixels a module, with four modules free around it. */
const drawCode = async (
  format: Format,
  px: number,
  turn: { invert?: boolean; degrees?: number; options?: string } = {},
): Promise<Drawn> => {
  const { symbol } = await writeBarcode(CONTENTS[format], { format, options: turn.options ?? "" });
  const scale = Math.max(1, Math.round(px / symbol.width));
  const [width, height] = [symbol.width * scale, symbol.height * scale];
  const background = turn.invert ? "#000000" : "#ffffff";
  const margin = 4 * scale;
  const data = symbol.data.map((value) => (turn.invert ? 255 - value : value));
  const framed = await sharp(data, { raw: { width: symbol.width, height: symbol.height, channels: 1 } })
    .resize(width, height, { kernel: "nearest" })
    .toColourspace("srgb")
    .extend({ top: margin, bottom: margin, left: margin, right: margin, background })
    .png()
    .toBuffer();
  const image = await toRgb(sharp(framed).rotate(turn.degrees ?? 0, { background }));
  const angle = ((turn.degrees ?? 0) * Math.PI) / 180;
  const [cos, sin] = [Math.abs(Math.cos(angle)), Math.abs(Math.sin(angle))];
  const side = { width: Math.floor(width * cos + height * sin), height: Math.floor(width * sin + height * cos) };
  const corner = { x: Math.ceil((image.width - side.width) / 2), y: Math.ceil((image.height - side.height) / 2) };
  return { image, symbol: { ...corner, ...side } };
};

const find = async (image: RgbImage): Promise<readonly Rect[]> => {
  const result = await findCodes(image);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};

const at = ({ symbol }: Drawn, x: number, y: number): Rect => ({ ...symbol, x: x + symbol.x, y: y + symbol.y });

const expectCovered = async (screen: RgbImage, code: Drawn, what: string): Promise<void> => {
  const [x, y] = [301, Math.min(77, screen.height - code.image.height)];
  const boxes = await find(place(screen, [{ image: code.image, x, y }]));
  expect(covers(boxes, at(code, x, y)), what).toBe(true);
};

describe("a code among text is covered with all of its modules", () => {
  test.each(formats)("%s, from 50 to 400 pixels", async (format) => {
    for (const px of [50, 100, 200, 400]) await expectCovered(light, await drawCode(format, px), `${px} px`);
  });

  test.each([...matrixFormats, ...barFormats])("%s on a dark page", async (format) => {
    for (const px of [100, 300]) await expectCovered(dark, await drawCode(format, px), `${px} px`);
  });

  test.each([...matrixFormats, ...barFormats])("%s, light on dark", async (format) => {
    for (const px of [100, 300]) await expectCovered(dark, await drawCode(format, px, { invert: true }), `${px} px`);
  });

  test.each(formats)("%s, lying on its side", async (format) => {
    for (const px of [100, 300]) await expectCovered(light, await drawCode(format, px, { degrees: 90 }), `${px} px`);
  });

  test.each(matrixFormats)("%s, askew", async (format) => {
    for (const degrees of [20, 45]) {
      await expectCovered(light, await drawCode(format, 200, { degrees }), `${degrees} degrees`);
    }
  });

  test("a bar code whose bars are wide, askew", async () => {
    await expectCovered(light, await drawCode("EAN13", 300, { degrees: 20 }), "20 degrees");
  });
});

// The numbers that the writer has for 8 by 48, 64, 80, 96, 120 and 144 modules, and for 12 by 64 and 88.
test.each([31, 32, 33, 34, 35, 36, 37, 38])(
  "a long Data Matrix that the reader does not know is covered too (%i)",
  async (version) => {
    const options = `version=${version}`;
    await expectCovered(light, await drawCode("DataMatrix", 300, { options }), "upright");
    await expectCovered(dark, await drawCode("DataMatrix", 450, { options, invert: true }), "light on dark");
    await expectCovered(light, await drawCode("DataMatrix", 300, { options, degrees: 90 }), "on its side");
  },
);

test("several at once are each covered", async () => {
  const codes = await Promise.all(formats.slice(0, 6).map((format) => drawCode(format, 130)));
  const placed = codes.map((code, i) => ({ ...code, x: 20 + (i % 3) * 420, y: 30 + Math.floor(i / 3) * 360 }));
  const boxes = await find(place(light, placed));
  for (const code of placed) expect(covers(boxes, at(code, code.x, code.y))).toBe(true);
});

test("a code that is found but damaged beyond reading counts", async () => {
  const code = await drawCode("QRCode", 300);
  const { x, y, width, height } = code.symbol;
  const ink = { rgb: new Uint8Array(120 * 100 * 3), width: 120, height: 100 };
  const damaged = place(code.image, [{ image: ink, x: x + width / 2 - 60, y: y + height / 2 - 50 }]);
  await expectCovered(light, { ...code, image: damaged }, "damaged");
});

describe("two sides of a Data Matrix around nothing that can be read", () => {
  const SCALE = 4;
  /** As the format has it: dark on the left and below, dark and light by turns on the right and above. */
  const isDark = (x: number, y: number, [columns, rows]: readonly [number, number]): boolean => {
    if (x === 0 || y === rows - 1) return true;
    if (y === 0) return x % 2 === 0;
    return x === columns - 1 ? y % 2 === 1 : (x * 7 + y * 13 + x * y) % 3 === 0;
  };
  const drawMatrix = (size: readonly [number, number], skewDegrees = 0): Promise<RgbImage> => {
    const [columns, rows] = size;
    const modules = Array.from({ length: columns * rows }, (_, i) => [i % columns, Math.floor(i / columns)] as const)
      .filter(([x, y]) => isDark(x, y, size))
      .map(([x, y]) => `<rect x="${x * SCALE}" y="${y * SCALE}" width="${SCALE}" height="${SCALE}"/>`);
    const ground = `<rect width="100%" height="100%" fill="#fff"/>`;
    const turn = `translate(40 40) skewX(${skewDegrees})`;
    return drawSvg(`${ground}<g transform="${turn}">${modules.join("")}</g>`, { width: 680, height: 136 });
  };

  test.each([
    [32, 8],
    [48, 8],
    [88, 12],
  ] as const)("count where they are at right angles: %i by %i", async (...size) => {
    const symbol = { x: 40, y: 40, width: size[0] * SCALE, height: size[1] * SCALE };
    expect(covers(await find(await drawMatrix(size)), symbol)).toBe(true);
  });

  test("are no code where they are longer and aslant", async () => {
    expect(await find(await drawMatrix([80, 12], 10))).toEqual([]);
  });
});

test.each([
  ["at right angles", [90, 0], [90, 10], true],
  ["aslant", [90, 0], [110, 10], false],
  ["of which two corners are in one place", [90, 0], [90, 0], true],
  ["of no extent", [0, 0], [0, 0], true],
] as const)("a position %s", (_, [right, above], [rightBelow, below], expected) => {
  const topLeft = { x: 0, y: 0 };
  const topRight = { x: right, y: above };
  const bottomRight = { x: rightBelow, y: below };
  const bottomLeft = { x: rightBelow - right, y: below - above };
  expect(isRightAngled({ topLeft, topRight, bottomRight, bottomLeft })).toBe(expected);
});

test("a code at the screen's edge has a box inside the screen", async () => {
  const code = await drawCode("QRCode", 150);
  const { width, height } = code.image;
  const corner = { x: light.width - width, y: light.height - height };
  const boxes = await find(place(light, [{ image: code.image, ...corner }]));
  expect(covers(boxes, at(code, corner.x, corner.y))).toBe(true);
  for (const box of boxes) {
    expect(box.x + box.width).toBeLessThanOrEqual(light.width);
    expect(box.y + box.height).toBeLessThanOrEqual(light.height);
  }
});

describe("where there is no code, none is found", () => {
  const bars = Array.from(
    { length: 40 },
    (_, i) => `<rect x="${60 + i * 24}" y="${300 - (i % 7) * 30}" width="12" height="400" fill="#38a"/>`,
  );
  test.each([
    ["light text", () => drawText(LIGHT)],
    ["dark text", () => drawText(DARK)],
    ["small text", () => drawText(LIGHT, 10)],
    ["text on a screen of twice the density", () => drawText(LIGHT, 28)],
    ["headlines", () => drawText(LIGHT, 40)],
    ["bars of a chart", () => drawSvg(`<rect width="100%" height="100%" fill="#fff"/>${bars.join("")}`)],
    ["a blank page", () => drawSvg(`<rect width="100%" height="100%" fill="#fff"/>`)],
  ])("%s", async (_, draw) => {
    expect(await find(await draw())).toEqual([]);
  });
});

describe("what cannot be looked at is an error, so that all of it is hidden", () => {
  test.each([
    ["a buffer that is one byte short", { rgb: new Uint8Array(11), width: 2, height: 2 }, "BAD_IMAGE"],
    ["no pixels", { rgb: new Uint8Array(0), width: 0, height: 0 }, "BAD_IMAGE"],
    ["a screen too large", { rgb: new Uint8Array(33_177_601 * 3), width: 33_177_601, height: 1 }, "IMAGE_TOO_LARGE"],
  ])("%s", async (_, image, code) => {
    expect(await findCodes(image)).toMatchObject({ ok: false, error: { code } });
  });

  test("one pixel is looked at", async () => {
    expect(await find({ rgb: new Uint8Array(3), width: 1, height: 1 })).toEqual([]);
  });
});
