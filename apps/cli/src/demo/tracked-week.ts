// Steps 3 and 4: a real screen is tracked by the real tracker until at least four segments with a capture are recorded.

import { setTimeout as sleep } from "node:timers/promises";
import type { Clock, Random } from "@underseal/foundation";
import type { TrackerEvent } from "@underseal/tracker";
import { certifyWaitingDevice, createDeviceCode, type Party } from "./parties.ts";
import { DemoError } from "./session.ts";
import { startTracker, type TrackerSettings } from "./tracker-process.ts";

const SEGMENTS_MIN = 4;
/** Some segments have no draw; so many are tried before the demo gives up waiting for four that have one. */
const SEGMENTS_MAX = 12;
const POLL_MS = 250;
const ENROL_MS = 60_000;

interface Deps {
  readonly clock: Clock;
  readonly random: Random;
  readonly baseUrl: string;
}

/** Makes this machine a device of the freelancer: the code, the request, the certificate. */
export const enrolTracker = async (deps: Deps, freelancer: Party, settings: TrackerSettings): Promise<void> => {
  const code = await createDeviceCode(freelancer);
  const tracker = startTracker(settings, ["enrol", code], () => {});
  let isCertified = false;
  for (let waitedMs = 0; waitedMs < ENROL_MS && !isCertified; waitedMs += POLL_MS) {
    isCertified = await certifyWaitingDevice(deps, freelancer);
    if (!isCertified) await sleep(POLL_MS);
  }
  if (!isCertified) tracker.kill();
  if ((await tracker.ended) !== 0) throw new DemoError(`the tracker was not enrolled: ${tracker.errors()}`);
};

export interface TrackedWork {
  readonly segments: readonly { readonly slot: number; readonly minutes: number; readonly captures: number }[];
  readonly minutes: number;
  readonly captures: number;
  readonly disclosed: number;
  readonly stored: number;
}

/** Runs the tracker; `work` is done on the screen meanwhile. */
export const trackWork = async (
  settings: TrackerSettings,
  { memo, work, signal }: { readonly memo: string; readonly work: () => Promise<void>; readonly signal: AbortSignal },
): Promise<TrackedWork> => {
  const segments: { slot: number; minutes: number; captures: number }[] = [];
  const counts = { captured: 0, disclosed: 0, stored: 0 };
  const faults: string[] = [];
  const onEvent = (event: TrackerEvent) => {
    if (event.type === "segment") segments.push({ slot: event.slot, minutes: event.minutes, captures: event.captures });
    if (event.type === "captured" || event.type === "disclosed" || event.type === "stored") counts[event.type] += 1;
    if (event.type === "refused") faults.push(`the server refused a record: ${event.problem}`);
    if (event.type === "disclose-failed") faults.push(`a disclosure failed: ${event.message}`);
  };
  const tracker = startTracker(settings, ["start", "--json", "--memo", memo], onEvent);
  let hasEnded = false;
  void tracker.ended.then(() => {
    hasEnded = true;
  });
  while (!hasEnded && !signal.aborted && faults.length === 0 && !isEnough(segments)) {
    await work();
    await sleep(POLL_MS);
  }
  tracker.stop();
  const code = await tracker.ended;
  if (signal.aborted) throw new DemoError("stopped");
  if (code !== 0 || faults.length > 0) {
    throw new DemoError([`the tracker ended with ${code}`, tracker.errors(), ...faults].join("; "));
  }
  const minutes = segments.reduce((sum, segment) => sum + segment.minutes, 0);
  return { segments, minutes, captures: counts.captured, disclosed: counts.disclosed, stored: counts.stored };
};

const isEnough = (segments: readonly { readonly captures: number }[]): boolean =>
  segments.filter(({ captures }) => captures > 0).length >= SEGMENTS_MIN || segments.length >= SEGMENTS_MAX;
