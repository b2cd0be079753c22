export {
  type Config,
  type ConfigFault,
  describeSettings,
  type Environment,
  readConfig,
  type SettingDescription,
} from "./config.ts";
export { readLogKey } from "./log-key.ts";
export { createSystemClock } from "./platform/clock.ts";
export { createLogger } from "./platform/logger.ts";
export { createScratchDatabase } from "./platform/postgres/scratch.ts";
export { type RunningServer, type StartDeps, type StartError, startServer } from "./start.ts";
