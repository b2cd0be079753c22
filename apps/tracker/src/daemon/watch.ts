// Looks whether somebody is at the machine, while something is tracked or would go on. Nothing of a look is kept.
import { SECOND_MS } from "@underseal/foundation";
import { attendanceEvent } from "./attendance.ts";
import { type Core, change, tellFailure } from "./core.ts";
import { begin, endRun } from "./runs.ts";
import { nextDaemonState } from "./states.ts";

const LOOK_MS = 5 * SECOND_MS;

export const watchForever = async (core: Core, signal: AbortSignal): Promise<void> => {
  while (!signal.aborted) {
    await core.deps.clock.wait(LOOK_MS, signal);
    if (!signal.aborted) await look(core);
  }
};

const look = async (core: Core): Promise<void> => {
  const { deps, display, state, work, idleMaxMs } = core;
  if (display === null || work === null || state === "paused") return;
  const presence = await deps.presence.look(display);
  core.lastInputMs = presence.idleMs === null ? null : deps.clock.now() - presence.idleMs;
  const event = attendanceEvent({ state, mode: work.mode, idleMaxMs }, presence);
  if (event !== null) await core.queue.add(() => (event === "return" ? goOn(core) : leave(core, event)));
};

/** Minutes after the last input are cut off; what was recorded before stays. */
const leave = async (core: Core, event: "idle" | "lock"): Promise<void> => {
  // A command may have come in between.
  if (nextDaemonState(core.state, event) === null) return;
  const nowMs = core.deps.clock.now();
  const sinceMs = event === "idle" ? (core.lastInputMs ?? nowMs) : nowMs;
  core.countedUntilMs = sinceMs;
  const isOrderly = await endRun(core);
  core.countedUntilMs = Number.POSITIVE_INFINITY;
  if (!isOrderly) return;
  core.next = null;
  change(core, event, sinceMs);
};

const goOn = async (core: Core): Promise<void> => {
  const { work } = core;
  if (work === null || nextDaemonState(core.state, "return") === null) return;
  const begun = await begin(core, { ...work, mode: "working" }, "return");
  if (begun.ok || nextDaemonState(core.state, "pause") === null) return;
  change(core, "pause");
  tellFailure(core, begun.error.message);
};
