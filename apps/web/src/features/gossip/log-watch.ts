// Compares each checkpoint that a picture brings with the log that this browser is shown: one after the other, in the
// background, never in the way of a picture.
import type { Clock } from "@underseal/foundation";
import { NOTE_CHARS_MAX, type ReadTile } from "@underseal/tlog";
import type { ShownCheckpoint } from "../../workers/open-capture.ts";
import type { LogMemory, LogState, MemoryTrouble, WaitingCheckpoint } from "./log-memory.ts";
import {
  type Comparison,
  checkpointName,
  compareCheckpoints,
  type LogAlarm,
  type LogAlarmCode,
  type SeenCheckpoint,
  seenCheckpoint,
} from "./log-view.ts";

export interface LogWatch {
  /** What was found about this checkpoint; `unknown` where the public log cannot be read or does not reach so far. */
  compare(shown: ShownCheckpoint): Promise<Comparison>;
  alarms(): readonly LogAlarm[];
  /** What is wrong with the memory of them. */
  troubles(): readonly MemoryTrouble[];
  /** Called after each new alarm or trouble, until the returned function is. */
  subscribe(listener: () => void): () => void;
}

export interface WatchDeps {
  readonly fetch: typeof fetch;
  readonly memory: LogMemory;
  readonly clock: Clock;
}

const TIMEOUT_MS = 10_000;
/** A log publishes every few seconds; within this the one that was read last is new enough. */
const PUBLIC_FRESH_MS = 5_000;
/** What the log has signed must be public by then, and so must what proves that it continues. */
const UNPUBLISHED_MAX_MS = 10 * 60_000;
const TILES_MAX = 512;
const TILE_BYTES_MAX = 256 * 32;
const COMPARED_MAX = 5_000;
/** Others can still turn out to be a fork. */
const FINAL: ReadonlySet<Comparison> = new Set(["consistent", "FORK", "EQUIVOCATION"]);

export const createLogWatch = (deps: WatchDeps): LogWatch => {
  const listeners = new Set<() => void>();
  const readTile = createTileReader(deps);
  const compared = new Map<string, Comparison>();
  const lastRead = new Map<string, { readonly atMs: number; readonly size: number }>();
  let queue: Promise<unknown> = Promise.resolve();

  let toldTroubles = deps.memory.troubles().join();
  const tell = (): void => {
    toldTroubles = deps.memory.troubles().join();
    for (const listener of listeners) listener();
  };

  const raise = (log: string, code: LogAlarmCode, known: SeenCheckpoint | null, shown: SeenCheckpoint): void => {
    const state = deps.memory.read(log);
    const knownNote = known?.note ?? null;
    const isKnown = (alarm: LogAlarm) => alarm.knownNote === knownNote || alarm.shownNote === shown.note;
    if (state.alarms.some((alarm) => alarm.code === code && isKnown(alarm))) return;
    const alarm = { code, knownNote, shownNote: shown.note, atMs: deps.clock.now() };
    deps.memory.write(log, { ...state, alarms: [...state.alarms, alarm] });
    tell();
  };

  /** Reads the public checkpoint, and holds it against the one before. Returns its size, `null` if it cannot be had. */
  const refresh = async (log: string): Promise<number | null> => {
    const last = lastRead.get(log);
    if (last !== undefined && deps.clock.monotonicMs() - last.atMs < PUBLIC_FRESH_MS) return last.size;
    const published = await readPublic(deps, log);
    if (published === null) return null;
    lastRead.set(log, { atMs: deps.clock.monotonicMs(), size: published.size });
    await follow(log, published);
    return published.size;
  };

  const follow = async (log: string, published: SeenCheckpoint): Promise<void> => {
    const { view } = deps.memory.read(log);
    const found = view === null ? "consistent" : await compareCheckpoints(view, published, readTile);
    if (view !== null && isAlarm(found)) return raise(log, found, view, published);
    // It was public once: a shorter one now is another story.
    if (view !== null && published.size < view.size) return raise(log, "ROLLBACK", view, published);
    const state = deps.memory.read(log);
    if (found === "consistent") deps.memory.write(log, { ...state, view: published });
    // Its proof is owed as well, or a fork of what is public would only have to withhold its tiles.
    else deps.memory.write(log, withWaiting(state, { ...published, sinceMs: deps.clock.now() }));
  };

  const compareNow = async ({ log, note }: ShownCheckpoint): Promise<Comparison> => {
    const shown = seenCheckpoint(log, note);
    if (shown === null) return "unknown";
    const publicSize = await refresh(log);
    const found = await settle(log, { ...shown, sinceMs: deps.clock.now() }, publicSize);
    const others = withoutWaiting(deps.memory.read(log), shown).waiting;
    for (const other of others) await settle(log, other, publicSize);
    return found;
  };

  /** Whatever the sizes are: what cannot be compared waits from when it was first seen, and not for ever. */
  const settle = async (log: string, shown: WaitingCheckpoint, publicSize: number | null): Promise<Comparison> => {
    const { view } = deps.memory.read(log);
    const isCovered = view !== null && shown.size <= view.size;
    const found = isCovered ? await compareCheckpoints(shown, view, readTile) : "unknown";
    if (view !== null && isAlarm(found)) raise(log, found, view, shown);
    const state = deps.memory.read(log);
    if (found !== "unknown") {
      deps.memory.write(log, withoutWaiting(state, shown));
      return found;
    }
    const since = state.waiting.find((other) => checkpointName(other) === checkpointName(shown));
    if (since === undefined) deps.memory.write(log, withWaiting(state, shown));
    if (since === undefined || deps.clock.now() - since.sinceMs <= UNPUBLISHED_MAX_MS) return "unknown";
    const code = publicSize !== null && shown.size > publicSize ? "ROLLBACK" : "WITHHELD";
    raise(log, code, view, shown);
    return code;
  };

  return {
    compare: async (shown) => {
      const name = `${shown.log} ${checkpointName(shown)}`;
      const known = compared.get(name);
      if (known !== undefined) return known;
      const found = queue.then(() => compareNow(shown));
      queue = found.catch(() => {});
      const comparison = await found;
      if (deps.memory.troubles().join() !== toldTroubles) tell();
      if (FINAL.has(comparison) && compared.size < COMPARED_MAX) compared.set(name, comparison);
      return comparison;
    },
    alarms: () => deps.memory.alarms(),
    troubles: () => deps.memory.troubles(),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};

const isAlarm = (found: Comparison): found is LogAlarmCode => found !== "consistent" && found !== "unknown";

/** The first time stays. */
const withWaiting = (state: LogState, { size, root, note, sinceMs }: WaitingCheckpoint): LogState => {
  const isWaiting = state.waiting.some((other) => checkpointName(other) === checkpointName({ size, root }));
  return isWaiting ? state : { ...state, waiting: [...state.waiting, { size, root, note, sinceMs }] };
};

const withoutWaiting = (state: LogState, shown: SeenCheckpoint): LogState => ({
  ...state,
  waiting: state.waiting.filter((other) => checkpointName(other) !== checkpointName(shown)),
});

/** `null`: not there, or not signed by this log. Unreachable is no alarm. */
const readPublic = async (deps: WatchDeps, log: string): Promise<SeenCheckpoint | null> => {
  const bytes = await readFile(deps, "/checkpoint", NOTE_CHARS_MAX).catch(() => null);
  return bytes === null ? null : seenCheckpoint(log, new TextDecoder().decode(bytes));
};

/** Tiles never change, so each is fetched once. */
const createTileReader = (deps: WatchDeps): ReadTile => {
  const tiles = new Map<string, Uint8Array>();
  return async (path) => {
    const known = tiles.get(path);
    if (known !== undefined) return known;
    const tile = await readFile(deps, `/${path}`, TILE_BYTES_MAX);
    const [oldest] = tiles.keys();
    if (tiles.size >= TILES_MAX && oldest !== undefined) tiles.delete(oldest);
    if (tile !== null) tiles.set(path, tile);
    return tile;
  };
};

const readFile = async ({ fetch }: WatchDeps, path: string, sizeMax: number): Promise<Uint8Array | null> => {
  const response = await fetch(path, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) return null;
  const bytes = new Uint8Array(await response.arrayBuffer());
  return bytes.length <= sizeMax ? bytes : null;
};
