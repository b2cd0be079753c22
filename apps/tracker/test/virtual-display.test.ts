import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { startLeashed } from "../src/platform/leash.ts";
import { startDisplay } from "../src/platform/virtual-display.ts";
import { openWindowsX11 } from "../src/sensors/windows-x11.ts";
import { baseEnv, unwrap } from "./desktop.ts";

const SMALL = { width: 320, height: 200 };
const WAIT_MS = 8_000;

const untilGone = async (exists: () => boolean): Promise<boolean> => {
  for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += 50) {
    if (!exists()) return true;
    await sleep(50);
  }
  return false;
};

/** Processes that ended and wait for somebody to ask how (state Z) do not count. */
const isGroupAlive = (groupId: number): boolean =>
  readdirSync("/proc").some((name) => {
    const fields = /^\d+$/.test(name) ? readStat(name) : [];
    return Number(fields[2]) === groupId && fields[0] !== "Z";
  });

/** State, parent, group and so on: what follows the program's name, which is in parentheses and may hold anything. */
const readStat = (pid: string): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/stat`, "latin1")
      .replace(/^.*\) /s, "")
      .split(" ");
  } catch {
    return [];
  }
};

test("displays started at once are different ones, and one that is stopped answers nobody", async () => {
  const started = await Promise.all([1, 2, 3].map(() => startDisplay(SMALL, baseEnv)));
  const displays = started.map(unwrap);
  expect(new Set(displays.map(({ display }) => display)).size).toBe(3);
  const windows = await Promise.all(displays.map(async ({ display }) => unwrap(await openWindowsX11(display))));
  for (const connection of windows) expect(await connection.listWindows()).toMatchObject({ ok: true });
  await Promise.all(displays.map(({ stop }) => stop()));
  for (const connection of windows) {
    expect(await connection.listWindows()).toMatchObject({ ok: false, error: { code: "DISPLAY_LOST" } });
  }
  await displays[0]?.stop();
});

test("without the programs, one sentence says what to install", async () => {
  const failed = await startDisplay(SMALL, { PATH: "/nonexistent" });
  const message = expect.stringContaining("install the Debian packages xvfb and openbox");
  expect(failed).toMatchObject({ ok: false, error: { code: "DISPLAY_NOT_STARTED", message } });
});

test("a program is gone soon after whoever started it was killed with -9", async () => {
  const source = fileURLToPath(new URL("../src/platform/leash.ts", import.meta.url));
  const program = { command: "sh", args: ["-c", "sleep 1000 & sleep 1000"], env: baseEnv };
  const script = `const { startLeashed } = await import(${JSON.stringify(source)});
    console.log(startLeashed(${JSON.stringify(program)}).groupId); setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const [chunk] = await once(parent.stdout, "data");
  const groupId = Number(String(chunk));
  const wasAlive = isGroupAlive(groupId);
  parent.kill("SIGKILL");
  expect(wasAlive).toBe(true);
  expect(await untilGone(() => isGroupAlive(groupId))).toBe(true);
});

test("a program that ignores being asked to end is made to, with its children", async () => {
  const script = "trap '' TERM; (trap '' TERM; sleep 1000) & sleep 1000";
  const stubborn = startLeashed({ command: "sh", args: ["-c", script], env: baseEnv });
  await sleep(200);
  expect(isGroupAlive(stubborn.groupId)).toBe(true);
  await stubborn.stop();
  expect(await untilGone(() => isGroupAlive(stubborn.groupId))).toBe(true);
});

test("a command that does not exist ends at once", async () => {
  const missing = startLeashed({ command: "/nonexistent/program", args: [], env: baseEnv });
  await missing.ended;
});
