export { type Log, type LogError, openLog } from "./log.ts";
export type { SubjectEntry } from "./store.ts";
export { type LogSubject, recordSubject, termsSubject } from "./subjects.ts";
