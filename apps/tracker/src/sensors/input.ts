// The input counter, seen from the daemon: a child process that is asked for its counts, and started again when it
// ends, which it does whenever its display goes.
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { err, ok, type Result } from "@underseal/foundation";
import { type Child, type ChildSettings, spawnChild } from "../platform/child.ts";
import type { InputCounts, SensorError } from "./sensor.ts";

const RESTART_DELAY_MS = 1_000;
const RESTART_DELAY_MS_MAX = 60_000;
const ANSWER_TIMEOUT_MS = 5_000;

export interface InputProcess {
  /**
   * What was typed and clicked since the last call. `INPUT_UNAVAILABLE` while the counter is not running: nothing
   * was counted then, which is not the same as nothing done. The daemon asks at each round and keeps sums by minute.
   */
  takeCounts(): Promise<Result<InputCounts, SensorError>>;
  /** Ends the child; resolves when it is gone. */
  stop(): Promise<void>;
}

interface Counter {
  readonly child: Child;
  readonly lines: AsyncIterator<string>;
}

export const startInputProcess = (settings: ChildSettings): InputProcess => {
  const stopping = new AbortController();
  let counter: Counter | null = null;
  let queue: Promise<unknown> = Promise.resolve();
  const keepRunning = async () => {
    for (
      let delayMs = RESTART_DELAY_MS;
      !stopping.signal.aborted;
      delayMs = Math.min(2 * delayMs, RESTART_DELAY_MS_MAX)
    ) {
      const child = spawnChild(new URL("./input-process.ts", import.meta.url), settings);
      const exited = once(child, "exit").catch(() => {});
      stopping.signal.addEventListener("abort", () => child.stdin.end(), { once: true });
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      if ((await readCounts(lines)) !== null) {
        counter = { child, lines };
        delayMs = RESTART_DELAY_MS;
      } else if (!stopping.signal.aborted) child.kill("SIGKILL");
      await exited;
      counter = null;
      await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  };
  const running = keepRunning();
  return {
    takeCounts: () => {
      // One question at a time, so that each gets its own answer.
      const taken = queue.then(() => askCounter(counter));
      queue = taken;
      return taken;
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
};

const askCounter = async (counter: Counter | null): Promise<Result<InputCounts, SensorError>> => {
  if (counter !== null) {
    counter.child.stdin.write("\n");
    const counts = await readCounts(counter.lines);
    if (counts !== null) return ok(counts);
    // What answers nonsense or too late would answer the next question with this one's counts.
    counter.child.kill("SIGKILL");
  }
  return err({ code: "INPUT_UNAVAILABLE", message: "the input counter is not running; it is being started again" });
};

/** `null` when the child is gone, silent, or says something else. */
const readCounts = async (lines: AsyncIterator<string>): Promise<InputCounts | null> => {
  const timeout = new AbortController();
  const late = sleep(ANSWER_TIMEOUT_MS, null, { signal: timeout.signal }).catch(() => null);
  const line = await Promise.race([lines.next(), late]);
  timeout.abort();
  return line === null || line.done === true ? null : parseCounts(line.value);
};

const parseCounts = (line: string): InputCounts | null => {
  try {
    const { keys, buttons, wheelSteps, moves } = JSON.parse(line);
    const counts = { keys, buttons, wheelSteps, moves };
    return Object.values(counts).every((count) => Number.isSafeInteger(count) && count >= 0) ? counts : null;
  } catch {
    return null;
  }
};
