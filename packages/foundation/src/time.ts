// Wall time labels, monotonic time measures. Both are always passed in (`Clock`), so that a test or the demo can
// run a week in milliseconds. All times are UTC; intervals are [start, end).

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;
export const WEEK_MS = 7 * DAY_MS;

/** A segment is ten minutes of UTC time, aligned: the cell of the diary. */
export const SEGMENT_MS = 10 * MINUTE_MS;
export const SEGMENT_MINUTES = 10;

export interface Clock {
  /** Wall time in milliseconds since 1970, UTC. It may jump. */
  now(): number;
  /** Milliseconds since an arbitrary instant; it never goes back. Durations are differences of this. */
  monotonicMs(): number;
}

export interface TestClock extends Clock {
  advance(ms: number): void;
  set(wallMs: number): void;
}

export const createTestClock = (startMs: number): TestClock => {
  let wallMs = startMs;
  let elapsedMs = 0;
  return {
    now: () => wallMs,
    monotonicMs: () => elapsedMs,
    advance: (ms) => {
      wallMs += ms;
      elapsedMs += ms;
    },
    set: (ms) => {
      wallMs = ms;
    },
  };
};

/**
 * The demo clock: real time made faster, so that ten-minute segments pass in seconds. `factor` simulated
 * milliseconds pass per real one, counted from `realStartMs`, when the simulated time was `simulatedStartMs`.
 * Two processes given the same three numbers agree on the time.
 */
export interface DemoClockSettings {
  readonly realStartMs: number;
  readonly simulatedStartMs: number;
  readonly factor: number;
}

export const createDemoClock = (base: Clock, settings: DemoClockSettings): Clock => ({
  now: () => settings.simulatedStartMs + (base.now() - settings.realStartMs) * settings.factor,
  monotonicMs: () => base.monotonicMs() * settings.factor,
});

/** The segment's number: `floor(unix seconds / 600)`. */
export const slotOf = (unixMs: number): number => Math.floor(unixMs / SEGMENT_MS);

export const slotStartMs = (slot: number): number => slot * SEGMENT_MS;

export const slotEndMs = (slot: number): number => (slot + 1) * SEGMENT_MS;

// 1970-01-05 was the first Monday.
const FIRST_MONDAY_MS = 4 * DAY_MS;

/** Monday 00:00 UTC of the week that holds the instant. A week is named by this instant. */
export const weekStartOf = (unixMs: number): number =>
  Math.floor((unixMs - FIRST_MONDAY_MS) / WEEK_MS) * WEEK_MS + FIRST_MONDAY_MS;

export const weekEndOf = (unixMs: number): number => weekStartOf(unixMs) + WEEK_MS;

/** `2026-11-16`, the name of a week or day in addresses and file names. */
export const dateOf = (unixMs: number): string => new Date(unixMs).toISOString().slice(0, 10);
