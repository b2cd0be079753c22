import { setTimeout as sleep } from "node:timers/promises";
import { type Clock, createDemoClock, type DemoClockSettings } from "@underseal/foundation";

/** A clock that can also wait. Under the demo clock, waiting is shorter by the same factor. */
export interface TrackerClock extends Clock {
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

export const createTrackerClock = (demo: DemoClockSettings | null): TrackerClock => {
  const system: Clock = { now: () => Date.now(), monotonicMs: () => performance.now() };
  const clock = demo === null ? system : createDemoClock(system, demo);
  const factor = demo?.factor ?? 1;
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    wait: (ms, signal) => sleep(ms / factor, undefined, signal === undefined ? {} : { signal }).catch(() => {}),
  };
};
