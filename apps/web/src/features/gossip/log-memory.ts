// What is kept of logs in this browser: the newest public checkpoint of each, those that are not compared yet, and every
// alarm. Losing it loses the memory of a fork that nobody has looked at; that it was lost is said.
import { base64UrlToBytes, bytesToBase64Url } from "@underseal/foundation";
import { NOTE_CHARS_MAX } from "@underseal/tlog";
import { z } from "zod";
import { LOG_ALARM_CODES, type LogAlarm, type SeenCheckpoint } from "./log-view.ts";

export interface WaitingCheckpoint extends SeenCheckpoint {
  readonly sinceMs: number;
}

export interface LogState {
  readonly view: SeenCheckpoint | null;
  readonly waiting: readonly WaitingCheckpoint[];
  readonly alarms: readonly LogAlarm[];
}

/** `damaged`: some of what was kept could not be read, once. `full`: not everything is kept beyond this page. */
export type MemoryTrouble = "damaged" | "full";

export interface LogMemory {
  /** `log`: its verifier key. */
  read(log: string): LogState;
  write(log: string, state: LogState): void;
  /** Of all logs, oldest first. */
  alarms(): readonly LogAlarm[];
  troubles(): readonly MemoryTrouble[];
}

const LOGS_MAX = 20;
const WAITING_MAX = 20;
const ALARMS_MAX = 20;
const STORAGE_KEY = "underseal-logs";
/** What could not be read, as it was found; while it is there, the damage is shown. */
const DAMAGED_KEY = "underseal-logs-damaged";

const root = z.string().transform((text, context) => {
  const bytes = base64UrlToBytes(text);
  if (bytes?.length === 32) return bytes;
  context.addIssue("not a hash");
  return z.NEVER;
});
const viewSchema = z.object({ size: z.int().min(0), root, note: z.string() });
const waitingSchema = viewSchema.extend({ sinceMs: z.number() });
const alarmSchema = z.object({
  code: z.enum(LOG_ALARM_CODES),
  knownNote: z.string().nullable(),
  shownNote: z.string(),
  atMs: z.number(),
});

const NOTHING: LogState = { view: null, waiting: [], alarms: [] };

type Stored = Pick<Storage, "getItem" | "setItem">;
type States = Readonly<Record<string, LogState>>;

/** `storage` may be gone or full, as in a private window; then it lasts as long as the page. */
export const createLogMemory = (storage: Stored): LogMemory => {
  const loaded = load(storage);
  let { states } = loaded;
  let isFull = loaded.damagedText !== null && !keepDamaged(storage, loaded.damagedText);
  return {
    read: (log) => states[log] ?? NOTHING,
    write: (log, state) => {
      states = withState(states, log, state);
      isFull = !store(storage, states);
    },
    alarms: () =>
      Object.values(states)
        .flatMap(({ alarms }) => alarms)
        .toSorted((a, b) => a.atMs - b.atMs),
    troubles: () => [...(loaded.isDamaged ? ["damaged" as const] : []), ...(isFull ? ["full" as const] : [])],
  };
};

const withState = (states: States, log: string, state: LogState): States => {
  const others = Object.entries(states).filter(([name]) => name !== log);
  // A log with an alarm is not forgotten for one without.
  const kept = others.toSorted(([, a], [, b]) => b.alarms.length - a.alarms.length).slice(0, LOGS_MAX - 1);
  return { ...Object.fromEntries(kept), [log]: limited(state) };
};

/** The same limits for what is stored and what is read back: no note that verified is too long for them. */
const limited = ({ view, waiting, alarms }: LogState): LogState => ({
  view: view !== null && fits(view.note) ? view : null,
  // The first to wait is the first whose time is up, so later ones cannot push it out.
  waiting: waiting.filter(({ note }) => fits(note)).slice(0, WAITING_MAX),
  // Proofs before suspicions, so that no number of these pushes one out; then the first, which tell the most.
  alarms: alarms
    .filter(({ knownNote, shownNote }) => fits(knownNote ?? "") && fits(shownNote))
    .toSorted((a, b) => Number(isProof(b)) - Number(isProof(a)))
    .slice(0, ALARMS_MAX),
});

const fits = (note: string): boolean => note.length <= NOTE_CHARS_MAX;

const isProof = ({ code }: LogAlarm): boolean => code === "FORK" || code === "EQUIVOCATION";

/** Whether everything is kept. Where there is no room for that, alarms come first, then what was public. */
const store = (storage: Stored, states: States): boolean => {
  const less = (change: Partial<LogState>) =>
    Object.fromEntries(Object.entries(states).map(([log, state]) => [log, { ...state, ...change }]));
  const drafts = [states, less({ waiting: [] }), less({ waiting: [], view: null })];
  return drafts.findIndex((draft) => setItem(storage, STORAGE_KEY, JSON.stringify(draft, bytesAsText))) === 0;
};

const setItem = (storage: Stored, key: string, text: string): boolean => {
  try {
    storage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
};

const bytesAsText = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? bytesToBase64Url(value) : value;

/** The next alarm overwrites what is damaged: that there was damage, and of what, stays beside it. */
const keepDamaged = (storage: Stored, text: string): boolean =>
  setItem(storage, DAMAGED_KEY, text) || setItem(storage, DAMAGED_KEY, "damaged");

interface Loaded {
  readonly states: States;
  readonly isDamaged: boolean;
  /** To be kept, because nothing is yet. */
  readonly damagedText: string | null;
}

const load = (storage: Stored): Loaded => {
  const text = getItem(storage, STORAGE_KEY) ?? "{}";
  const wasDamaged = getItem(storage, DAMAGED_KEY) !== null;
  const { states, isWhole } = parseStates(text);
  return { states, isDamaged: wasDamaged || !isWhole, damagedText: isWhole || wasDamaged ? null : text };
};

const getItem = (storage: Stored, key: string): string | null => {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
};

/** Each entry by itself: one that is damaged takes no other with it. */
const parseStates = (text: string): { readonly states: States; readonly isWhole: boolean } => {
  const whole = z.record(z.string(), z.unknown()).safeParse(parseJson(text));
  let isWhole = whole.success;
  const parse = <T>(schema: z.ZodType<T>, value: unknown): T[] => {
    const read = schema.safeParse(value);
    if (!read.success) isWhole = false;
    return read.success ? [read.data] : [];
  };
  const list = <T>(schema: z.ZodType<T>, value: unknown): T[] =>
    parse(z.array(z.unknown()), value).flatMap((items) => items.flatMap((item) => parse(schema, item)));
  const parseState = (value: unknown): LogState => {
    const [state = {}] = parse(z.record(z.string(), z.unknown()), value);
    const [view = null] = parse(viewSchema.nullable(), state.view);
    return limited({ view, waiting: list(waitingSchema, state.waiting), alarms: list(alarmSchema, state.alarms) });
  };
  const states = Object.entries(whole.data ?? {}).map(([log, value]) => [log, parseState(value)] as const);
  return { states: Object.fromEntries(states), isWhole };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};
