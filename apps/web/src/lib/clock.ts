import type { Clock } from "@underseal/foundation";

/**
 * The browser's own clock: good for ids and for measuring. What week it is comes from the server (`/v1/platform`),
 * whose clock decides about weeks and deadlines.
 */
export const createBrowserClock = (): Clock => ({
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
});
