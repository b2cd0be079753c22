// The walls are only worth something if the tool sees the code: a blind run is green. So violations are planted in a
// copy of the tree and must be found, and the real run must cruise what is there.
import { execFile } from "node:child_process";
import { appendFile, cp, mkdtemp, rm, symlink } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = path.join(import.meta.dirname, "../..");
let copy = "";

beforeAll(async () => {
  copy = await mkdtemp(path.join(os.tmpdir(), "underseal-walls-"));
  const skip = new Set(["node_modules", "dist", ".types", ".git", "demo"]);
  for (const folder of ["packages", "apps"]) {
    await cp(path.join(root, folder), path.join(copy, folder), {
      recursive: true,
      filter: (source) => !skip.has(path.basename(source)),
    });
  }
  for (const file of [".dependency-cruiser.mjs", "package.json", "tsconfig.base.json"]) {
    await cp(path.join(root, file), path.join(copy, file));
  }
  await symlink(path.join(root, "node_modules"), path.join(copy, "node_modules"));
});

afterAll(() => rm(copy, { recursive: true, force: true }));

interface Cruise {
  readonly violations: readonly string[];
  readonly modules: number;
}

const cruise = async (directory: string): Promise<Cruise> => {
  const bin = path.join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  const args = [bin, "packages", "apps", "--config", ".dependency-cruiser.mjs", "--output-type", "json"];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    cwd: directory,
    maxBuffer: 256 * 1024 * 1024,
  }).catch((failure) => failure);
  const { summary } = JSON.parse(stdout);
  return {
    violations: summary.violations.map((violation: { rule: { name: string } }) => violation.rule.name),
    modules: summary.totalCruised,
  };
};

describe("the walls", () => {
  test("hold, and the whole tree was looked at", async () => {
    const { violations, modules } = await cruise(root);
    expect(violations).toEqual([]);
    expect(modules).toBeGreaterThan(200);
  }, 120_000);

  test("planted violations are found", async () => {
    const plant = (file: string, line: string) => appendFile(path.join(copy, file), `\n${line}\n`);
    await plant("packages/verifier/src/index.ts", 'export { readFile } from "node:fs/promises";');
    await plant("apps/server/src/index.ts", 'export { openVisible } from "../../../packages/evidence/src/open.ts";');
    await plant("packages/foundation/src/result.ts", 'export { createId } from "./ids.ts";');
    await plant("packages/foundation/src/ids.ts", 'export { ok } from "./result.ts";');
    await plant("apps/tracker/src/tracker.ts", 'export { Monitor } from "node-screenshots";');
    await plant(
      "packages/foundation/src/index.ts",
      'export { openTracker } from "../../../apps/tracker/src/index.ts";',
    );
    await plant("apps/server/src/billing/rules.ts", 'export { transact } from "../platform/postgres/transact.ts";');
    await plant("packages/foundation/src/time.ts", 'export { nothing } from "./not-there.ts";');
    await plant("apps/server/src/billing/weeks.ts", 'export { findPersonRow } from "../people/store.ts";');
    const { violations } = await cruise(copy);
    expect(new Set(violations)).toEqual(
      new Set([
        "verifier-seals-nothing",
        "server-opens-nothing",
        "no-cycles",
        "resolves",
        "packages-never-reach-apps",
        "rules-are-pure",
        "features-enter-by-the-front-door",
        "only-sensors-see-raw-signals",
        "daemon-loads-no-pixels",
      ]),
    );
  }, 120_000);
});
