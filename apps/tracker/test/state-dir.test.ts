// The state directory met by other users of the machine: one that they own, can enter, can write to or can replace is
// refused, and left as it is.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { createTestClock } from "@underseal/foundation";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadDeviceKeys } from "../src/keys/device-keys.ts";
import { prepareStateDir } from "../src/platform/state-dir.ts";
import { NINE_MS, random, temporaryFolder } from "./outbox-world.ts";

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

let folder: ReturnType<typeof temporaryFolder>;
let stateDir = "";

beforeEach(() => {
  folder = temporaryFolder();
  stateDir = path.join(folder.path, "tracker");
});
afterEach(() => folder[Symbol.dispose]());

const messageOf = async (directory: string): Promise<string | null> => {
  const prepared = await prepareStateDir(directory);
  return prepared.ok ? null : prepared.error.message;
};

test("it is made where it is absent, for its owner alone, whatever the mask of the process is", async () => {
  const mask = process.umask(0);
  expect(await messageOf(path.join(stateDir, "deep"))).toBeNull();
  process.umask(mask);
  expect(statSync(path.join(stateDir, "deep")).mode & 0o777).toBe(0o700);
  expect(statSync(stateDir).mode & 0o777).toBe(0o700);
  expect(await messageOf(`${stateDir}/`)).toBeNull();
});

describe("one that is there already", () => {
  test.each([0o710, 0o701, 0o740, 0o704, 0o755])("with mode %o, is refused until it is closed", async (mode) => {
    mkdirSync(stateDir);
    chmodSync(stateDir, mode);
    expect(await messageOf(stateDir)).toBe(`other users may look into ${stateDir}: run: chmod 700 ${stateDir}`);
    chmodSync(stateDir, 0o700);
    expect(await messageOf(stateDir)).toBeNull();
  });

  test.each([0o720, 0o702, 0o777, 0o1777])("with mode %o, may hold what others planted", async (mode) => {
    mkdirSync(stateDir);
    chmodSync(stateDir, mode);
    expect(await messageOf(stateDir)).toBe(
      `other users may write to ${stateDir}: see that everything in it is yours, then run: chmod 700 ${stateDir}`,
    );
  });

  test.each(["two words", "it's; one `$(id)`"])(
    "is closed by the command as it is told, also named %j",
    async (name) => {
      const directory = path.join(folder.path, name, name);
      mkdirSync(directory, { recursive: true });
      const run = async (directory: string) =>
        execFileSync("sh", [
          "-c",
          /run: (chmod .*?)(; or set |$)/.exec((await messageOf(directory)) ?? "")?.[1] ?? "exit 1",
        ]);
      for (const mode of [0o755, 0o777]) {
        chmodSync(directory, mode);
        await run(directory);
        expect(statSync(directory).mode & 0o777).toBe(0o700);
      }
      chmodSync(path.dirname(directory), 0o777);
      await run(directory);
      expect(await messageOf(directory)).toBeNull();
    },
  );

  test("keeps what is in it when it is refused, and no keys are made in it", async () => {
    mkdirSync(stateDir);
    chmodSync(stateDir, 0o755);
    writeFileSync(path.join(stateDir, "outbox.sqlite"), "kept");
    const keys = await loadDeviceKeys(stateDir, { clock: createTestClock(NINE_MS), random });
    expect(keys).toMatchObject({ ok: false, error: { code: "STATE_DIR_SHARED" } });
    expect(readFileSync(path.join(stateDir, "outbox.sqlite"), "utf8")).toBe("kept");
    expect(existsSync(path.join(stateDir, "device.json"))).toBe(false);
  });

  test("is refused where it is a link, with a slash at its end too", async () => {
    mkdirSync(path.join(folder.path, "elsewhere"), { mode: 0o700 });
    symlinkSync(path.join(folder.path, "elsewhere"), stateDir);
    const message = `${stateDir} is a link: set UNDERSEAL_TRACKER_DIR to the directory that it leads to`;
    expect(await messageOf(stateDir)).toBe(message);
    expect(await messageOf(`${stateDir}/`)).toBe(message);
    rmSync(stateDir);
    symlinkSync(path.join(folder.path, "nowhere"), stateDir);
    expect(await messageOf(stateDir)).toMatch(/^cannot use .* \(E\w+\): make it a directory/);
    expect(existsSync(path.join(folder.path, "nowhere"))).toBe(false);
  });

  test("is refused where it is another user's, however it is closed", async (context) => {
    if (!isRoot) return context.skip("giving a directory to another user takes root");
    mkdirSync(stateDir, { mode: 0o700 });
    chownSync(stateDir, NOBODY, NOBODY);
    expect(await messageOf(stateDir)).toBe(
      `${stateDir} belongs to another user: set UNDERSEAL_TRACKER_DIR to one of your own`,
    );
  });
});

describe("one below a place", () => {
  test("that everybody may write to is refused; not where only owners may rename there", async () => {
    mkdirSync(stateDir, { mode: 0o700 });
    chmodSync(folder.path, 0o777);
    expect(await messageOf(stateDir)).toBe(
      `other users may write to ${folder.path}, and could put another one there: run: chmod o-w ${folder.path}; ` +
        "or set UNDERSEAL_TRACKER_DIR to a directory elsewhere",
    );
    chmodSync(folder.path, 0o1777);
    expect(await messageOf(stateDir)).toBeNull();
  });

  test("that everybody may write to is refused where a link leads there", async () => {
    const [shared, own] = [path.join(folder.path, "shared"), path.join(folder.path, "own")];
    mkdirSync(shared);
    chmodSync(shared, 0o777);
    mkdirSync(path.join(shared, "tracker"), { mode: 0o700 });
    symlinkSync(shared, own);
    expect(await messageOf(path.join(own, "tracker"))).toMatch(`other users may write to ${shared}, and could`);
  });

  test.each([
    ["by its whole name", (place: string) => path.join(place, "shared/inner")],
    ["by a name from there", () => "shared/inner"],
    ["by a name that goes up again", () => "real/../shared/inner"],
  ])("that everybody may write to is refused where one link leads to another in it, %s", async (_, targetIn) => {
    const [shared, real] = [path.join(folder.path, "shared"), path.join(folder.path, "real")];
    mkdirSync(shared);
    mkdirSync(path.join(real, "tracker"), { recursive: true, mode: 0o700 });
    symlinkSync("../real", path.join(shared, "inner"));
    symlinkSync(targetIn(folder.path), path.join(folder.path, "outer"));
    const linked = path.join(folder.path, "outer", "tracker");
    expect(await messageOf(linked)).toBeNull();
    chmodSync(shared, 0o777);
    expect(await messageOf(linked)).toMatch(`other users may write to ${shared}, and could`);
    chmodSync(shared, 0o1777);
    expect(await messageOf(linked)).toBeNull();
  });

  test("of another user is refused, and so is one by another user's link", async (context) => {
    if (!isRoot) return context.skip("giving a directory to another user takes root");
    const [theirs, link] = [path.join(folder.path, "theirs"), path.join(folder.path, "link")];
    mkdirSync(path.join(theirs, "tracker"), { recursive: true, mode: 0o700 });
    chownSync(theirs, NOBODY, NOBODY);
    const message = (place: string) => `${place} belongs to another user, who could put another one there; or set`;
    expect(await messageOf(path.join(theirs, "tracker"))).toMatch(message(theirs));
    mkdirSync(stateDir, { mode: 0o700 });
    symlinkSync(folder.path, link);
    lchownSync(link, NOBODY, NOBODY);
    expect(await messageOf(path.join(link, "tracker"))).toMatch(message(link));
  });
});
