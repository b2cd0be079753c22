// Clock, randomness and environment come in as arguments: whoever reads the machine's own cannot be tested, replayed or
// put on the demo clock. Only a platform folder and `config.ts` may, and the few files below, each for its reason.
import { glob, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";

const root = path.join(import.meta.dirname, "../..");

const AMBIENT =
  /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|\bhrtime\b|\bprocess\.env\b|\bgetRandomValues\b|\brandomBytes\b|\brandomUUID\b/g;

const ALLOWED: readonly { readonly file: RegExp; readonly uses: readonly string[] }[] = [
  { file: /\/platform\/|\/config\.ts$/, uses: ["Date.now", "performance.now", "process.env", "randomBytes"] },
  // A switch of a native library, which reads it from the environment: it is set there, and nothing is read.
  { file: /^packages\/redaction\/src\/model\.ts$/, uses: ["process.env"] },
  // The process begins here: the environment is handed on, and the demo says how long things took.
  { file: /^apps\/cli\/src\//, uses: ["process.env", "performance.now"] },
  // The real randomness and the browser's clock, which everything else is given.
  { file: /^packages\/foundation\/src\/random\.ts$/, uses: ["getRandomValues"] },
  { file: /^apps\/web\/src\/lib\/clock\.ts$/, uses: ["Date.now", "performance.now"] },
  // Of the `Crypto` that was passed in.
  { file: /^apps\/web\/src\/features\/keys\/keyring\.ts$/, uses: ["getRandomValues"] },
];

/** What a source text reads of the machine, comments left out. */
const ambientUses = (source: string): string[] =>
  source
    .replace(/\/\*[\s\S]*?\*\/|(^|\s)\/\/.*$/gm, "")
    .match(AMBIENT)
    ?.map(String) ?? [];

const isAllowed = (file: string, use: string): boolean =>
  ALLOWED.some((allowed) => allowed.file.test(file) && allowed.uses.includes(use));

describe("clock, randomness and environment", () => {
  test("are read only where they are handed out", async () => {
    const found: string[] = [];
    let files = 0;
    for await (const file of glob("{packages,apps}/*/src/**/*.{ts,tsx}", { cwd: root })) {
      files += 1;
      for (const use of ambientUses(await readFile(path.join(root, file), "utf8"))) {
        if (!isAllowed(file, use)) found.push(`${file}: ${use}`);
      }
    }
    expect(found).toEqual([]);
    // A blind run would be green as well.
    expect(files).toBeGreaterThan(200);
  });

  test.each([
    ["const now = Date.now();", ["Date.now"]],
    ["const at = new Date();", ["new Date()"]],
    ["const at = new Date(clock.now());", []],
    ["const dice = Math.random() * 6;", ["Math.random"]],
    ["const home = process.env.HOME;", ["process.env"]],
    ["import { randomUUID } from 'node:crypto';", ["randomUUID"]],
    ["// Never Date.now() here.", []],
  ])("in %j are %j", (source, uses) => {
    expect(ambientUses(source)).toEqual(uses);
  });
});
