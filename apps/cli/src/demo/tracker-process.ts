// The tracker as its own process, started as a freelancer starts it: through the command line.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import type { DemoClockSettings } from "@underseal/foundation";
import type { TrackerEvent } from "@underseal/tracker";
import { childEnvironment } from "../tracking.ts";

export interface TrackerSettings {
  readonly serverUrl: string;
  readonly stateDir: string;
  readonly clock: DemoClockSettings;
  readonly display: string;
}

export interface TrackerProcess {
  /** Resolves with the exit code. */
  readonly ended: Promise<number>;
  /** What it printed to stderr, for the message when it fails. */
  errors(): string;
  /** As Ctrl-C does: the run is closed, disclosed and sent. */
  stop(): void;
  kill(): void;
}

const MAIN = path.join(import.meta.dirname, "../main.ts");
const ERRORS_MAX = 4_000;

/** Runs `underseal track …`; every event it prints goes to `onEvent`. */
export const startTracker = (
  settings: TrackerSettings,
  args: readonly string[],
  onEvent: (event: TrackerEvent) => void,
): TrackerProcess => {
  const command = [process.execPath, "--disable-warning=ExperimentalWarning", MAIN, "track", ...args];
  // When the demo is killed with -9, the kernel ends the tracker too.
  const child = spawn("setpriv", ["--pdeathsig", "KILL", ...command], {
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...childEnvironment(),
      DISPLAY: settings.display,
      UNDERSEAL_SERVER: settings.serverUrl,
      UNDERSEAL_TRACKER_DIR: settings.stateDir,
      // Nobody sits before this screen to look at pictures.
      UNDERSEAL_REVIEW: "off",
      UNDERSEAL_DEMO_CLOCK: JSON.stringify(settings.clock),
    },
  });
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors = (errors + String(chunk)).slice(-ERRORS_MAX);
  });
  createInterface({ input: child.stdout }).on("line", (line) => {
    const event = parseEvent(line);
    if (event !== null) onEvent(event);
  });
  const ended = once(child, "exit").then(([code]) => (typeof code === "number" ? code : 1));
  return {
    ended,
    errors: () => errors.trim(),
    stop: () => void child.kill("SIGINT"),
    kill: () => void child.kill("SIGKILL"),
  };
};

const parseEvent = (line: string): TrackerEvent | null => {
  try {
    // The line comes from our own command with `--json`.
    return JSON.parse(line) as TrackerEvent;
  } catch {
    return null;
  }
};
