// Begins and ends runs, at most one at a time. A run that fails ends with its reason and leaves the daemon able to start
// the next; one that reached the instant at which something else is tracked hands over to it.
import { assert, err, ok, type Result } from "@underseal/foundation";
import type { Ended } from "../session/run.ts";
import { undecidedFromMs } from "./attendance.ts";
import type { CommandError } from "./commands.ts";
import { type ActiveRun, type Core, change, explainFailure, isConcealed } from "./core.ts";
import { nextDaemonState } from "./states.ts";
import type { Work } from "./switching.ts";

export type Beginning = "start" | "switch" | "resume" | "return";

/**
 * Where it is not certain that tracking can begin, what goes on now is left alone. With `from` it goes on where another
 * run ended.
 */
export const begin = async (
  core: Core,
  work: Work,
  event: Beginning,
  from?: Ended,
): Promise<Result<void, CommandError>> => {
  const display = await core.deps.findDisplay();
  if (!display.ok) return err({ code: "SCREEN_UNUSABLE", message: display.error.message });
  // Meanwhile what went on may have ended badly, and whoever sent the command does not know.
  if (!(await endRun(core)) || nextDaemonState(core.state, event) === null) return err(failedRun(core));
  const started = Promise.withResolvers<true>();
  core.onStarted = () => started.resolve(true);
  core.failure = null;
  core.work = work;
  core.next = null;
  core.display = display.value;
  core.lastInputMs = null;
  const run = startRun(core, display.value, from);
  core.run = run;
  change(core, event);
  const isGoingOn = await Promise.race([started.promise, run.ended]);
  return isGoingOn === null ? err(failedRun(core)) : ok(undefined);
};

const startRun = (core: Core, display: string, from: Ended | undefined): ActiveRun => {
  const { tracker, deps, work } = core;
  assert(work !== null, "what is tracked is known");
  const stopping = new AbortController();
  const untilMs = () => core.next?.atMs ?? Number.POSITIVE_INFINITY;
  const heldFromMs = () => undecidedFromMs({ mode: core.work?.mode ?? "working", ...core }, core.lastInputMs);
  const countedUntilMs = () => core.countedUntilMs;
  const span = {
    signal: stopping.signal,
    untilMs,
    heldFromMs,
    countedUntilMs,
    ...(from === undefined ? {} : { from }),
  };
  const ended = tracker
    .run({ ...work, display, deny: deps.deny, isConcealed: () => isConcealed(core) }, span)
    .catch((cause: unknown) => {
      fail(core, explainFailure("tracking ended unexpectedly", cause));
      return null;
    });
  const run = { stopping, ended };
  void ended.then((end) => {
    if (end !== null && !stopping.signal.aborted) void core.queue.add(() => handOver(core, run, end));
  });
  return run;
};

const fail = (core: Core, message: string): void => {
  core.run = null;
  core.work = null;
  core.next = null;
  core.failure = { atMs: core.deps.clock.now(), message };
  change(core, "fail");
};

/** To what is tracked next; or, where that was taken back at the last moment, to a run of what was tracked. */
const handOver = async (core: Core, run: ActiveRun, end: Ended): Promise<void> => {
  const work = workOf(core);
  // A command that came in between ended it.
  if (core.run !== run || work === null) return;
  core.underWay = "switch";
  const begun = await begin(core, work, "switch", end);
  core.underWay = null;
  if (!begun.ok && core.run === run) fail(core, begun.error.message);
};

/** What is declared goes on where the contract does. */
const workOf = ({ next, work }: Core): Work | null => {
  if (next === null || work?.agreement.contract !== next.work.agreement.contract) return next?.work ?? work;
  return { ...next.work, mode: work.mode };
};

/** Whether it ended in order; where none goes on, it did. */
export const endRun = async (core: Core): Promise<boolean> => {
  const { run } = core;
  if (run === null) return true;
  run.stopping.abort();
  const isOrderly = (await run.ended) !== null;
  if (isOrderly) core.run = null;
  return isOrderly;
};

export const failedRun = ({ failure }: Core): CommandError => ({
  code: "RUN_FAILED",
  message: failure?.message ?? "tracking ended",
});
