// Real windows on a real screen of its own for each test file, so that files running at once do not see each other.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll } from "vitest";
import { type LeashedProcess, startLeashed } from "../src/platform/leash.ts";
import { type DisplaySize, startDisplay, type VirtualDisplay } from "../src/platform/virtual-display.ts";
import type { DesktopWindow, WindowSensor } from "../src/sensors/sensor.ts";
import { openWindowsX11 } from "../src/sensors/windows-x11.ts";

const WAIT_MS = 10_000;
const POLL_MS = 20;
const SETTLE_MS = 200;
const MENU_ATTEMPTS = 20;
const MENU_WAIT_MS = 500;

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
  /** Opens a terminal's own menu and answers its window; the button stays down until `closeMenu`. */
  openMenu(terminal: DesktopWindow): Promise<DesktopWindow>;
  closeMenu(): Promise<unknown>;
  until(isSo: (windows: readonly DesktopWindow[]) => boolean): Promise<readonly DesktopWindow[]>;
  closeTerminals(): Promise<void>;
  stop(): Promise<void>;
}

/** Makes a desktop before the tests of a file and removes it afterwards. */
export const useDesktop = (): (() => TestDesktop) => {
  let desktop: TestDesktop | null = null;
  beforeAll(async () => {
    desktop = await startTestDesktop();
  });
  // A test that fails half way must not leave its windows to the next.
  afterEach(() => desktop?.closeTerminals());
  afterAll(async () => {
    await desktop?.stop();
  });
  return () => {
    if (desktop === null) throw new Error("the desktop is there from beforeAll on");
    return desktop;
  };
};

const SIZE: DisplaySize = { width: 1280, height: 768 };

export const startTestDesktop = async (size = SIZE): Promise<TestDesktop> => {
  const { display, stop } = unwrap(await startDisplay(size, baseEnv)) satisfies VirtualDisplay;
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
  /** The manager adds the title bar and moves a window after it is mapped: its frame counts once it stays the same. */
  const untilAtRest = async (isWanted: (window: DesktopWindow) => boolean): Promise<DesktopWindow> => {
    let before = "";
    for (let looks = 0; looks < WAIT_MS / SETTLE_MS; looks += 1) {
      const window = (await list()).find(isWanted);
      if (window !== undefined && JSON.stringify(window.frame) === before) return window;
      before = JSON.stringify(window?.frame);
      await sleep(SETTLE_MS);
    }
    throw new Error("the window does not come to rest");
  };
  const xdotool = async (...args: readonly string[]) => (await promisify(execFile)("xdotool", args, { env })).stdout;
  const closeMenu = () => xdotool("mouseup", "1", "keyup", "ctrl");
  const openMenu = async ({ frame }: DesktopWindow) => {
    // A terminal that is not ready yet misses the click, and does not look for it later.
    for (let attempt = 0; attempt < MENU_ATTEMPTS; attempt += 1) {
      await xdotool("mousemove", `${frame.x + 60}`, `${frame.y + 40}`, "keydown", "ctrl", "mousedown", "1");
      await sleep(MENU_WAIT_MS);
      const menu = (await list()).find((window) => !window.managed && window.frame.width > 50);
      if (menu !== undefined) return menu;
      await closeMenu();
    }
    throw new Error("the terminal opened no menu");
  };
  const closeTerminals = async () => {
    await Promise.all(started.splice(0).map((process) => process.stop()));
  };
  return {
    display,
    windows,
    closeTerminals,
    openMenu,
    closeMenu,
    list,
    until,
    xdotool,
    openTerminal: async ({ title, geometry, args = [], script = "sleep 1000", background = "#336699" }) => {
      const look = ["-bg", background, "-fg", "#ffffff", "-cr", background, "-geometry", geometry, "-T", title];
      // The terminal starts its program once its own window stands and it listens to events.
      const ready = path.join(cwd, `ready-${started.length}-${performance.now()}`);
      const command = ["-e", "sh", "-c", `: > "${ready}"; ${script}`];
      const process = startLeashed({ command: "xterm", args: [...look, ...args, ...command], env, cwd });
      started.push(process);
      const isOpen = (w: DesktopWindow) => w.title === title && w.visible;
      await until((all) => all.some(isOpen));
      for (let waitedMs = 0; waitedMs < WAIT_MS && !existsSync(ready); waitedMs += POLL_MS) await sleep(POLL_MS);
      // Mapped is not drawn yet: the server paints the background at once, the terminal its text a moment later.
      await sleep(SETTLE_MS);
      const window = await untilAtRest(isOpen);
      return { window, close: process.stop };
    },
    stop: async () => {
      windows.close();
      await closeTerminals();
      await stop();
      await rm(cwd, { recursive: true });
    },
  };
};

export const unwrap = <T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};
