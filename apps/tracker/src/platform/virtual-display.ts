// A screen of our own where there is none: Xvfb with the openbox window manager. Used by `--xvfb`, the demo and the
// tests. The server picks a free display number itself (`-displayfd`), so two of us never race for one.
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { err, ok, type Result } from "@underseal/foundation";
import { type LeashedProcess, REPORT_FD, startLeashed } from "./leash.ts";

const START_TIMEOUT_MS = 20_000;
const POLL_MS = 20;

export interface VirtualDisplay {
  /** What `DISPLAY` must be: `:7`. */
  readonly display: string;
  /** Stops the window manager, the server and with it every window; leaves no lock or socket. Safe to call twice. */
  stop(): Promise<void>;
}

export interface DisplayError {
  readonly code: "DISPLAY_NOT_STARTED";
  readonly message: string;
}

export interface DisplaySize {
  readonly width: number;
  readonly height: number;
  /** Bits a pixel, 24 if left out. */
  readonly depth?: number;
}

/**
 * Starts a screen of `width`×`height` pixels and waits until its window manager manages windows.
 * `env` is what the two programs inherit (`PATH`, `HOME`).
 */
export const startDisplay = async (
  { width, height, depth = 24 }: DisplaySize,
  env: Readonly<Record<string, string>>,
): Promise<Result<VirtualDisplay, DisplayError>> => {
  const server = startLeashed({
    command: "Xvfb",
    args: [
      "-displayfd",
      `${REPORT_FD}`,
      "-screen",
      "0",
      `${width}x${height}x${depth}`,
      "-nolisten",
      "tcp",
      "-noreset",
      "-wr",
    ],
    env,
  });
  const number = await readDisplayNumber(server);
  if (number === null) {
    await server.stop();
    return err(failure("Xvfb did not start; install the Debian packages xvfb and openbox, or set DISPLAY"));
  }
  const display = `:${number}`;
  // Without a locale of UTF-8 the manager cannot show, or pass on, titles in other letters.
  const displayEnv = { ...env, LANG: "C.UTF-8", DISPLAY: display };
  const manager = startLeashed({ command: "openbox", args: ["--sm-disable"], env: displayEnv });
  const stop = async () => {
    await manager.stop();
    await server.stop();
  };
  if (!(await untilManaged(manager, displayEnv))) {
    await stop();
    return err(failure("openbox did not start; install the Debian package openbox, or set DISPLAY"));
  }
  return ok({ display, stop });
};

const failure = (message: string): DisplayError => ({ code: "DISPLAY_NOT_STARTED", message });

const readDisplayNumber = async (server: LeashedProcess): Promise<string | null> => {
  // A timer with a reference: the pipes have none, and there is nothing else to wait for.
  const abort = new AbortController();
  const timeout = sleep(START_TIMEOUT_MS, null, { signal: abort.signal }).catch(() => null);
  const number = await Promise.race([readLine(server.report), server.ended.then(() => null), timeout]);
  abort.abort();
  return number;
};

const readLine = async (chunks: AsyncIterable<Buffer>): Promise<string | null> => {
  let text = "";
  for await (const chunk of chunks) {
    text += chunk.toString("latin1");
    if (text.includes("\n")) break;
  }
  return /^(\d+)\n/.exec(text)?.[1] ?? null;
};

const run = promisify(execFile);

/** A window manager announces the number of desktops when it takes over; asking for it fails until then. */
const untilManaged = async (manager: LeashedProcess, env: Readonly<Record<string, string>>): Promise<boolean> => {
  let gone = false;
  void manager.ended.then(() => {
    gone = true;
  });
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS && !gone; waitedMs += POLL_MS) {
    const managed = await run("xdotool", ["get_num_desktops"], { env }).then(
      () => true,
      () => false,
    );
    if (managed) return true;
    await sleep(POLL_MS);
  }
  return false;
};
