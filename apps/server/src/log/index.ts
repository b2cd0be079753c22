export { type Log, type LogError, openLog } from "./log.ts";
export type { SubjectEntry } from "./store/tree.ts";
export { type LogSubject, recordSubject, revocationSubject, termsSubject, weekSubject } from "./subjects.ts";
