import type { Clock } from "@underseal/foundation";
import type { Feature } from "./feature.ts";
import type { Logger } from "./logger.ts";

// Time is data: what is due stands in the database, and `tick` does it. This calls it every few seconds; a test or
// the demo calls it with any time it likes.

const TICK_EVERY_MS = 5_000;

export interface Ticking {
  tick(nowMs: number): Promise<void>;
  stop(): Promise<void>;
}

export const startTicking = (deps: {
  readonly features: readonly Feature[];
  readonly clock: Clock;
  readonly logger: Logger;
}): Ticking => {
  // One after the other: what a caller asked for is done when its own tick returns.
  let last: Promise<void> = Promise.resolve();
  const tick = (nowMs: number): Promise<void> => {
    const next = last.then(() => tickAll(deps.features, nowMs));
    last = next.catch(() => {});
    return next;
  };
  let isDue = true;
  const timer = setInterval(() => {
    if (!isDue) return;
    isDue = false;
    void tick(deps.clock.now())
      .catch((error: unknown) => deps.logger.error({ err: error }, "what was due could not be done; trying again"))
      .finally(() => {
        isDue = true;
      });
  }, TICK_EVERY_MS);
  return {
    tick,
    stop: async () => {
      clearInterval(timer);
      await last;
    },
  };
};

const tickAll = async (features: readonly Feature[], nowMs: number): Promise<void> => {
  for (const feature of features) await feature.tick?.(nowMs);
};
