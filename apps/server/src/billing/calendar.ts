import { DAY_MS, HOUR_MS, WEEK_MS, weekStartOf } from "@underseal/foundation";

/** When a week moves on. Everything is counted from the week's end, Monday 00:00 UTC; the operator may choose others. */
export interface BillingCalendar {
  /** Until then the freelancer reviews; then the week locks and is invoiced. */
  readonly lockAfterMs: number;
  /** Until then the client reviews; silence approves. */
  readonly reviewEndsAfterMs: number;
  /** From then on the money may be withdrawn. */
  readonly availableAfterMs: number;
}

/** Lock on Monday 12:00, review to Friday 24:00, available on Wednesday 00:00 of the week after. */
export const DEFAULT_CALENDAR: BillingCalendar = {
  lockAfterMs: 12 * HOUR_MS,
  reviewEndsAfterMs: 5 * DAY_MS,
  availableAfterMs: 9 * DAY_MS,
};

export interface WeekTimes {
  readonly lockAtMs: number;
  readonly reviewEndsAtMs: number;
  readonly availableAtMs: number;
}

export const weekTimes = (calendar: BillingCalendar, weekStartMs: number): WeekTimes => ({
  lockAtMs: weekStartMs + WEEK_MS + calendar.lockAfterMs,
  reviewEndsAtMs: weekStartMs + WEEK_MS + calendar.reviewEndsAfterMs,
  availableAtMs: weekStartMs + WEEK_MS + calendar.availableAfterMs,
});

/** The earliest week that has not reached its lock: where hours go that come after their own week's lock. */
export const earliestUnlockedWeek = (calendar: BillingCalendar, nowMs: number): number =>
  weekStartOf(nowMs - calendar.lockAfterMs);
