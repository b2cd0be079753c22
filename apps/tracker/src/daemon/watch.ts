// Looks whether somebody is at the machine, while something is tracked or would go on. Nothing of a look is kept.
import { SECOND_MS } from "@underseal/foundation";
import type { Presence } from "../sensors/presence.ts";
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
  const { deps, display, run, work, state } = core;
  if (display === null || work === null || state === "paused") return;
  const seen = await deps.presence.look(display);
  const nowMs = deps.clock.now();
  const idleMs = seen.idleMs === null ? null : Math.min(seen.idleMs, nowMs - core.commandedMs);
  core.lastInputMs = idleMs === null ? null : nowMs - idleMs;
  const presence = { ...seen, idleMs };
  if (eventOf(core, presence) === null) return;
  await core.queue.add(async () => {
    // A command that came in between may have begun something else, or said what is done.
    const event = core.run === run ? eventOf(core, presence) : null;
    if (event === "return") await goOn(core);
    else if (event !== null) await leave(core, event);
  });
};

const eventOf = ({ state, work, idleMaxMs }: Core, presence: Presence) =>
  work === null ? null : attendanceEvent({ state, mode: work.mode, idleMaxMs }, presence);

/** Minutes after the last input are cut off; what was recorded before stays. */
const leave = async (core: Core, event: "idle" | "lock"): Promise<void> => {
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
  if (work === null) return;
  const begun = await begin(core, { ...work, mode: "working" }, "return");
  if (begun.ok || nextDaemonState(core.state, "pause") === null) return;
  change(core, "pause");
  tellFailure(core, begun.error.message);
};
