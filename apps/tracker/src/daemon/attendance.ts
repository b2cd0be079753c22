// When nobody is at the machine. Pure: what the sensor said and what goes on, in; what follows, out.
import type { WorkMode } from "@underseal/protection";
import type { Presence } from "../sensors/presence.ts";
import type { DaemonEvent, DaemonState } from "./states.ts";

export interface Attended {
  readonly state: DaemonState;
  readonly mode: WorkMode;
  /** Without input for so long, nobody is there; `null`: never. */
  readonly idleMaxMs: number | null;
}

/** `null`: all stays as it is. What the machine does not say changes nothing. */
export const attendanceEvent = (
  { state, mode, idleMaxMs }: Attended,
  { idleMs, isLocked }: Presence,
): Extract<DaemonEvent, "idle" | "lock" | "return"> | null => {
  const isIdle = idleMaxMs !== null && idleMs !== null && idleMs >= idleMaxMs;
  if (state === "tracking") {
    if (isLocked === true) return "lock";
    // Whoever declared a call, reading or whiteboard work is there without input.
    return isIdle && mode === "working" ? "idle" : null;
  }
  if (state === "idle") return isIdle || isLocked === true || idleMs === null ? null : "return";
  return state === "locked" && isLocked === false ? "return" : null;
};

/**
 * The instant after which it is not known yet whether minutes count: that of the last input. A segment that ends later waits to
 * be recorded until there is input again, or until its idle minutes are cut off.
 */
export const undecidedFromMs = (
  { mode, idleMaxMs }: Pick<Attended, "mode" | "idleMaxMs">,
  lastInputMs: number | null,
): number =>
  mode !== "working" || idleMaxMs === null || lastInputMs === null ? Number.POSITIVE_INFINITY : lastInputMs;
