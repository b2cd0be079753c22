// The resident tracker: takes commands one after the other, keeps at most one run going, and sends and discloses what
// waits whether anything is tracked or not. A run that fails ends with its reason and leaves the daemon able to start
// the next. The lock of the outbox makes it the only one for its state directory.
import type { ApiError } from "@underseal/api";
import { MEMO_MAX_CHARACTERS } from "@underseal/evidence";
import { assert, err, MINUTE_MS, ok, type Result, SECOND_MS } from "@underseal/foundation";
import type { TrackerConfig } from "../config.ts";
import type { DeviceKeysError } from "../keys/device-keys.ts";
import type { OutboxError } from "../outbox/schema.ts";
import { explainDiskFault } from "../platform/disk-fault.ts";
import type { DenyRule } from "../reduction/deny.ts";
import type { Reviews } from "../review/index.ts";
import type { Agreement, Agreements } from "../session/agreements.ts";
import { openTracker, type Tracker, type TrackerDeps, type TrackerEvent } from "../tracker.ts";
import { chooseAgreement } from "./choose.ts";
import type { CommandError, CommandName, DaemonCommand } from "./commands.ts";
import { type Failure, type Snapshot, takeSnapshot } from "./snapshot.ts";
import { type DaemonEvent, type DaemonState, nextDaemonState } from "./states.ts";

export interface DaemonDeps extends TrackerDeps {
  /** The display to capture, tried before each run. */
  readonly findDisplay: () => Promise<Result<string, { readonly message: string }>>;
  readonly deny: readonly DenyRule[];
  /** What to do about an answer that is no. */
  readonly explain: (error: ApiError) => string;
  /** After each change of state, and after each failure. */
  readonly onChange: (snapshot: Snapshot) => void;
}

export interface Daemon {
  command(command: DaemonCommand): Promise<Result<Snapshot, CommandError>>;
  snapshot(): Snapshot;
  /** Captures before they are sent. */
  readonly reviews: Reviews;
  /** Ends the run, sends what it can in a minute, and lets go of the state directory. */
  close(): Promise<"sent" | "waiting">;
}

const COMMANDS_WAITING_MAX = 8;
/** After sending or disclosing failed: a full disk may have room again. */
const DELIVERY_RETRY_MS = 30 * SECOND_MS;
/** So often the server is asked for contracts that were signed meanwhile. */
const AGREEMENTS_MS = 5 * MINUTE_MS;

interface ActiveRun {
  readonly stopping: AbortController;
  /** Resolves when it is over: whether it ended in order. */
  readonly ended: Promise<boolean>;
}

interface Core {
  readonly deps: DaemonDeps;
  readonly tracker: Tracker;
  state: DaemonState;
  sinceMs: number | null;
  underWay: CommandName | null;
  /** What is tracked, or goes on after the pause. */
  work: { readonly agreement: Agreement; readonly memo: string } | null;
  run: ActiveRun | null;
  agreements: Agreements | null;
  isServerReached: boolean | null;
  failure: Failure | null;
  isClosing: boolean;
  onStarted: () => void;
}

export const openDaemon = async (
  config: TrackerConfig,
  deps: DaemonDeps,
): Promise<Result<Daemon, DeviceKeysError | OutboxError>> => {
  const observers: ((event: TrackerEvent) => void)[] = [deps.onEvent];
  const onEvent = (event: TrackerEvent): void => {
    for (const observer of observers) observer(event);
  };
  const tracker = await openTracker(config, { ...deps, onEvent });
  if (!tracker.ok) return tracker;
  const core = createCore(deps, tracker.value);
  observers.push((event) => observe(core, event));
  const background = new AbortController();
  const queue = createQueue();
  // What a crash left open is closed before anything begins anew.
  const recovered = queue.add(() => recover(core));
  const delivering = recovered.then(() => deliverForever(core, background.signal));
  return ok({
    command: async (command) => {
      if (core.isClosing || queue.length() >= COMMANDS_WAITING_MAX) {
        return err({ code: "TOO_MANY", message: core.isClosing ? "the tracker is ending" : "too many commands wait" });
      }
      const done = await queue.add(() => carryOut(core, command));
      return done.ok ? ok(snapshotOf(core)) : done;
    },
    snapshot: () => snapshotOf(core),
    reviews: tracker.value.reviews({ findTerms: (hash) => core.agreements?.findTerms(hash) ?? null }),
    close: async () => {
      core.isClosing = true;
      await queue.add(async () => {
        if (core.state !== "stopped") await stop(core);
      });
      background.abort();
      await delivering;
      const outcome = await finish(core);
      tracker.value.close();
      return outcome;
    },
  });
};

const createCore = (deps: DaemonDeps, tracker: Tracker): Core => ({
  ...{ deps, tracker, state: "stopped", sinceMs: null, underWay: null, work: null, run: null },
  ...{ agreements: null, isServerReached: null, failure: null, isClosing: false, onStarted: () => {} },
});

/** One piece of work at a time, in order. */
const createQueue = () => {
  let last: Promise<unknown> = Promise.resolve();
  let length = 0;
  return {
    length: () => length,
    add: <T>(work: () => Promise<T>): Promise<T> => {
      length += 1;
      const done = last.then(work).finally(() => {
        length -= 1;
      });
      last = done.catch(() => {});
      return done;
    },
  };
};

const snapshotOf = (core: Core): Snapshot => {
  const { state, sinceMs, underWay, isServerReached, failure, work, agreements } = core;
  const told = { state, sinceMs, underWay, isServerReached, failure, memo: work?.memo ?? "" };
  const doing = { ...told, agreement: work?.agreement ?? null, known: agreements?.active ?? [] };
  return takeSnapshot(core.tracker, doing, core.deps.clock.now());
};

const observe = (core: Core, event: TrackerEvent): void => {
  if (event.type === "started") core.onStarted();
  if (event.type === "offline") core.isServerReached = false;
  if (event.type === "admitted" || event.type === "stored") core.isServerReached = true;
};

const change = (core: Core, event: DaemonEvent): void => {
  const state = nextDaemonState(core.state, event);
  assert(state !== null, "a move is checked before it is made");
  core.state = state;
  core.sinceMs = core.deps.clock.now();
  core.deps.onChange(snapshotOf(core));
};

const tellFailure = (core: Core, message: string): void => {
  core.failure = { atMs: core.deps.clock.now(), message };
  core.deps.onChange(snapshotOf(core));
};

const explainFailure = (what: string, cause: unknown): string =>
  explainDiskFault(cause) ?? `${what} (${cause instanceof Error ? cause.message : String(cause)})`;

const carryOut = async (core: Core, command: DaemonCommand): Promise<Result<void, CommandError>> => {
  if (nextDaemonState(core.state, command.name) === null) return err(forbidden(core.state, command.name));
  core.underWay = command.name;
  try {
    return await steps[command.name](core, command);
  } finally {
    core.underWay = null;
  }
};

const FORBIDDEN: Readonly<Record<DaemonState, string>> = {
  stopped: "nothing is tracked: start first",
  tracking: "it is tracking already: pause, switch or stop",
  paused: "it is paused: resume, switch or stop",
};

const forbidden = (state: DaemonState, name: CommandName): CommandError => ({
  code: "MOVE_FORBIDDEN",
  message: `cannot ${name}: ${FORBIDDEN[state]}`,
});

type Step = (core: Core, command: DaemonCommand) => Promise<Result<void, CommandError>>;

const steps: Readonly<Record<CommandName, Step>> = {
  start: (core, command) => beginNamed(core, command, "start"),
  switch: (core, command) => beginNamed(core, command, "switch"),
  resume: async (core) => {
    assert(core.work !== null, "what was paused is known");
    return begin(core, core.work, "resume");
  },
  pause: async (core) => {
    if (!(await endRun(core))) return err(failedRun(core));
    change(core, "pause");
    return ok(undefined);
  },
  stop: (core) => stop(core),
};

const stop = async (core: Core): Promise<Result<void, CommandError>> => {
  if (!(await endRun(core))) return err(failedRun(core));
  core.work = null;
  change(core, "stop");
  return ok(undefined);
};

const beginNamed = async (
  core: Core,
  command: DaemonCommand,
  event: "start" | "switch",
): Promise<Result<void, CommandError>> => {
  const { contract, memo = "" } = "memo" in command ? command : {};
  const agreements = await learnAgreements(core);
  if (!agreements.ok) return agreements;
  const chosen = chooseAgreement(agreements.value.active, contract);
  if (!chosen.ok) {
    const message = [chosen.error.message, chosen.error.choices.join(", ")].join(" ").trim();
    return err({ code: "CONTRACT_UNKNOWN", message });
  }
  assert(memo.length <= MEMO_MAX_CHARACTERS, "who takes the command checks the memo");
  return begin(core, { agreement: chosen.value, memo }, event);
};

/** Where it is not certain that tracking can begin, what goes on now is left alone. */
const begin = async (
  core: Core,
  work: NonNullable<Core["work"]>,
  event: "start" | "switch" | "resume",
): Promise<Result<void, CommandError>> => {
  const display = await core.deps.findDisplay();
  if (!display.ok) return err({ code: "SCREEN_UNUSABLE", message: display.error.message });
  // Meanwhile what went on may have ended badly, and whoever sent the command does not know.
  if (!(await endRun(core)) || nextDaemonState(core.state, event) === null) return err(failedRun(core));
  const started = Promise.withResolvers<true>();
  core.onStarted = () => started.resolve(true);
  core.failure = null;
  core.work = work;
  const run = startRun(core, display.value);
  core.run = run;
  change(core, event);
  const isGoingOn = await Promise.race([started.promise, run.ended]);
  return isGoingOn ? ok(undefined) : err(failedRun(core));
};

const startRun = (core: Core, display: string): ActiveRun => {
  const { tracker, deps, work } = core;
  assert(work !== null, "what is tracked is known");
  const stopping = new AbortController();
  const request = { ...work, display, deny: deps.deny };
  const ended = tracker.run(request, stopping.signal).then(
    () => true,
    (cause: unknown) => {
      core.run = null;
      core.work = null;
      core.failure = { atMs: deps.clock.now(), message: explainFailure("tracking ended unexpectedly", cause) };
      change(core, "fail");
      return false;
    },
  );
  return { stopping, ended };
};

/** Whether it ended in order; where none goes on, it did. */
const endRun = async (core: Core): Promise<boolean> => {
  const { run } = core;
  if (run === null) return true;
  run.stopping.abort();
  const isOrderly = await run.ended;
  if (isOrderly) core.run = null;
  return isOrderly;
};

const failedRun = ({ failure }: Core): CommandError => ({
  code: "RUN_FAILED",
  message: failure?.message ?? "tracking ended",
});

/** From the server, or as they were known; what was learned before stays where neither answers. */
const learnAgreements = async (core: Core): Promise<Result<Agreements, CommandError>> => {
  try {
    const learned = await core.tracker.agreements();
    if (!learned.ok) return err({ code: "SERVER_SAYS_NO", message: core.deps.explain(learned.error) });
    core.agreements = learned.value;
    return learned;
  } catch (cause) {
    const message = explainFailure("the contracts cannot be kept", cause);
    return err({ code: "SERVER_SAYS_NO", message });
  }
};

const recover = async (core: Core): Promise<void> => {
  try {
    const interrupted = await core.tracker.closeInterrupted();
    if (interrupted === null) return;
    const until = new Date(interrupted.seenAtMs).toISOString().slice(0, 16).replace("T", " ");
    tellFailure(core, `the tracker ended without a stop: what it tracked until ${until} UTC is kept`);
  } catch (cause) {
    tellFailure(core, explainFailure("what a crash left open could not be closed", cause));
  }
};

/** Whatever happens here, tracking goes on: nothing is lost while it waits. */
const deliverForever = async (core: Core, signal: AbortSignal): Promise<void> => {
  const { clock } = core.deps;
  while (!signal.aborted) {
    const learned = await learnAgreements(core);
    if (!learned.ok && core.agreements === null) core.isServerReached ??= false;
    // Without terms nothing can be said about what waits.
    if (core.agreements !== null) await deliverFor(core, AGREEMENTS_MS, signal);
    else await clock.wait(DELIVERY_RETRY_MS, signal);
  }
};

const deliverFor = async (core: Core, ms: number, signal: AbortSignal): Promise<void> => {
  const { clock } = core.deps;
  const ending = new AbortController();
  const either = AbortSignal.any([signal, ending.signal]);
  const timer = clock.wait(ms, either).then(() => ending.abort());
  try {
    await core.tracker.deliver({ findTerms: (hash) => core.agreements?.findTerms(hash) ?? null }, either);
  } catch (cause) {
    tellFailure(core, explainFailure("what waits cannot be sent", cause));
    await clock.wait(DELIVERY_RETRY_MS, either);
  }
  ending.abort();
  await timer;
};

const finish = async (core: Core): Promise<"sent" | "waiting"> => {
  const { agreements, tracker } = core;
  const { pending, blobs } = tracker.counts();
  if (agreements === null) return pending + blobs === 0 ? "sent" : "waiting";
  try {
    return await tracker.finish(agreements);
  } catch (cause) {
    tellFailure(core, explainFailure("what waits cannot be sent", cause));
    return "waiting";
  }
};
