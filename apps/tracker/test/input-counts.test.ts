import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startInputProcess } from "../src/sensors/input.ts";
import type { InputCounts } from "../src/sensors/sensor.ts";
import { baseEnv, startTestDesktop, useDesktop } from "./desktop.ts";

const desktop = useDesktop();

const settingsOf = (display: string) => ({ display, env: baseEnv, execPath: process.execPath });

const untilCounting = async (input: ReturnType<typeof startInputProcess>): Promise<InputCounts> => {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const taken = await input.takeCounts();
    if (taken.ok) return taken.value;
    await sleep(50);
  }
  throw new Error("the counter did not start");
};

test("keys, clicks, wheel steps and moves are counted exactly, and each only once", async () => {
  const input = startInputProcess(settingsOf(desktop().display));
  await untilCounting(input);
  await desktop().xdotool("mousemove", "10", "10");
  await sleep(200);
  await input.takeCounts();
  await desktop().xdotool("type", "--delay", "5", "hello world");
  await desktop().xdotool("click", "1", "click", "3");
  await desktop().xdotool("click", "4", "click", "5", "click", "5");
  for (const x of ["100", "200", "300"]) await desktop().xdotool("mousemove", x, "100");
  await sleep(300);
  expect(await input.takeCounts()).toEqual({ ok: true, value: { keys: 11, buttons: 2, wheelSteps: 3, moves: 3 } });
  expect(await input.takeCounts()).toEqual({ ok: true, value: { keys: 0, buttons: 0, wheelSteps: 0, moves: 0 } });
  await input.stop();
});

test("a held key is one key", async () => {
  const input = startInputProcess(settingsOf(desktop().display));
  await untilCounting(input);
  await desktop().xdotool("keydown", "a", "sleep", "1", "keyup", "a");
  await sleep(200);
  expect(await input.takeCounts()).toMatchObject({ value: { keys: 1 } });
  await input.stop();
});

test("when the display goes, the counter ends and not we; asking says so", async () => {
  const other = await startTestDesktop();
  const input = startInputProcess(settingsOf(other.display));
  await untilCounting(input);
  await other.stop();
  await sleep(300);
  expect(await input.takeCounts()).toMatchObject({ ok: false, error: { code: "INPUT_UNAVAILABLE" } });
  await input.stop();
});

test("questions asked at once get an answer each", async () => {
  const input = startInputProcess(settingsOf(desktop().display));
  await untilCounting(input);
  const answers = await Promise.all(Array.from({ length: 5 }, () => input.takeCounts()));
  expect(answers.map(({ ok }) => ok)).toEqual([true, true, true, true, true]);
  await input.stop();
});

test("no listener takes the event it is called with", () => {
  const source = readFileSync(new URL("../src/sensors/input-counts.ts", import.meta.url), "utf8");
  const code = source.replaceAll(/\/\/.*$/gm, "");
  expect(eventUses(code)).toEqual([]);
  // The check sees what it is there for.
  for (const planted of [
    'uIOhook.on("keyup", (event) => use(event.keycode));',
    'uIOhook.on("keyup", event => use(event.keycode));',
    'uIOhook.on("keyup", function () { use(arguments[0]); });',
    'uIOhook.on("keyup", count);',
    'uIOhook.once("keyup", () => {});',
    'uIOhook.on("keyup", (...all) => use(all));',
  ]) {
    expect(eventUses(code + planted), planted).not.toEqual([]);
  }
});

/** Every use of the library other than starting, stopping, and listening with a function of no arguments. */
const eventUses = (code: string): readonly string[] => {
  const [, ...uses] = code.replace(/^import .*$/gm, "").split(/\buIOhook\b/);
  const allowed = [/^\.(start|stop)\(\)/, /^\.on\("(keyup|mousedown|wheel|mousemove)", \(\) => \{/];
  const others = uses.filter((use) => !allowed.some((pattern) => pattern.test(use)));
  return [...others, ...(code.match(/\barguments\b/g) ?? [])];
};
