// A screen without a monitor, with real terminals on it. Where a terminal's cells are is not computed from fonts but
// seen: before its text, it fills its first and its last cell with a colour that nothing else has.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Rect, RgbImage } from "@underseal/redaction";
import { type LeashedProcess, startDisplay, startLeashed } from "@underseal/tracker";
import { openWindowsX11 } from "../../../apps/tracker/src/sensors/windows-x11.ts";
import type { Grid } from "./grid.ts";
import { linesToBytes, type TerminalWindow } from "./lines.ts";

const SIZE = { width: 1920, height: 1080 };
const WAIT_MS = 15_000;
const POLL_MS = 30;
const SETTLE_MS = 150;
const MARKER = { red: 254, green: 1, blue: 253 };
const ESC = "\u001b";

export interface OpenTerminal {
  readonly grid: Grid;
  readonly frame: Rect;
}

export interface Desk {
  /** Opens a window in front of all others, with its text drawn. */
  open(window: TerminalWindow): Promise<OpenTerminal>;
  takePicture(): Promise<RgbImage>;
  closeAll(): Promise<void>;
  stop(): Promise<void>;
}

export const startDesk = async (): Promise<Desk> => {
  const env = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "/", LANG: "C.UTF-8" };
  const display = await startDisplay(SIZE, env);
  if (!display.ok) throw new Error(display.error.message);
  const displayEnv = { ...env, DISPLAY: display.value.display };
  const windows = await openWindowsX11(display.value.display);
  if (!windows.ok) throw new Error(windows.error.message);
  const folder = await mkdtemp(path.join(os.tmpdir(), "underseal-desk-"));
  const camera = startCamera(displayEnv, folder);
  const open: LeashedProcess[] = [];
  const frameOf = async (title: string): Promise<Rect> => {
    const all = await windows.value.listWindows();
    const found = all.ok ? all.value.find((window) => window.title === title) : undefined;
    if (found === undefined) throw new Error(`no window is called "${title}"`);
    return found.frame;
  };
  return {
    takePicture: camera.takePicture,
    open: async (window) => {
      const files = path.join(folder, `${open.length}-${Math.round(performance.now() * 1000)}`);
      await writeFile(`${files}.text`, linesToBytes(window.lines));
      open.push(startTerminal(window, { files, env: displayEnv, cwd: folder }));
      await untilThere(`${files}.marked`);
      const grid = await findGrid(camera.takePicture, window);
      await writeFile(`${files}.go`, "");
      await untilThere(`${files}.drawn`);
      await sleep(SETTLE_MS);
      return { grid, frame: await frameOf(window.title) };
    },
    closeAll: async () => {
      await Promise.all(open.splice(0).map((terminal) => terminal.stop()));
      await sleep(SETTLE_MS);
    },
    stop: async () => {
      windows.value.close();
      await Promise.all(open.map((terminal) => terminal.stop()));
      await camera.stop();
      await display.value.stop();
      await rm(folder, { recursive: true });
    },
  };
};

interface TerminalFiles {
  readonly files: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

const startTerminal = (window: TerminalWindow, { files, env, cwd }: TerminalFiles): LeashedProcess => {
  const { red, green, blue } = MARKER;
  const mark = `${ESC}[48;2;${red};${green};${blue}m ${ESC}[0m`;
  const marks = `${ESC}[?25l${ESC}[2J${ESC}[H${mark}${ESC}[${window.rows};${window.columns}H${mark}`;
  const script = [
    `printf '%s' '${marks}'; : > '${files}.marked'`,
    `while [ ! -e '${files}.go' ]; do sleep 0.03; done`,
    `printf '%s' '${ESC}[2J${ESC}[H'; cat '${files}.text'; : > '${files}.drawn'; sleep 1000`,
  ].join("; ");
  const place = `${window.columns}x${window.rows}+${window.x}+${window.y}`;
  const look = ["-bg", window.background, "-fg", window.foreground, "-cr", window.background, "-geometry", place];
  const font = ["-fa", `${window.family}:pixelsize=${window.sizePx}`, "+sb", "-T", window.title];
  const colours = ["-xrm", "XTerm*directColor: true"];
  return startLeashed({ command: "xterm", args: [...look, ...font, ...colours, "-e", "sh", "-c", script], env, cwd });
};

const untilThere = async (file: string): Promise<void> => {
  for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += POLL_MS) {
    if (existsSync(file)) return;
    await sleep(POLL_MS);
  }
  throw new Error("the terminal does not answer");
};

/** Drawing lags behind writing, and the manager moves a new window once: look until two looks agree. */
const findGrid = async (takePicture: () => Promise<RgbImage>, window: TerminalWindow): Promise<Grid> => {
  let before = "";
  for (let waitedMs = 0; waitedMs < WAIT_MS; waitedMs += SETTLE_MS) {
    const marked = findMarked(await takePicture());
    const isWhole = marked !== null && marked.width > window.columns && marked.height > window.rows;
    if (isWhole && JSON.stringify(marked) === before) {
      const size = { cellWidth: marked.width / window.columns, cellHeight: marked.height / window.rows };
      if (!Number.isInteger(size.cellWidth) || !Number.isInteger(size.cellHeight))
        throw new Error("cells of half a pixel");
      return { x: marked.x, y: marked.y, ...size };
    }
    before = JSON.stringify(marked);
    await sleep(SETTLE_MS);
  }
  throw new Error("the terminal's marks cannot be seen");
};

const findMarked = ({ rgb, width, height }: RgbImage): Rect | null => {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let at = 0; at < rgb.length; at += 3) {
    if (rgb[at] !== MARKER.red || rgb[at + 1] !== MARKER.green || rgb[at + 2] !== MARKER.blue) continue;
    const [x, y] = [(at / 3) % width, Math.floor(at / 3 / width)];
    [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  }
  return right < 0 ? null : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
};

const startCamera = (env: Readonly<Record<string, string>>, folder: string) => {
  const script = path.join(import.meta.dirname, "../screenshot-child.ts");
  const child: ChildProcess = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", script], {
    env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (child.stdin === null || child.stdout === null) throw new Error("the pipes were asked for");
  const { stdin } = child;
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, "exit");
  return {
    takePicture: async (): Promise<RgbImage> => {
      const file = path.join(folder, "picture.rgb");
      stdin.write(`${file}\n`);
      const line = await Promise.race([once(lines, "line"), ended.then(() => null)]);
      if (line === null) throw new Error("the process that takes pictures ended");
      const [width = 0, height = 0] = String(line[0]).split(" ").map(Number);
      return { rgb: await readFile(file), width, height };
    },
    stop: async () => {
      stdin.end();
      await ended;
    },
  };
};
