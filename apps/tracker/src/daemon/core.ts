// What the resident tracker holds in memory between two commands, and how a change of it is told.
import type { ApiError } from "@underseal/api";
import { assert, type Result } from "@underseal/foundation";
import { explainDiskFault } from "../platform/disk-fault.ts";
import type { DenyRule } from "../reduction/deny.ts";
import type { Reviews } from "../review/index.ts";
import type { PresenceSensor } from "../sensors/presence.ts";
import type { Agreements } from "../session/agreements.ts";
import type { Ended } from "../session/run.ts";
import type { Tracker, TrackerDeps, TrackerEvent } from "../tracker.ts";
import type { CommandName } from "./commands.ts";
import type { Queue } from "./queue.ts";
import { type Failure, type Snapshot, takeSnapshot } from "./snapshot.ts";
import { type DaemonEvent, type DaemonState, nextDaemonState } from "./states.ts";
import type { Next, Work } from "./switching.ts";

export interface DaemonDeps extends TrackerDeps {
  /** The display to capture, tried before each run. */
  readonly findDisplay: () => Promise<Result<string, { readonly message: string }>>;
  readonly deny: readonly DenyRule[];
  readonly presence: PresenceSensor;
  /** What to do about an answer that is no. */
  readonly explain: (error: ApiError) => string;
  /** After each change of state or of what comes next, and after each failure. */
  readonly onChange: (snapshot: Snapshot) => void;
}

export type DaemonTracker = Pick<
  Tracker,
  | "agreements"
  | "run"
  | "declareMode"
  | "deliver"
  | "finish"
  | "closeInterrupted"
  | "work"
  | "counts"
  | "faults"
  | "reviews"
  | "close"
>;

export interface ActiveRun {
  readonly stopping: AbortController;
  /** Resolves when it is over; `null` where it did not end in order. */
  readonly ended: Promise<Ended | null>;
}

export interface Core {
  readonly deps: DaemonDeps;
  readonly tracker: DaemonTracker;
  readonly queue: Queue;
  /** Without input for so long, nobody is there; `null`: never. */
  readonly idleMaxMs: number | null;
  state: DaemonState;
  sinceMs: number | null;
  underWay: CommandName | null;
  /** What is tracked, or goes on after the pause. */
  work: Work | null;
  /** What is tracked from an instant on that is still to come. A crash forgets it. */
  next: Next | null;
  run: ActiveRun | null;
  /** What was captured last. */
  display: string | null;
  /** `null` where it is not known. */
  lastInputMs: number | null;
  /** Whoever gives a command is there, also where it came over the network. */
  commandedMs: number;
  countedUntilMs: number;
  /** Until then captures show nothing. */
  concealedUntilMs: number;
  agreements: Agreements | null;
  isServerReached: boolean | null;
  failure: Failure | null;
  isClosing: boolean;
  onStarted: () => void;
}

export const createCore = (
  deps: DaemonDeps,
  { tracker, queue, idleMaxMs }: Pick<Core, "tracker" | "queue" | "idleMaxMs">,
): Core => ({
  ...{
    deps,
    tracker,
    queue,
    idleMaxMs,
    state: "stopped",
    sinceMs: null,
    underWay: null,
    work: null,
    next: null,
    run: null,
  },
  ...{
    display: null,
    lastInputMs: null,
    commandedMs: Number.NEGATIVE_INFINITY,
    countedUntilMs: Number.POSITIVE_INFINITY,
    concealedUntilMs: Number.NEGATIVE_INFINITY,
  },
  ...{ agreements: null, isServerReached: null, failure: null, isClosing: false, onStarted: () => {} },
});

export const snapshotOf = (core: Core): Snapshot => {
  const { state, sinceMs, underWay, isServerReached, failure, work, next, agreements } = core;
  const told = { state, sinceMs, underWay, isServerReached, failure, memo: work?.memo ?? "", mode: work?.mode ?? null };
  const concealedUntilMs = isConcealed(core) ? core.concealedUntilMs : null;
  const doing = {
    ...told,
    concealedUntilMs,
    agreement: work?.agreement ?? null,
    next,
    known: agreements?.active ?? [],
  };
  return takeSnapshot(core.tracker, doing, core.deps.clock.now());
};

export const isConcealed = ({ deps, concealedUntilMs }: Core): boolean => deps.clock.now() < concealedUntilMs;

export const reviewsOf = (core: Core): Reviews =>
  core.tracker.reviews({ findTerms: (hash) => core.agreements?.findTerms(hash) ?? null });

export const observe = (core: Core, event: TrackerEvent): void => {
  if (event.type === "started") core.onStarted();
  if (event.type === "offline") core.isServerReached = false;
  if (event.type === "admitted" || event.type === "stored") core.isServerReached = true;
};

export const change = (core: Core, event: DaemonEvent, sinceMs: number = core.deps.clock.now()): void => {
  const state = nextDaemonState(core.state, event);
  assert(state !== null, "a move is checked before it is made");
  core.state = state;
  core.sinceMs = sinceMs;
  tell(core);
};

export const tell = (core: Core): void => core.deps.onChange(snapshotOf(core));

export const tellFailure = (core: Core, message: string): void => {
  core.failure = { atMs: core.deps.clock.now(), message };
  tell(core);
};

export const explainFailure = (what: string, cause: unknown): string =>
  explainDiskFault(cause) ?? `${what} (${cause instanceof Error ? cause.message : String(cause)})`;
