// The demo can be stopped at any point, politely or with -9: nothing of it goes on, and the next one begins cleanly.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createWorkDir } from "../src/demo/work-dir.ts";
import { type CommandProcess, environmentsNaming, processesNaming, startCommand } from "./support/command-line.ts";

/** A polite stop finishes the step that is under way; what is killed takes nobody's time. On a busy machine. */
const GONE_WITHIN_MS = { SIGINT: 20_000, SIGKILL: 6_000 };
const TEST_MS = 60_000;
const POLL_MS = 100;

let folder = "";
let temporaryDir = "";
let running: CommandProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "underseal-stop-"));
  // As root the database runs as another user, who must be able to pass through.
  chmodSync(folder, 0o711);
  temporaryDir = path.join(folder, "tmp");
  mkdirSync(temporaryDir, { mode: 0o711 });
});

afterEach(async () => {
  for (const demo of running) demo.child.kill("SIGKILL");
  running = [];
  await untilGone("SIGKILL");
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** Every process of it inherits the folder as its home, so that all of them can be found by its name. */
const startDemo = (): CommandProcess =>
  startCommand(["demo", "--out", path.join(folder, "out")], { env: { HOME: folder, TMPDIR: temporaryDir } });

/** Files of the X servers that the demo started, with what tells them from another server's of the same number. */
const displayFiles = (): readonly { readonly file: string; readonly inode: number }[] => {
  const displays = new Set(environmentsNaming(folder).flatMap((text) => /^DISPLAY=:(\d+)$/m.exec(text)?.[1] ?? []));
  return [...displays]
    .flatMap((number) => [`/tmp/.X11-unix/X${number}`, `/tmp/.X${number}-lock`])
    .filter((file) => existsSync(file))
    .map((file) => ({ file, inode: statSync(file).ino }));
};

const untilGone = async (signal: keyof typeof GONE_WITHIN_MS): Promise<readonly string[]> => {
  for (let waitedMs = 0; waitedMs < GONE_WITHIN_MS[signal]; waitedMs += POLL_MS) {
    if (processesNaming(folder).length === 0) return [];
    await sleep(POLL_MS);
  }
  return processesNaming(folder);
};

const isRefused = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(false);
    }).on("error", () => resolve(true));
  });

interface Moment {
  readonly name: string;
  readonly seen: RegExp;
  readonly delayMs: number;
  readonly hasDisplay: boolean;
}

const starting: Moment = { name: "while the server starts", seen: /1 Starting/, delayMs: 700, hasDisplay: false };
const tracking: Moment = { name: "while it tracks", seen: /4 Tracking/, delayMs: 4_000, hasDisplay: true };

/** Starts a demo, sends the signal at the moment, and looks for what is left. */
const stopDemo = async ({ seen, delayMs, hasDisplay }: Moment, signal: keyof typeof GONE_WITHIN_MS) => {
  const demo = startDemo();
  running.push(demo);
  await demo.untilPrinted(seen);
  await sleep(delayMs);
  const files = displayFiles();
  expect(files.length > 0).toBe(hasDisplay);
  demo.child.kill(signal);
  expect(await untilGone(signal)).toEqual([]);
  expect(files.filter(({ file, inode }) => existsSync(file) && statSync(file).ino === inode)).toEqual([]);
  const port = Number(/running at http:\/\/127\.0\.0\.1:(\d+)/.exec(demo.stdout())?.[1]);
  if (hasDisplay) expect(await isRefused(port)).toBe(true);
  return { code: await demo.ended, stderr: demo.stderr() };
};

test.each([starting, tracking])(
  "Ctrl-C $name leaves no process, display, port or file",
  { timeout: TEST_MS },
  async (moment) => {
    const { code, stderr } = await stopDemo(moment, "SIGINT");
    expect(stderr).toBe("underseal: the demo was stopped; nothing was left behind\n");
    expect(code).toBe(1);
    expect(readdirSync(temporaryDir)).toEqual([]);
  },
);

test.each([starting, tracking])(
  "kill -9 $name leaves files only, which the next start removes",
  { timeout: TEST_MS },
  async (moment) => {
    expect((await stopDemo(moment, "SIGKILL")).code).toBe("SIGKILL");
    const [abandoned = ""] = readdirSync(temporaryDir);
    expect(abandoned).toMatch(/^underseal-demo-\d+$/);
    const workDir = await createWorkDir(temporaryDir);
    expect(readdirSync(temporaryDir)).toEqual([path.basename(workDir)]);
    expect(workDir).not.toBe(path.join(temporaryDir, abandoned));
  },
);

test("the folder of a demo that still runs is left alone, as is whatever else is there", async () => {
  const names = ["underseal-demo-1", "underseal-demo-x", "other"];
  for (const name of names) mkdirSync(path.join(temporaryDir, name));
  const workDir = await createWorkDir(temporaryDir);
  expect(readdirSync(temporaryDir).sort()).toEqual([...names, path.basename(workDir)].sort());
});
