import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { MINUTE_MS, SECOND_MS, utf8ToBytes } from "@underseal/foundation";
import { describe, expect, test } from "vitest";
import { createFileDurably, writeFileDurably } from "../src/platform/durable-file.ts";
import { temporaryFolder } from "./outbox-world.ts";
import { startTestResident } from "./resident.ts";

const bytes = utf8ToBytes("ours");

describe("a file that is written durably", () => {
  test("is private, takes the place of what was there, and leaves nothing beside it", async () => {
    using folder = temporaryFolder();
    const file = path.join(folder.path, "file");
    writeFileSync(file, "older and longer", { mode: 0o644 });
    await writeFileDurably(file, bytes);
    expect(readFileSync(file, "utf8")).toBe("ours");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder.path)).toEqual(["file"]);
  });

  test.each([
    ["a file that others can read", (planted: string) => writeFileSync(planted, "theirs", { mode: 0o666 })],
    ["a link to somewhere else", (planted: string) => symlinkSync(`${planted}.elsewhere`, planted)],
  ])("is not written through %s, planted under a temporary name or its own", async (_, plant) => {
    using folder = temporaryFolder();
    const file = path.join(folder.path, "file");
    for (const planted of [`${file}.tmp`, file]) {
      rmSync(planted, { force: true });
      plant(planted);
      await writeFileDurably(file, bytes);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(existsSync(`${planted}.elsewhere`)).toBe(false);
    }
  });

  test("leaves nothing where it cannot be put in its place", async () => {
    using folder = temporaryFolder();
    mkdirSync(path.join(folder.path, "file"));
    await expect(writeFileDurably(path.join(folder.path, "file"), bytes)).rejects.toThrow(/EISDIR/);
    expect(readdirSync(folder.path)).toEqual(["file"]);
  });
});

test("of a file that is created by several at once, the first stays, whole", async () => {
  using folder = temporaryFolder();
  const file = path.join(folder.path, "file");
  const texts = ["one", "two", "three", "four"];
  await Promise.all(texts.map((text) => createFileDurably(file, utf8ToBytes(text))));
  const first = readFileSync(file, "utf8");
  expect(texts).toContain(first);
  await createFileDurably(file, bytes);
  expect(readFileSync(file, "utf8")).toBe(first);
  expect(readdirSync(folder.path)).toEqual(["file"]);
});

test("what a killed writer left is gone after the next start; what is written now, or is not ours, stays", async () => {
  using folder = temporaryFolder();
  const stateDir = path.join(folder.path, "tracker");
  mkdirSync(path.join(stateDir, "words"), { recursive: true, mode: 0o700 });
  const write = (name: string, ageMs: number): string => {
    const file = path.join(stateDir, name);
    writeFileSync(file, "secret", { mode: 0o600 });
    const atSeconds = (Date.now() - ageMs) / 1_000;
    utimesSync(file, atSeconds, atSeconds);
    return file;
  };
  const ending = ".0123456789abcdef.tmp";
  const left = ["device.json", "words/list.json"].map((name) => write(`${name}${ending}`, 10 * MINUTE_MS + SECOND_MS));
  const kept = [
    write(`hidden.json${ending}`, 9 * MINUTE_MS),
    ...["notes.tmp", `mine${ending}.txt`, "words/list.json"].map((name) => write(name, 60 * MINUTE_MS)),
  ];
  const { resident } = await startTestResident(folder.path);
  await resident.close();
  expect(left.filter((file) => existsSync(file))).toEqual([]);
  expect(kept.filter((file) => !existsSync(file))).toEqual([]);
});
