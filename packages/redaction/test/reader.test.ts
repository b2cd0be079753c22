// The reader as a program: what it is asked and answers, and what happens when it hangs, breaks or is not there.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import type { Rect } from "../src/index.ts";
import { type ReaderSettings, readLines } from "../src/reader.ts";
import { drawLines, LIGHT } from "./support/screens.ts";

const folder = mkdtempSync(path.join(tmpdir(), "underseal-reader-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

const SIZE = { width: 600, height: 200 };
const image = await drawLines(
  [
    { text: "the quarterly report", x: 20, y: 36, px: 16 },
    { text: "open accounts", x: 20, y: 96, px: 16 },
    { text: "and their status", x: 20, y: 120, px: 16 },
  ],
  LIGHT,
  SIZE,
);
const FIRST: Rect = { x: 10, y: 18, width: 300, height: 26 };
const SECOND: Rect = { x: 10, y: 78, width: 300, height: 26 };
const THIRD: Rect = { x: 10, y: 102, width: 300, height: 26 };
const LOW: Rect = { ...FIRST, height: 5 };
const TWO_ROWS: Rect = { ...SECOND, y: 82, height: 40 };

const textsOf = async (boxes: readonly Rect[], settings: Partial<ReaderSettings> = {}): Promise<readonly string[]> => {
  const read = await readLines(image, boxes, ["eng"], settings);
  if (!read.ok) throw new Error(read.error.message, { cause: read.error.cause });
  return read.value.map((words) => words.map(({ text }) => text).join(" "));
};

describe("boxes are answered in their order", () => {
  test("and those that cannot be read as one line have no words", async () => {
    const texts = await textsOf([THIRD, LOW, FIRST, TWO_ROWS, SECOND]);
    expect(texts).toEqual(["and their status", "", "the quarterly report", "", "open accounts"]);
  });

  test("words stand where they were drawn", async () => {
    const read = await readLines(image, [FIRST], ["eng"]);
    const [words = []] = read.ok ? read.value : [];
    expect(words).toHaveLength(3);
    for (const [i, { box }] of words.entries()) {
      expect(box).toMatchObject({ y: FIRST.y, height: FIRST.height });
      expect(box.x).toBeGreaterThan(words[i - 1]?.box.x ?? 10);
    }
  });

  test("nothing to read starts no program", async () => {
    expect(await textsOf([LOW, TWO_ROWS], { program: "/nonexistent" })).toEqual(["", ""]);
  });
});

/** A program of our own in the reader's place, with what it wrote its process id into. */
const writeProgram = (name: string, script: string) => {
  const [program, pidFile] = [path.join(folder, name), path.join(folder, `${name}.pid`)];
  writeFileSync(program, `#!/bin/sh\necho $$ >${pidFile}.partial && mv ${pidFile}.partial ${pidFile}\n${script}\n`, {
    mode: 0o700,
  });
  return { program, pidOf: () => Number(readFileSync(pidFile, "utf8")), hasStarted: () => existsSync(pidFile) };
};

/** A table of 30 bytes in which one line was looked at, and nothing read. */
const ONE_PAGE = String.raw`level\n1\t1\t0\t0\t0\t0\t0\t0\t9\t9\t-1\t\n`;

/** One that nobody has waited for yet has no command line either. */
const runs = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1") !== "";
  } catch {
    return false;
  }
};

const failsWith = async (settings: Partial<ReaderSettings>, message: string, boxes: readonly Rect[] = [FIRST]) => {
  const cause = { message: expect.stringContaining(message) };
  expect(await readLines(image, boxes, ["eng"], settings)).toMatchObject({
    ok: false,
    error: { code: "READING_FAILED", cause },
  });
};

describe("a reader", () => {
  test("that hangs is ended", async () => {
    const { program, pidOf } = writeProgram("hanging", "exec sleep 1000");
    await failsWith({ program, timeoutMs: 1_500 }, "ended with a signal");
    expect(runs(pidOf())).toBe(false);
  });

  test("that is killed has read nothing", async () => {
    const { program } = writeProgram("killed", "cat >/dev/null; kill -9 $$");
    await failsWith({ program }, "ended with a signal");
  });

  test("that ends without taking what a pipe cannot hold has read nothing", async () => {
    const boxes = Array.from({ length: 400 }, () => FIRST);
    await failsWith({ program: "true" }, "0 of 400 lines were read", boxes);
  });

  test("that leaves out a line has read nothing", async () => {
    const { program } = writeProgram("short", `cat >/dev/null; printf '${ONE_PAGE}'`);
    await failsWith({ program }, "1 of 2 lines were read", [FIRST, SECOND]);
  });

  test("that answers without end is ended", async () => {
    const { program, pidOf } = writeProgram("endless", "exec yes");
    await failsWith({ program, tableBytesMax: 1_000_000 }, "more than 1000000 bytes");
    await vi.waitFor(() => expect(runs(pidOf())).toBe(false), 10_000);
  });

  test("may answer as much as is allowed, and not a byte more", async () => {
    const { program } = writeProgram("long", `cat >/dev/null; printf '${ONE_PAGE}'`);
    expect(await textsOf([FIRST], { program, tableBytesMax: 30 })).toEqual([""]);
    await failsWith({ program, tableBytesMax: 29 }, "more than 29 bytes");
  });

  test("without the program that sets its environment has read nothing, and is not called missing alone", async () => {
    vi.stubEnv("PATH", folder);
    symlinkSync("/usr/bin/setpriv", path.join(folder, "setpriv"));
    await failsWith({}, '"env" that starts it');
  });

  test("whose starter is missing has read nothing", async () => {
    vi.stubEnv("PATH", "/nonexistent");
    await failsWith({}, "ENOENT");
  });

  test("ends when the process that asked is killed", async () => {
    const { program, pidOf, hasStarted } = writeProgram("left-behind", "exec sleep 20");
    const script = `
      const { readLines } = await import(${JSON.stringify(new URL("../src/reader.ts", import.meta.url).href)});
      const image = { rgb: new Uint8Array(6_000).fill(255), width: 100, height: 20 };
      const box = { x: 0, y: 0, width: 100, height: 20 };
      await readLines(image, [box], ["eng"], { program: ${JSON.stringify(program)}, timeoutMs: 600_000 });`;
    const asking = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" });
    await vi.waitFor(() => expect(hasStarted()).toBe(true), 20_000);
    await vi.waitFor(() => expect(runs(pidOf())).toBe(true), 10_000);
    asking.kill("SIGKILL");
    await vi.waitFor(() => expect(runs(pidOf())).toBe(false), 10_000);
  });
});
