// The daemon with its page and its private file: what `underseal track daemon` keeps running.
import { type Clock, err, ok, type Result, redact } from "@underseal/foundation";
import type { TrackerConfig } from "../config.ts";
import { removeEndpoint, SECRET_BYTES, writeEndpoint } from "../loopback/endpoint.ts";
import { startLoopback } from "../loopback/server.ts";
import type { DaemonDeps } from "./core.ts";
import { type Daemon, openDaemon } from "./daemon.ts";

export interface ResidentDeps extends DaemonDeps {
  /** Of the machine, also where the tracker's own runs faster. */
  readonly machineClock: Clock;
}

export interface Resident {
  readonly daemon: Daemon;
  readonly url: string;
  /** As `Daemon.close`. */
  close(): Promise<"sent" | "waiting">;
}

export interface ResidentError {
  /** `OUTBOX_IN_USE`: another tracker runs with this state directory. */
  readonly code: string;
  readonly message: string;
}

export const startResident = async (
  config: TrackerConfig,
  deps: ResidentDeps,
): Promise<Result<Resident, ResidentError>> => {
  // Holds the lock from here on: whatever is in the private file is a dead one's.
  const daemon = await openDaemon(config, deps);
  if (!daemon.ok) return daemon;
  const secret = redact(deps.random.bytes(SECRET_BYTES));
  const { machineClock: clock, random } = deps;
  const loopback = await startLoopback({ daemon: daemon.value, clock, random, secret, port: config.loopbackPort });
  if (!loopback.ok) {
    await daemon.value.close();
    return err({ code: "PORT_UNUSABLE", message: loopback.error.message });
  }
  const { port } = loopback.value;
  const close = async (): Promise<"sent" | "waiting"> => {
    await removeEndpoint(config.stateDir);
    const outcome = daemon.value.close();
    await loopback.value.stop();
    return outcome;
  };
  try {
    await writeEndpoint(config.stateDir, { port, pid: process.pid, startedAtMs: clock.now(), secret });
  } catch (cause) {
    await close();
    throw cause;
  }
  return ok({ daemon: daemon.value, url: `http://127.0.0.1:${port}`, close });
};
