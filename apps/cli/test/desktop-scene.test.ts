import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createSystemRandom, createTestRandom } from "@underseal/foundation";
import { startDisplay } from "@underseal/tracker";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SCENE_SIZE, type Scene, startScene } from "../src/demo/desktop-scene.ts";
import { makeSecrets } from "../src/demo/scene-secrets.ts";

const folder = mkdtempSync(path.join(tmpdir(), "underseal-scene-"));
const workDir = path.join(folder, "work");
const env = { PATH: process.env.PATH ?? "" };
let display = "";
let stopDisplay = async () => {};
let scene: Scene;

beforeAll(async () => {
  const screen = await startDisplay(SCENE_SIZE, { ...env, HOME: folder });
  if (!screen.ok) throw new Error(screen.error.message);
  ({ display, stop: stopDisplay } = screen.value);
  const random = createSystemRandom();
  const started = await startScene(display, { random, env, workDir, isRoot: process.getuid?.() === 0 });
  if (!started.ok) throw new Error(started.error.message);
  scene = started.value;
});

afterAll(async () => {
  await scene?.stop();
  await stopDisplay();
  rmSync(folder, { recursive: true, force: true });
});

const windowNames = (): readonly string[] => {
  const xdotool = (...args: readonly string[]) =>
    execFileSync("xdotool", args, { env: { ...env, DISPLAY: display, LANG: "C.UTF-8" }, encoding: "utf8" });
  const ids = findIds(xdotool);
  return ids.map((id) => xdotool("getwindowname", id).trim());
};

/** The program fails when it finds none. */
const findIds = (xdotool: (...args: readonly string[]) => string): readonly string[] => {
  try {
    return xdotool("search", "--onlyvisible", "--name", ".").trim().split("\n");
  } catch {
    return [];
  }
};

test("all windows of the scene are open", () => {
  const names = windowNames();
  for (const name of ["deploy@staging", "invoice.ts - editor", "KeePassXC", "Lakeside Clinic", "Poster"]) {
    expect(
      names.some((found) => found.includes(name)),
      name,
    ).toBe(true);
  }
});

test("the secrets are long, different from each other and new in every run", () => {
  expect(scene.canaries.length).toBeGreaterThanOrEqual(6);
  expect(new Set(scene.canaries).size).toBe(scene.canaries.length);
  for (const canary of scene.canaries) expect(canary.length).toBeGreaterThanOrEqual(12);
  expect(Object.values(makeSecrets(createTestRandom(1)))).not.toEqual(Object.values(makeSecrets(createTestRandom(2))));
});

test("working on it types and clicks without an error, and no program of the scene writes a secret to its files", async () => {
  await scene.activity();
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  expect(files.length).toBeGreaterThan(0);
  for (const file of files) {
    const content = readFileSync(path.join(file.parentPath, file.name), "latin1");
    for (const canary of scene.canaries) expect(content.includes(canary), file.name).toBe(false);
  }
});

test("stopping closes every window and removes its files", async () => {
  await scene.stop();
  expect(existsSync(workDir)).toBe(false);
  const names = windowNames();
  expect(names.filter((name) => name !== "Openbox" && name !== "")).toEqual([]);
  await scene.stop();
});
