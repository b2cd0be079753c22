export { type Log, type LogDeps, type LogError, openLog } from "./log.ts";
