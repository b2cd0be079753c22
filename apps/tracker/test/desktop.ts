// Real windows on a real screen of its own for each test file, so that files running at once do not see each other.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll } from "vitest";
import { type LeashedProcess, startLeashed } from "../src/platform/leash.ts";
import { startDisplay, type VirtualDisplay } from "../src/platform/virtual-display.ts";
import type { DesktopWindow, WindowSensor } from "../src/sensors/sensor.ts";
import { openWindowsX11 } from "../src/sensors/windows-x11.ts";

const WAIT_MS = 10_000;
const POLL_MS = 20;

export const baseEnv = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/", LANG: "C.UTF-8" };

export interface TerminalOptions {
  readonly title: string;
  /** X11 geometry: columns × rows + place. */
  readonly geometry: string;
  readonly args?: readonly string[];
  /** What runs in it; by default nothing that draws. */
  readonly script?: string;
  readonly background?: string;
}

export interface TestDesktop {
  readonly display: string;
  readonly windows: WindowSensor;
  list(): Promise<readonly DesktopWindow[]>;
  /** Resolves once the window is on the screen and drawn. */
  openTerminal(options: TerminalOptions): Promise<{ readonly window: DesktopWindow; close(): Promise<void> }>;
  xdotool(...args: readonly string[]): Promise<string>;
  until(isSo: (windows: readonly DesktopWindow[]) => boolean): Promise<readonly DesktopWindow[]>;
  stop(): Promise<void>;
}

/** Makes a desktop before the tests of a file and removes it afterwards. */
export const useDesktop = (): (() => TestDesktop) => {
  let desktop: TestDesktop | null = null;
  beforeAll(async () => {
    desktop = await startTestDesktop();
  });
  afterAll(async () => {
    await desktop?.stop();
  });
  return () => {
    if (desktop === null) throw new Error("the desktop is there from beforeAll on");
    return desktop;
  };
};

export const startTestDesktop = async (): Promise<TestDesktop> => {
  const { display, stop } = unwrap(await startDisplay({ width: 1280, height: 768 }, baseEnv)) satisfies VirtualDisplay;
  const windows = unwrap(await openWindowsX11(display));
  const env = { ...baseEnv, DISPLAY: display };
  // A click into a terminal's menu can make it write a picture of itself to where it runs.
  const cwd = await mkdtemp(path.join(os.tmpdir(), "underseal-desktop-"));
  const started: LeashedProcess[] = [];
  const list = async () => unwrap(await windows.listWindows());
  const until = async (isSo: (windows: readonly DesktopWindow[]) => boolean) => {
    for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += POLL_MS) {
      const found = await list();
      if (isSo(found)) return found;
      await sleep(POLL_MS);
    }
    throw new Error(`waited in vain; windows: ${JSON.stringify(await list())}`);
  };
  const xdotool = async (...args: readonly string[]) => (await promisify(execFile)("xdotool", args, { env })).stdout;
  return {
    display,
    windows,
    list,
    until,
    xdotool,
    openTerminal: async ({ title, geometry, args = [], script = "sleep 1000", background = "#336699" }) => {
      const look = ["-bg", background, "-fg", "#ffffff", "-cr", background, "-geometry", geometry, "-T", title];
      const command = ["-e", "sh", "-c", script];
      const process = startLeashed({ command: "xterm", args: [...look, ...args, ...command], env, cwd });
      started.push(process);
      const found = await until((all) => all.some((w) => w.title === title && w.visible));
      // Mapped is not drawn yet: the server paints the background at once, the terminal its text a moment later.
      await sleep(300);
      const window = found.find((w) => w.title === title);
      if (window === undefined) throw new Error("found a moment ago");
      return { window, close: process.stop };
    },
    stop: async () => {
      windows.close();
      await Promise.all(started.map((process) => process.stop()));
      await stop();
      await rm(cwd, { recursive: true });
    },
  };
};

export const unwrap = <T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};
