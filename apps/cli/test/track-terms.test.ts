// `underseal track terms`, as a person meets it.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { runCommand } from "./support/command-line.ts";

// Seven command lines in a row, on machines that have other work too.
vi.setConfig({ testTimeout: 120_000 });

const folder = mkdtempSync(path.join(os.tmpdir(), "underseal-terms-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const CONTRACT = "0194a000-0000-7000-8000-000000000001";

const terms = (args: readonly string[], options: { readonly input?: string; readonly name?: string } = {}) =>
  runCommand(["track", "terms", ...args], {
    env: { UNDERSEAL_TRACKER_DIR: path.join(folder, options.name ?? "tracker") },
    ...(options.input === undefined ? {} : { input: options.input }),
  });

describe("underseal track terms", () => {
  test("lists nothing, takes words from the command line, a file and standard input, and gives them back", async () => {
    const empty = await terms([CONTRACT]);
    expect(empty).toMatchObject({ code: 0, stdout: "" });
    expect(empty.stderr).toMatch(/no words; add some with --add/);
    const file = path.join(folder, "words.txt");
    writeFileSync(file, "Globex GmbH\r\n\nDr. Sommer\n");
    const added = await terms([CONTRACT, "--add", "Nordwind", "--add", "ACME", "--file", file]);
    expect(added).toMatchObject({ code: 0, stdout: "ACME\nDr. Sommer\nGlobex GmbH\nNordwind\n" });
    await terms([CONTRACT, "--file", "-"], { input: "Südlicht\n" });
    const removed = await terms([CONTRACT.toUpperCase(), "--remove", "acme"]);
    expect(removed.stdout).toBe("Dr. Sommer\nGlobex GmbH\nNordwind\nSüdlicht\n");
    expect((await terms([CONTRACT])).stdout).toBe(removed.stdout);
    expect((await terms(["0194a000-0000-7000-8000-000000000002"])).stdout).toBe("");
  });

  test.each([
    ["no contract's id", ["my client"], /is not a contract's id: copy it/],
    ["an empty word", [CONTRACT, "--add", " "], /a word has 1 to 200 characters on one line/],
    ["a word too long", [CONTRACT, "--add", "x".repeat(201)], /a word has 1 to 200 characters/],
    ["a file that is not there", [CONTRACT, "--file", "/nonexistent"], /there is no file \/nonexistent/],
  ])("%s", async (_, args, message) => {
    const outcome = await terms(args, { name: "untouched" });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stderr).not.toMatch(/^ +at /m);
  });

  test("more than a thousand words", async () => {
    const input = Array.from({ length: 1_001 }, (_, i) => `word ${i}`).join("\n");
    const outcome = await terms([CONTRACT, "--file", "-"], { input, name: "full" });
    expect(outcome).toMatchObject({ code: 1, stdout: "" });
    expect(outcome.stderr).toMatch(/a contract's list has 1000 words at most/);
  });
});
