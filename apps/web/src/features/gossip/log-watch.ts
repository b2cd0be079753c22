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
/** What the log has signed must be public by then. */
const UNPUBLISHED_MAX_MS = 10 * 60_000;
const TILES_MAX = 512;
const TILE_BYTES_MAX = 256 * 32;
const COMPARED_MAX = 5_000;

export const createLogWatch = (deps: WatchDeps): LogWatch => {
  const listeners = new Set<() => void>();
  const readTile = createTileReader(deps);
  const compared = new Map<string, Comparison>();
  const readAtMs = new Map<string, number>();
  let queue: Promise<unknown> = Promise.resolve();

  let toldTroubles = deps.memory.troubles().join();
  const tell = (): void => {
    toldTroubles = deps.memory.troubles().join();
    for (const listener of listeners) listener();
  };

  const raise = (log: string, code: LogAlarmCode, known: SeenCheckpoint, shown: SeenCheckpoint): void => {
    const state = deps.memory.read(log);
    const isKnown = (alarm: LogAlarm) => alarm.knownNote === known.note || alarm.shownNote === shown.note;
    if (state.alarms.some((alarm) => alarm.code === code && isKnown(alarm))) return;
    const alarm = { code, knownNote: known.note, shownNote: shown.note, atMs: deps.clock.now() };
    deps.memory.write(log, { ...state, alarms: [...state.alarms, alarm] });
    tell();
  };

  /** Reads the public checkpoint, and holds it against the one before. */
  const refresh = async (log: string): Promise<void> => {
    const readMs = readAtMs.get(log);
    if (readMs !== undefined && deps.clock.monotonicMs() - readMs < PUBLIC_FRESH_MS) return;
    const published = await readPublic(deps, log);
    if (published === null) return;
    readAtMs.set(log, deps.clock.monotonicMs());
    const { view } = deps.memory.read(log);
    const found = view === null ? "consistent" : await compareCheckpoints(view, published, readTile);
    if (view !== null && isAlarm(found)) return raise(log, found, view, published);
    // It was public once: a shorter one now is another story.
    if (view !== null && published.size < view.size) return raise(log, "ROLLBACK", view, published);
    if (found === "consistent") deps.memory.write(log, { ...deps.memory.read(log), view: published });
  };

  const compareNow = async ({ log, note }: ShownCheckpoint): Promise<Comparison> => {
    const shown = seenCheckpoint(log, note);
    if (shown === null) return "unknown";
    await refresh(log);
    const { view, waiting } = deps.memory.read(log);
    for (const other of waiting) if (view !== null && other.size <= view.size) await settle(log, other, view);
    return view === null ? "unknown" : settle(log, { ...shown, sinceMs: deps.clock.now() }, view);
  };

  const settle = async (log: string, shown: WaitingCheckpoint, view: SeenCheckpoint): Promise<Comparison> => {
    const isPublic = shown.size <= view.size;
    const found = isPublic ? await compareCheckpoints(shown, view, readTile) : "unknown";
    if (isAlarm(found)) raise(log, found, view, shown);
    const state = deps.memory.read(log);
    const since = state.waiting.find((other) => checkpointName(other) === checkpointName(shown));
    const waiting = state.waiting.filter((other) => other !== since);
    if (isPublic) deps.memory.write(log, { ...state, waiting });
    else if (since !== undefined && deps.clock.now() - since.sinceMs > UNPUBLISHED_MAX_MS) {
      raise(log, "ROLLBACK", view, shown);
      return "ROLLBACK";
    } else if (since === undefined) deps.memory.write(log, withWaiting(state, shown));
    return found;
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
      if (comparison !== "unknown" && compared.size < COMPARED_MAX) compared.set(name, comparison);
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

const withWaiting = (state: LogState, { size, root, note, sinceMs }: WaitingCheckpoint): LogState => ({
  ...state,
  waiting: [...state.waiting, { size, root, note, sinceMs }],
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
