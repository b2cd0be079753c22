// What is kept of logs in this browser: the newest public checkpoint of each, those that are not public yet, and every
// alarm. Losing it loses the memory of a fork that nobody has looked at, and nothing else.
import { base64UrlToBytes, bytesToBase64Url } from "@underseal/foundation";
import { z } from "zod";
import type { LogAlarm, SeenCheckpoint } from "./log-view.ts";

export interface WaitingCheckpoint extends SeenCheckpoint {
  readonly sinceMs: number;
}

export interface LogState {
  readonly view: SeenCheckpoint | null;
  readonly waiting: readonly WaitingCheckpoint[];
  readonly alarms: readonly LogAlarm[];
}

export interface LogMemory {
  /** `log`: its verifier key. */
  read(log: string): LogState;
  write(log: string, state: LogState): void;
  /** Of all logs, oldest first. */
  alarms(): readonly LogAlarm[];
}

const LOGS_MAX = 20;
const WAITING_MAX = 20;
const ALARMS_MAX = 20;
const NOTE_CHARS_MAX = 16_384;
const STORAGE_KEY = "underseal-logs";

const root = z.string().transform((text, context) => {
  const bytes = base64UrlToBytes(text);
  if (bytes?.length === 32) return bytes;
  context.addIssue("not a hash");
  return z.NEVER;
});
const checkpoint = z.object({ size: z.int().min(0), root, note: z.string().max(NOTE_CHARS_MAX) });
const stateSchema = z.object({
  view: checkpoint.nullable(),
  waiting: z.array(checkpoint.extend({ sinceMs: z.number() })),
  alarms: z.array(
    z.object({
      code: z.enum(["FORK", "EQUIVOCATION", "ROLLBACK"]),
      knownNote: z.string(),
      shownNote: z.string(),
      atMs: z.number(),
    }),
  ),
});
const memorySchema = z.record(z.string(), stateSchema);

const NOTHING: LogState = { view: null, waiting: [], alarms: [] };

type Stored = Pick<Storage, "getItem" | "setItem">;

/** `storage` may be gone or full, as in a private window; then it lasts as long as the page. */
export const createLogMemory = (storage: Stored): LogMemory => {
  let states = load(storage);
  return {
    read: (log) => states[log] ?? NOTHING,
    write: (log, { view, waiting, alarms }) => {
      // The first alarms tell the most; of what waits, the newest will be public last.
      const state = { view, waiting: waiting.slice(-WAITING_MAX), alarms: alarms.slice(0, ALARMS_MAX) };
      const others = Object.entries(states).filter(([name]) => name !== log);
      // A log with an alarm is not forgotten for one without.
      const kept = others.toSorted(([, a], [, b]) => b.alarms.length - a.alarms.length).slice(0, LOGS_MAX - 1);
      states = { ...Object.fromEntries(kept), [log]: state };
      try {
        storage.setItem(STORAGE_KEY, JSON.stringify(states, bytesAsText));
      } catch {
        return;
      }
    },
    alarms: () =>
      Object.values(states)
        .flatMap(({ alarms }) => alarms)
        .toSorted((a, b) => a.atMs - b.atMs),
  };
};

const bytesAsText = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? bytesToBase64Url(value) : value;

const load = (storage: Stored): Readonly<Record<string, LogState>> => {
  try {
    const read = memorySchema.safeParse(JSON.parse(storage.getItem(STORAGE_KEY) ?? "{}"));
    return read.success ? read.data : {};
  } catch {
    return {};
  }
};
