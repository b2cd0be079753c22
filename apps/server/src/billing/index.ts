export { DEFAULT_CALENDAR, weekTimes } from "./calendar.ts";
export type {
  BillingDeps,
  BillingTerms,
} from "./ports.ts";
export { recordSegment } from "./record.ts";
export { createBillingFeature } from "./routes.ts";
export { advanceDueWeek, approveWeek, tickWeeks } from "./weeks.ts";
