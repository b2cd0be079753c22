// Whatever fails while a picture is looked at hides more of it, and says why. The screens are real; what breaks is not.
import { ok } from "@underseal/foundation";
import {
  type DetectionModel,
  type FoundHidden,
  findHidden,
  loadDetectionModel,
  type RedactionSettings,
  type RgbImage,
  readLines,
} from "@underseal/redaction";
import { beforeAll, describe, expect, test } from "vitest";
import { createTrackerClock } from "../src/platform/clock.ts";
import type { Fallback } from "../src/reduction/faults.ts";
import type { FindHidden } from "../src/reduction/hide.ts";
import { type Observation, type ObserveRequest, observeDesktop } from "../src/reduction/observe.ts";
import { createReader } from "../src/reduction/reader.ts";
import { openScreens } from "../src/sensors/screen.ts";
import type { ScreenSensor } from "../src/sensors/sensor.ts";
import { baseEnv, unwrap, useDesktop } from "./desktop.ts";

const desktop = useDesktop();
const REQUEST: ObserveRequest = {
  rules: [{ field: "title", contains: "keepassxc" }],
  ownPids: [],
  policy: "strict",
  languages: ["eng"],
  terms: ["Projekt Nordwind"],
  tilePx: 64,
  treeSize: 1_024,
  remembered: { key: new Uint8Array(32), tiles: [] },
  isConcealed: false,
};
const TEXT = "printf 'password: correct-horse-battery\\n'; sleep 1000";

beforeAll(() => {
  process.env.DISPLAY = desktop().display;
});

const observe = async (find: FindHidden, changes: Partial<ObserveRequest> = {}, screens = openScreens()) =>
  unwrap(await observeDesktop({ ...REQUEST, ...changes }, { windows: desktop().windows, screens, findHidden: find }));

const expectNothing = (seen: Observation, code: Fallback["code"]) => {
  expect(seen.fallback).toEqual({ shows: "nothing", code });
  expect([...seen.redactedTiles, ...seen.maskedTiles].sort((a, b) => a - b)).toEqual(
    Array.from({ length: seen.columns * seen.rows }, (_, tile) => tile),
  );
};

/** A reader that is lost over words but finds text. */
const losesWords: FindHidden = async (image, settings) => {
  if (settings.policy !== "structure") throw new Error("a word that must not be told: hunter2");
  return findHidden(image, settings, { loadModel: loadDetectionModel, readLines });
};

describe("a detector that breaks", () => {
  const run = () => Promise.reject(new Error("no memory"));
  const broken: DetectionModel = { run, release: async () => {} };

  test.each(["structure", "strict", "open"] as const)("withholds the whole picture under %s", async (policy) => {
    const denied = await desktop().openTerminal({ title: "KeePassXC", geometry: "30x8+300+300" });
    const seen = await observe(
      (image, settings) => findHidden(image, settings, { loadModel: async () => ok(broken), readLines }),
      { policy },
    );
    expectNothing(seen, "DETECTION_FAILED");
    expect(seen.maskedTiles.length).toBeGreaterThan(0);
    await denied.close();
  });
});

describe("reading that breaks", () => {
  test.each([
    [
      "falls back by itself",
      async (image: RgbImage, settings: RedactionSettings) => {
        const found = unwrap(await findHidden(image, settings, { loadModel: loadDetectionModel, readLines }));
        return { ok: true, value: { ...found, degraded: { code: "MODEL_UNAVAILABLE", message: "no words" } } };
      },
      "MODEL_UNAVAILABLE",
    ],
    ["is lost", losesWords, "READER_FAILED"],
  ] as const)("%s: all text is withheld and the rest shows", async (_, find, code) => {
    const text = await desktop().openTerminal({ title: "shell", geometry: "40x8+32+32", script: TEXT });
    // What is above is a finder; the table's types are not.
    const seen = await observe(find as FindHidden);
    const allText = await observe(
      (image, settings) => findHidden(image, settings, { loadModel: loadDetectionModel, readLines }),
      { policy: "structure" },
    );
    expect(seen.fallback).toEqual({ shows: "structure", code });
    expect(seen.redactedTiles).toEqual(allText.redactedTiles);
    expect(seen.redactedTiles.length).toBeLessThan(seen.columns * seen.rows);
    expect(allText.fallback).toBeNull();
    expect(JSON.stringify({ ...seen, rgb: null })).not.toContain("hunter2");
    await text.close();
  });

  test("is not tried a second time under structure, where there is nothing less to try", async () => {
    let asked = 0;
    const find: FindHidden = async () => {
      asked += 1;
      return { ok: false, error: { code: "READER_MEMORY" } };
    };
    expectNothing(await observe(find, { policy: "structure" }), "READER_MEMORY");
    expect(asked).toBe(1);
  });

  test("the second look is without the words", async () => {
    const asked: RedactionSettings[] = [];
    const find: FindHidden = async (_, { policy, languages, terms }) => {
      asked.push({ policy, languages, terms });
      return { ok: false, error: { code: "READER_TIMEOUT" } };
    };
    expectNothing(await observe(find), "READER_TIMEOUT");
    expect(asked.map(({ policy, terms }) => [policy, terms.length])).toEqual([
      ["strict", 1],
      ["structure", 0],
    ]);
  });
});

describe("the reader's own process", () => {
  const { monotonicMs } = createTrackerClock(null);
  const reader = (changes: Partial<Parameters<typeof createReader>[0]> = {}) =>
    createReader({ env: baseEnv, execPath: process.execPath, totalMs: 60_000, monotonicMs, ...changes });
  const odd = (name: string) => new URL(`./readers/${name}-process.ts`, import.meta.url);

  test("finds what the same function finds here, with places and reasons only", async () => {
    const text = await desktop().openTerminal({ title: "shell", geometry: "40x8+32+32", script: TEXT });
    const found: FoundHidden[] = [];
    const seen = await observe(async (image, settings) => {
      const [there, here] = [
        await reader()(image, settings),
        await findHidden(image, settings, { loadModel: loadDetectionModel, readLines }),
      ];
      // It also tells what it took of the machine.
      expect(there).toMatchObject(here);
      found.push(unwrap(here));
      return there;
    });
    expect(seen.fallback).toBeNull();
    expect(found[0]?.hidden.length).toBeGreaterThan(0);
    await text.close();
  });

  test.each([
    ["breaks", "broken", {}, "READER_FAILED"],
    ["is killed", "killed", {}, "READER_FAILED"],
    ["loses its worker", "lost-worker", {}, "READER_FAILED"],
    ["says something else", "babbling", {}, "READER_FAILED"],
    ["hangs", "hanging", { totalMs: 1_500 }, "READER_TIMEOUT"],
    ["takes too much memory", "greedy", { memoryBytesMax: 300 * 1024 * 1024 }, "READER_MEMORY"],
    ["takes too much memory in a worker", "greedy-worker", { memoryBytesMax: 300 * 1024 * 1024 }, "READER_MEMORY"],
    ["starts a program that does", "greedy-program", { memoryBytesMax: 300 * 1024 * 1024 }, "READER_MEMORY"],
    ["writes a file", "writing", {}, "READER_FAILED"],
  ])("that %s withholds the whole picture", async (_, name, changes, code) => {
    expectNothing(await observe(reader({ file: odd(name), ...changes })), code as Fallback["code"]);
  });

  test("cannot be started: the whole picture is withheld", async () => {
    expectNothing(await observe(reader({ execPath: "/nonexistent" })), "READER_FAILED");
  });
});

describe("screens of other forms", () => {
  const screenOf = (width: number, height: number): ScreenSensor => ({
    captureScreens: async () => ({
      ok: true,
      value: [{ x: 0, y: 0, width, height, rgb: new Uint8Array(width * height * 3).fill(90) }],
    }),
  });

  test.each([
    [1283, 771, 1, 21, 13],
    [7680, 4320, 4, 30, 17],
    [1, 1, 1, 1, 1],
  ])("%i×%i: a box in the last corner is withheld", async (width, height, scale, columns, rows) => {
    const find: FindHidden = async (image) => ({
      ok: true,
      value: {
        hidden: [{ box: { x: image.width - 1, y: image.height - 1, width: 1, height: 1 }, reason: "text" }],
        degraded: null,
      },
    });
    const seen = await observe(find, {}, screenOf(width, height));
    expect(seen).toMatchObject({ scale, columns, rows, fallback: null });
    expect(seen.redactedTiles).toContain(columns * rows - 1);
  });

  test.each([
    [7680, 4321, "SCREEN_TOO_LARGE"],
    [7680, 4320, null],
  ])("%i×%i: more than four screens of 4K are refused", async (width, height, code) => {
    const find: FindHidden = async () => ({ ok: true, value: { hidden: [], degraded: null } });
    const deps = { windows: desktop().windows, screens: screenOf(width, height), findHidden: find };
    const answer = await observeDesktop(REQUEST, deps);
    expect(answer.ok ? null : answer.error.code).toBe(code);
  });
});
