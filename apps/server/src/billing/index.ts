export { type BillingCalendar, DEFAULT_CALENDAR, type WeekTimes, weekTimes } from "./calendar.ts";
export type {
  BillingDeps,
  BillingParties,
  BillingPartiesOf,
  BillingTerms,
  RecordedSegment,
  SegmentFunding,
} from "./ports.ts";
export { recordSegment } from "./record.ts";
export { type BillingFeatureDeps, createBillingFeature } from "./routes.ts";
export type { WeekState } from "./states.ts";
export { advanceDueWeek, approveWeek, type TickOutcome, tickWeeks, type WeekFault } from "./weeks.ts";
