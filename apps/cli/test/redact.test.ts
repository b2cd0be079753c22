// `underseal redact` as a person meets it: a real PNG in, a redacted PNG and the reasons out; or one sentence, and
// nothing written.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import sharp, { type Sharp } from "sharp";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Outcome, processesNaming, runCommand } from "./support/command-line.ts";

const SIZE = { width: 403, height: 251 };
const LINE = { x: 90, y: 100, width: 200, height: 24 };
const BACKGROUND = 250;

// The reader runs at the lowest priority: on a busy machine it waits for everybody else, up to its limit.
const READING_MS_MAX = 70_000;
vi.setConfig({ testTimeout: READING_MS_MAX + 5_000 });

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "underseal-redact-"));
});

afterEach(() => {
  expect(processesNaming(folder)).toEqual([]);
  rmSync(folder, { recursive: true, force: true });
});

const inFolder = (name: string): string => path.join(folder, name);

/** A line of text in the middle of an empty page of an odd size. */
const drawPage = (size = SIZE): Sharp => {
  const page = `<rect width="100%" height="100%" fill="#fafafa"/>`;
  const text = `<text x="${LINE.x}" y="${LINE.y + 18}" font-family="DejaVu Sans" font-size="18">Bluebell Halcyon 42</text>`;
  const { width, height } = size;
  return sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${page}${text}</svg>`),
  );
};

const savePage = async (bytes: Promise<Buffer> = drawPage().png().toBuffer()): Promise<void> =>
  writeFileSync(inFolder("in.png"), await bytes);

const redact = (args: readonly string[] = []): Promise<Outcome> =>
  runCommand(["redact", "in.png", "--policy", "structure", "--out", "out.png", "--json", "boxes.json", ...args], {
    cwd: folder,
    timeoutMs: READING_MS_MAX,
  });

interface Report {
  readonly width: number;
  readonly height: number;
  readonly policy: string;
  readonly warning: string | null;
  readonly boxes: readonly (typeof LINE & {
    readonly reason: string;
    readonly sentence: string;
    readonly locked: boolean;
  })[];
  readonly denied: readonly (typeof LINE)[];
  readonly tiles: {
    readonly columns: number;
    readonly rows: number;
    readonly hidden: number;
    readonly hiddenShare: number;
  };
  readonly ms: number;
  readonly cpuMs: number;
  readonly memoryPeakBytes: number;
}

const readReport = (): Report => JSON.parse(readFileSync(inFolder("boxes.json"), "utf8"));

const readOut = async () => {
  const { data, info } = await sharp(inFolder("out.png")).raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number): readonly number[] => [...data.subarray((y * info.width + x) * 3).subarray(0, 3)];
  return { ...info, at };
};

const darkPixels = async (area: typeof LINE): Promise<number> => {
  const { at } = await readOut();
  let dark = 0;
  for (let y = area.y; y < area.y + area.height; y += 1) {
    for (let x = area.x; x < area.x + area.width; x += 1) if ((at(x, y)[0] ?? 0) < 128) dark += 1;
  }
  return dark;
};

const expectRefused = (outcome: Outcome, message: RegExp): void => {
  expect(outcome.stderr).toMatch(message);
  expect(outcome.stderr.match(/^underseal: /gm)).toHaveLength(1);
  expect(outcome.stderr).not.toMatch(/^ +at |node:internal|\.ts:\d+/m);
  expect(outcome.code).toBe(1);
  expect(readdirSync(folder).filter((name) => !["in.png", "terms.txt"].includes(name))).toEqual([]);
};

describe("a picture with text", () => {
  test("comes back with the text filled, and with a reason for each box", async () => {
    await savePage();
    const outcome = await redact();
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    const report = readReport();
    expect(report).toMatchObject({ ...SIZE, policy: "structure", warning: null, denied: [] });
    expect(report.boxes.length).toBeGreaterThan(0);
    expect(report.boxes[0]).toMatchObject({
      reason: "text",
      locked: false,
      sentence: expect.stringMatching(/^is text/),
    });
    expect(report.tiles).toMatchObject({ columns: 7, rows: 4 });
    expect(report.tiles.hiddenShare).toBeCloseTo(report.tiles.hidden / 28);
    expect(report.ms).toBeGreaterThan(0);
    expect(report.cpuMs).toBeGreaterThan(0);
    expect(report.memoryPeakBytes).toBeGreaterThan(50_000_000);
    const out = await readOut();
    expect(out).toMatchObject({ ...SIZE, channels: 3 });
    for (const box of report.boxes) expect(out.at(box.x, box.y)).toEqual([0, 0, 0]);
    expect(await darkPixels(LINE)).toBeGreaterThan(LINE.width * LINE.height * 0.8);
    expect(out.at(2, 2)).toEqual([BACKGROUND, BACKGROUND, BACKGROUND]);
    expect(statSync(inFolder("out.png")).mode & 0o077).toBe(0);
  });

  test("with --tiles loses whole tiles, as a capture does", async () => {
    await savePage();
    expect(await redact(["--tiles"])).toMatchObject({ code: 0 });
    const { tiles } = readReport();
    const out = await readOut();
    let filled = 0;
    for (let row = 0; row < tiles.rows; row += 1) {
      for (let column = 0; column < tiles.columns; column += 1) {
        const [left, top] = [
          out.at(column * 64, row * 64),
          out.at(Math.min(402, column * 64 + 63), Math.min(250, row * 64 + 63)),
        ];
        expect(left).toEqual(top);
        if (left[0] === 0) filled += 1;
      }
    }
    expect(filled).toBe(tiles.hidden);
  });

  test("with --deny is never looked at there", async () => {
    await savePage();
    const { x, y, width, height } = LINE;
    const area = { x: x - 10, y: y - 10, width: width + 100, height: height + 20 };
    const beyond = { x: 300, y: 160, width: 5_000, height: 5_000 };
    const asText = (rect: typeof LINE) => [rect.x, rect.y, rect.width, rect.height].join(",");
    expect(await redact(["--deny", asText(area), "--deny", asText(beyond)])).toMatchObject({ code: 0 });
    expect(readReport()).toMatchObject({ boxes: [], denied: [area, beyond] });
    const out = await readOut();
    expect(out.at(area.x, area.y)).toEqual([0, 0, 0]);
    expect(out.at(402, 250)).toEqual([0, 0, 0]);
    expect(out.at(area.x - 1, area.y)).toEqual([BACKGROUND, BACKGROUND, BACKGROUND]);
  });

  test("of more words than may be shown is redacted with terms and languages", async () => {
    await savePage();
    writeFileSync(inFolder("terms.txt"), "# ours\nBluebell\n\nHalcyon # the second\n");
    const outcome = await redact(["--policy", "strict", "--languages", "eng,deu", "--terms", "terms.txt"]);
    expect(outcome).toMatchObject({ code: 0, stderr: "" });
    expect(readReport()).toMatchObject({ policy: "strict", warning: null });
    expect(await darkPixels(LINE)).toBeGreaterThan(LINE.width * LINE.height * 0.6);
  });
});

describe("every kind of PNG is made eight bits and three colours", () => {
  test.each<[string, () => Promise<Buffer>]>([
    ["sixteen bits", () => drawPage().toColourspace("rgb16").png().toBuffer()],
    ["grey", () => drawPage().greyscale().png().toBuffer()],
    ["a palette", () => drawPage().png({ palette: true, colours: 16 }).toBuffer()],
    ["one pixel", () => drawPage({ width: 1, height: 1 }).png().toBuffer()],
    ["one row", () => drawPage({ width: 333, height: 1 }).png().toBuffer()],
  ])("%s", async (_, draw) => {
    await savePage(draw());
    expect(await redact()).toMatchObject({ code: 0, stderr: "" });
    const out = await readOut();
    expect(out).toMatchObject({ channels: 3, depth: "uchar" });
    expect(readReport()).toMatchObject({ width: out.width, height: out.height });
    expect(out.at(0, 0)).toEqual([BACKGROUND, BACKGROUND, BACKGROUND]);
  });

  test("transparent parts are white, whatever colour lies under them", async () => {
    const rgba = Buffer.alloc(80 * 70 * 4, 0).map((_, i) => (i % 4 === 0 ? 200 : 0));
    await savePage(
      sharp(rgba, { raw: { width: 80, height: 70, channels: 4 } })
        .png()
        .toBuffer(),
    );
    expect(await redact()).toMatchObject({ code: 0 });
    expect((await readOut()).at(5, 5)).toEqual([255, 255, 255]);
  });
});

describe("what cannot be redacted leaves nothing behind", () => {
  const asPng = () => drawPage().png().toBuffer();

  test.each<[string, () => Promise<Buffer>, RegExp]>([
    ["a PNG that was cut off", async () => (await asPng()).subarray(0, 900), /is not a whole PNG/],
    [
      "a PNG with a flipped byte",
      async () => (await asPng()).map((byte, i) => (i === 900 ? byte ^ 1 : byte)) as Buffer,
      /is not a whole PNG/,
    ],
    ["an empty file", async () => Buffer.alloc(0), /is not a whole PNG/],
    ["a text", async () => Buffer.from("not a picture"), /is not a whole PNG/],
    ["a JPEG", () => drawPage().jpeg().toBuffer(), /is not a whole PNG; .*convert/],
    [
      "a drawing that loads others",
      async () => Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"/>`),
      /is not a whole PNG/,
    ],
    [
      "more pixels than can be looked at",
      () =>
        sharp({ create: { width: 33_200, height: 1_000, channels: 3, background: "#fff" } })
          .png()
          .toBuffer(),
      /33200 × 1000 pixels are more than/,
    ],
  ])("%s", async (_, draw, message) => {
    await savePage(draw());
    expectRefused(await redact(), message);
  });

  test("a picture that is not there", async () => {
    expectRefused(await redact(), /there is no file in\.png/);
  });

  test.each<[string, readonly string[], RegExp]>([
    ["terms that are not there", ["--terms", "terms.txt"], /there is no file terms\.txt/],
    [
      "a language of which no words are known",
      ["--languages", "eng,xyz"],
      /no ordinary words are known of "xyz": choose from eng/,
    ],
    ["a picture that would be overwritten", ["--out", "./in.png"], /are not three different files/],
    ["one file for both answers", ["--json", "out.png"], /are not three different files/],
    ["a folder that is not there", ["--out", "nowhere/out.png"], /cannot be written \(ENOENT\): check the folders/],
  ])("%s", async (_, args, message) => {
    await savePage();
    expectRefused(await redact(args), message);
  });
});

test.each(["1,2,3", "1,2,3,x", "-1,2,3,4", "1,2,0,4", "1.5,2,3,4", "1,2,3,4,5", ""])(
  "the rectangle '%s' is not understood",
  async (area) => {
    await savePage();
    const outcome = await redact([`--deny=${area}`]);
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining("four whole numbers") });
    expect(readdirSync(folder)).toEqual(["in.png"]);
  },
);
