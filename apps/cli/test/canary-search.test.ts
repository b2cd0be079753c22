import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { searchCanaries } from "../src/demo/canary-search.ts";

const CONTROL = "control-word-77";
/** As the scene makes them: letters, digits, a space, signs that base64 and JSON treat in their own way. */
const WORDS = ["Marigold-4711-Quartz", "Xq9!vR2#mKz7&wPt", "Frau Grünewald, F32.1", "x?>~ÿ??>~?~>ÿ~x"];

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "underseal-canary-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const search = (content: Buffer | string, words: readonly string[] = WORDS) => {
  const file = path.join(folder, "file");
  writeFileSync(file, content);
  return searchCanaries({ name: "place", path: file, control: CONTROL }, words);
};

const base64At = (shift: number, word: string): string =>
  Buffer.concat([randomBytes(shift), Buffer.from(word), randomBytes(5)]).toString("base64");

const SPELLINGS: readonly (readonly [string, (word: string) => Buffer])[] = [
  ["plain", (word) => Buffer.from(word)],
  ["in lower case", (word) => Buffer.from(word.toLowerCase())],
  ["in UTF-16", (word) => Buffer.from(word, "utf16le")],
  ["in hexadecimal", (word) => Buffer.from(Buffer.from(word).toString("hex"))],
  ["in upper-case hexadecimal", (word) => Buffer.from(Buffer.from(word).toString("hex").toUpperCase())],
  ["in base64, alone", (word) => Buffer.from(Buffer.from(word).toString("base64"))],
  ["in base64url, alone", (word) => Buffer.from(Buffer.from(word).toString("base64url"))],
  ["in base64 at the first alignment", (word) => Buffer.from(base64At(0, word))],
  ["in base64 at the second alignment", (word) => Buffer.from(base64At(1, word))],
  ["in base64 at the third alignment", (word) => Buffer.from(base64At(2, word))],
  [
    "in base64url at the second alignment",
    (word) => Buffer.from(base64At(1, word).replaceAll("+", "-").replaceAll("/", "_")),
  ],
  ["in base64 behind 3,001 other bytes", (word) => Buffer.from(base64At(3_001, word))],
  ["in a JSON string", (word) => Buffer.from(JSON.stringify({ text: `a "${word}" b` }))],
];

describe("a word on its own is found", () => {
  test.each(SPELLINGS)("%s", async (_, spell) => {
    for (const word of WORDS) expect((await search(spell(word))).found).toEqual([word]);
  });
});

test("it is found at any place in a larger file, each word by its own name", async () => {
  const noise = () => randomBytes(70_000);
  for (const [name, spell] of SPELLINGS) {
    const content = Buffer.concat([noise(), spell(WORDS[0] ?? ""), noise(), spell(WORDS[2] ?? ""), noise()]);
    const report = await search(content);
    expect(report.found, name).toEqual([WORDS[0], WORDS[2]]);
    expect(report.bytes).toBe(content.length);
  }
});

test("a megabyte of random bytes, in any spelling, holds none", async () => {
  for (const encoding of ["latin1", "hex", "base64"] as const) {
    const report = await search(randomBytes(1_000_000).toString(encoding));
    expect(report).toMatchObject({ found: [], isControlFound: false });
  }
});

test("a word with one character changed is not found", async () => {
  for (const word of WORDS) expect((await search(`${word.slice(0, -1)}_`)).found).toEqual([]);
});

test("the control tells a search that works from one that sees nothing", async () => {
  expect(await search(`... ${CONTROL} ...`)).toMatchObject({ found: [], isControlFound: true });
  expect(await search("")).toEqual({ place: "place", bytes: 0, found: [], isControlFound: false });
});

test("a folder is searched with all that is in it, hidden files too", async () => {
  mkdirSync(path.join(folder, "a/.b"), { recursive: true });
  writeFileSync(path.join(folder, "a/.b/.c"), WORDS[1] ?? "");
  writeFileSync(path.join(folder, "a/d"), CONTROL);
  const report = await searchCanaries({ name: "place", path: folder, control: CONTROL }, WORDS);
  expect(report).toMatchObject({ found: [WORDS[1]], isControlFound: true });
});

test("a place that is not there is an error, not a clean result", async () => {
  const missing = { name: "place", path: path.join(folder, "missing"), control: CONTROL };
  await expect(searchCanaries(missing, WORDS)).rejects.toThrow("ENOENT");
});
