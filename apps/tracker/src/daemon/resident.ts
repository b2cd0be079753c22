// The daemon with its page and its private file: what `underseal track daemon` keeps running.
import { err, ok, type Result, redact } from "@underseal/foundation";
import type { TrackerConfig } from "../config.ts";
import { removeEndpoint, SECRET_BYTES, writeEndpoint } from "../loopback/endpoint.ts";
import { createLaunchFile } from "../loopback/launch-file.ts";
import { startLoopback } from "../loopback/server.ts";
import type { TrackerClock } from "../platform/clock.ts";
import type { DaemonDeps } from "./core.ts";
import { type Daemon, openDaemon } from "./daemon.ts";

export interface ResidentDeps extends DaemonDeps {
  /** Of the machine, also where the tracker's own runs faster. */
  readonly machineClock: TrackerClock;
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
  const ending = new AbortController();
  const launchFile = createLaunchFile({ stateDir: config.stateDir, clock, signal: ending.signal });
  const { loopbackPort: wantedPort } = config;
  const loopback = await startLoopback({ daemon: daemon.value, clock, random, launchFile, secret, port: wantedPort });
  if (!loopback.ok) {
    await daemon.value.close();
    return err({ code: "PORT_UNUSABLE", message: loopback.error.message });
  }
  const { port } = loopback.value;
  const close = async (): Promise<"sent" | "waiting"> => {
    await removeEndpoint(config.stateDir);
    const outcome = daemon.value.close();
    await loopback.value.stop();
    ending.abort();
    await launchFile.clear();
    return outcome;
  };
  try {
    await launchFile.clear();
    await writeEndpoint(config.stateDir, { port, pid: process.pid, startedAtMs: clock.now(), secret });
  } catch (cause) {
    await close();
    throw cause;
  }
  return ok({ daemon: daemon.value, url: `http://127.0.0.1:${port}`, close });
};
