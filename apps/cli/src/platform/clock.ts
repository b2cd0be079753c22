import type { Clock } from "@underseal/foundation";

/** The machine's own clocks, for the commands that need nothing else of the server. */
export const createSystemClock = (): Clock => ({ now: () => Date.now(), monotonicMs: () => performance.now() });
