export { type Log, type LogError, openLog } from "./log.ts";
