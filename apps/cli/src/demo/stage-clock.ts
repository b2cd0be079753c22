// The clock of the demo's server: the demo clock, which can also be set forward. Tracker and server agree on the time
// while work is tracked; afterwards the server's alone is moved past the end of the week.
import { type Clock, createDemoClock, type DemoClockSettings } from "@underseal/foundation";

export interface StageClock extends Clock {
  /** Goes forward to an instant; never back. */
  moveTo(wallMs: number): void;
}

export const createStageClock = (base: Clock, settings: DemoClockSettings): StageClock => {
  const clock = createDemoClock(base, settings);
  let aheadMs = 0;
  return {
    now: () => clock.now() + aheadMs,
    monotonicMs: () => clock.monotonicMs() + aheadMs,
    moveTo: (wallMs) => {
      aheadMs += Math.max(0, wallMs - (clock.now() + aheadMs));
    },
  };
};
