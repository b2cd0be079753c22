import type { Clock } from "@underseal/foundation";

/** The machine's own clocks. Everything else receives a `Clock`, so that tests and the demo can move the time. */
export const createSystemClock = (): Clock => ({
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
});
