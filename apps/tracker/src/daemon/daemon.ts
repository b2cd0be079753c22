// The resident tracker: takes commands one after the other, keeps at most one run going, and sends and discloses what
// waits whether anything is tracked or not. The lock of the outbox makes it the only one for its state directory.
import { MEMO_MAX_CHARACTERS } from "@underseal/evidence";
import { assert, dateOf, err, MINUTE_MS, ok, type Result, slotOf } from "@underseal/foundation";
import type { TrackerConfig } from "../config.ts";
import type { DeviceKeysError } from "../keys/device-keys.ts";
import type { OutboxError } from "../outbox/schema.ts";
import type { Reviews } from "../review/index.ts";
import { openTracker, type TrackerEvent } from "../tracker.ts";
import { chooseAgreement } from "./choose.ts";
import type { CommandError, CommandName, DaemonCommand } from "./commands.ts";
import {
  type Core,
  change,
  createCore,
  type DaemonDeps,
  type DaemonTracker,
  observe,
  reviewsOf,
  snapshotOf,
  tell,
} from "./core.ts";
import { deliverForever, finish, learnAgreements, recover } from "./delivery.ts";
import { createQueue } from "./queue.ts";
import { begin, endRun, failedRun } from "./runs.ts";
import type { Snapshot } from "./snapshot.ts";
import { type DaemonState, nextDaemonState } from "./states.ts";
import { switchTime, type Work } from "./switching.ts";
import { watchForever } from "./watch.ts";

export interface Daemon {
  command(command: DaemonCommand): Promise<Result<Snapshot, CommandError>>;
  snapshot(): Snapshot;
  /** Captures before they are sent. */
  readonly reviews: Reviews;
  /** Ends the run, sends what it can in a minute, and lets go of the state directory. */
  close(): Promise<"sent" | "waiting">;
}

const COMMANDS_WAITING_MAX = 8;

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
  const { daemon, observe } = createDaemon(
    deps,
    tracker.value,
    config.idleMinutes === 0 ? null : config.idleMinutes * MINUTE_MS,
  );
  observers.push(observe);
  return ok(daemon);
};

/** On a tracker whose events are passed on to `observe`. */
export const createDaemon = (
  deps: DaemonDeps,
  tracker: DaemonTracker,
  idleMaxMs: number | null,
): { readonly daemon: Daemon; readonly observe: (event: TrackerEvent) => void } => {
  const queue = createQueue();
  const core = createCore(deps, { tracker, queue, idleMaxMs });
  const background = new AbortController();
  const recovered = queue.add(() => recover(core));
  const delivering = recovered.then(() => deliverForever(core, background.signal));
  const watching = watchForever(core, background.signal);
  const daemon: Daemon = {
    command: async (command) => {
      if (core.isClosing || queue.length() >= COMMANDS_WAITING_MAX) {
        return err({ code: "TOO_MANY", message: core.isClosing ? "the tracker is ending" : "too many commands wait" });
      }
      const done = await queue.add(() => carryOut(core, command));
      return done.ok ? ok(snapshotOf(core)) : done;
    },
    snapshot: () => snapshotOf(core),
    reviews: reviewsOf(core),
    close: async () => {
      core.isClosing = true;
      await queue.add(async () => {
        if (core.state !== "stopped") await stop(core);
      });
      background.abort();
      await Promise.all([delivering, watching]);
      deps.presence.close();
      const outcome = await finish(core);
      tracker.close();
      return outcome;
    },
  };
  return { daemon, observe: (event) => observe(core, event) };
};

const carryOut = async (core: Core, command: DaemonCommand): Promise<Result<void, CommandError>> => {
  if (nextDaemonState(core.state, command.name) === null) return err(forbidden(core.state, command.name));
  core.underWay = command.name;
  core.commandedMs = core.deps.clock.now();
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
  idle: "it is paused until there is input: resume, pause, switch or stop",
  locked: "it is paused until the screen is unlocked: resume, pause, switch or stop",
};

const forbidden = (state: DaemonState, name: CommandName): CommandError => ({
  code: "MOVE_FORBIDDEN",
  message: `cannot ${name}: ${FORBIDDEN[state]}`,
});

type Step = (core: Core, command: DaemonCommand) => Promise<Result<void, CommandError>>;

const steps: Readonly<Record<CommandName, Step>> = {
  start: async (core, command) => {
    const work = await chooseWork(core, command);
    return work.ok ? begin(core, work.value, "start") : work;
  },
  switch: async (core, command) => {
    const work = await chooseWork(core, command);
    return work.ok ? switchTo(core, work.value) : work;
  },
  resume: async (core) => {
    assert(core.work !== null, "what was paused is known");
    return begin(core, { ...core.work, mode: "working" }, "resume");
  },
  pause: async (core) => {
    if (!(await endRun(core))) return err(failedRun(core));
    core.next = null;
    change(core, "pause");
    return ok(undefined);
  },
  stop: (core) => stop(core),
  conceal: async (core) => {
    conceal(core);
    return ok(undefined);
  },
  mode: async (core, command) => {
    assert("mode" in command && core.work !== null, "what is tracked is known");
    const { mode } = command;
    core.tracker.declareMode(mode);
    core.work = { ...core.work, mode };
    tell(core);
    return ok(undefined);
  },
};

const CONCEALED_MS = 10 * MINUTE_MS;

/** What was approved can still be dropped for a moment. */
const conceal = (core: Core): void => {
  const nowMs = core.deps.clock.now();
  core.concealedUntilMs = nowMs + CONCEALED_MS;
  const reviews = reviewsOf(core);
  for (const { capture, slot } of reviews.list(dateOf(nowMs))) {
    // Refused where it is gone already.
    if (slot === slotOf(nowMs)) reviews.drop(capture);
  }
  tell(core);
};

const stop = async (core: Core): Promise<Result<void, CommandError>> => {
  if (!(await endRun(core))) return err(failedRun(core));
  core.work = null;
  core.next = null;
  change(core, "stop");
  return ok(undefined);
};

const chooseWork = async (core: Core, command: DaemonCommand): Promise<Result<Work, CommandError>> => {
  const { contract, memo = "" } = "memo" in command ? command : {};
  const agreements = await learnAgreements(core);
  if (!agreements.ok) return agreements;
  const chosen = chooseAgreement(agreements.value.active, contract);
  if (!chosen.ok) {
    const message = [chosen.error.message, chosen.error.choices.join(", ")].join(" ").trim();
    return err({ code: "CONTRACT_UNKNOWN", message });
  }
  assert(memo.length <= MEMO_MAX_CHARACTERS, "who takes the command checks the memo");
  return ok({ agreement: chosen.value, memo, mode: "working" });
};

/** At once where nothing is lost by it; else what is tracked goes on until then, and everybody is told. */
const switchTo = async (core: Core, work: Work): Promise<Result<void, CommandError>> => {
  const time = timeToSwitch(core, work);
  if (time === "now") return begin(core, work, "switch");
  core.next = time === "never" ? null : { work, atMs: time };
  tell(core);
  return ok(undefined);
};

const timeToSwitch = ({ deps, tracker, work }: Core, wanted: Work) => {
  const nowMs = deps.clock.now();
  const run = tracker.work.openRun();
  if (run === null || work === null) return "now";
  const tracked = { ...run, memo: work.memo, claimant: tracker.work.claimantOf(slotOf(nowMs)) };
  return switchTime(tracked, { contract: wanted.agreement.contract, memo: wanted.memo }, nowMs);
};
