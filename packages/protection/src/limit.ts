/**
 * How many of a segment's minutes fit under the weekly limit. What is over the limit is never billed, so the limit is
 * a promise to the client; what is under it is billed although the segment crosses the line.
 */
export const minutesWithinLimit = (week: {
  readonly limitMinutes: number;
  readonly minutesBefore: number;
  readonly minutes: number;
}): number => Math.max(0, Math.min(week.minutes, week.limitMinutes - week.minutesBefore));
