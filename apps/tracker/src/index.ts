export { readTrackerConfig, type TrackerConfig, type TrackerConfigFault } from "./config.ts";
export { createTrackerClock, type TrackerClock } from "./platform/clock.ts";
export { type LeashedProcess, startLeashed } from "./platform/leash.ts";
export { startDisplay, type VirtualDisplay } from "./platform/virtual-display.ts";
export type { DenyRule } from "./reduction/deny.ts";
export { checkSensors } from "./sensors/check.ts";
export { describeDisplay } from "./sensors/display.ts";
export { type Agreement, agreementName } from "./session/agreements.ts";
export { openTracker, type Tracker, type TrackerEvent } from "./tracker.ts";
