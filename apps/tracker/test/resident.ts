// A daemon with its page in this process, on a server that is not there: nothing can be tracked, everything asked.
import path from "node:path";
import { createTestClock, type TestClock } from "@underseal/foundation";
import { expect } from "vitest";
import { readTrackerConfig, type TrackerConfig } from "../src/config.ts";
import { type Resident, startResident } from "../src/daemon/resident.ts";
import { createTrackerClock, type TrackerClock } from "../src/platform/clock.ts";
import { NINE_MS, random } from "./outbox-world.ts";

export interface TestResident {
  readonly resident: Resident;
  readonly config: TrackerConfig;
  readonly port: number;
  /** By which sessions and launch tokens end. */
  readonly clock: WaitingClock;
}

type WaitingClock = TestClock & TrackerClock;

/** Who waits goes on when the clock was advanced so far, or at the signal. */
export const createWaitingClock = (startMs: number): WaitingClock => {
  const clock = createTestClock(startMs);
  const waiting = new Set<{ readonly endMs: number; readonly goOn: () => void }>();
  return {
    ...clock,
    advance: (ms) => {
      clock.advance(ms);
      for (const { endMs, goOn } of waiting) if (clock.monotonicMs() >= endMs) goOn();
    },
    wait: (ms, signal) =>
      new Promise((resolve) => {
        waiting.add({ endMs: clock.monotonicMs() + ms, goOn: resolve });
        signal?.addEventListener("abort", () => resolve());
      }),
  };
};

export const configOf = (stateDir: string): TrackerConfig => {
  const config = readTrackerConfig({ UNDERSEAL_SERVER: "http://127.0.0.1:1", UNDERSEAL_TRACKER_DIR: stateDir });
  return config.ok ? config.value : expect.fail("the settings are right");
};

export const residentDeps = (clock: WaitingClock) => ({
  ...{ clock: createTrackerClock(null), machineClock: clock, random, fetch },
  presence: { look: async () => ({ idleMs: null, isLocked: null }), close: () => {} },
  ...{ env: process.env, execPath: process.execPath, deny: [] },
  findDisplay: async () => expect.fail("nothing is tracked"),
  explain: () => "the server does not answer",
  onEvent: () => {},
  onChange: () => {},
});

export const startTestResident = async (folder: string): Promise<TestResident> => {
  const config = configOf(path.join(folder, "tracker"));
  const clock = createWaitingClock(NINE_MS);
  const resident = await startResident(config, residentDeps(clock));
  if (!resident.ok) return expect.fail(resident.error.message);
  return { resident: resident.value, config, port: Number(new URL(resident.value.url).port), clock };
};
