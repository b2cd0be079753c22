// `underseal track daemon`: the resident tracker, in this terminal until Ctrl-C.
import { ok, type Result } from "@underseal/foundation";
import {
  createPresenceSensor,
  createTrackerClock,
  type DaemonClient,
  findDaemon,
  type Snapshot,
  startResident,
  type TrackerConfig,
  type TrackerEvent,
} from "@underseal/tracker";
import { aborted, createStopSignal, fail } from "./console.ts";
import { explainAnswer } from "./server-answer.ts";
import { denyRulesOf } from "./track.ts";
import { sayEvent } from "./track-events.ts";
import { machineDeps, orDiskFault, readConfig } from "./track-open.ts";
import { comingLines, sayFarewell, stateLine } from "./track-status.ts";
import { type TrackingDisplay, trackingDisplay } from "./tracking.ts";

export interface DaemonOptions {
  readonly deny: readonly string[];
  readonly denyHost: readonly string[];
  readonly xvfb?: boolean;
  readonly json?: boolean;
}

/** `underseal track daemon` */
export const runDaemon = (options: DaemonOptions): Promise<void> => orDiskFault(residentUntilStopped(options));

const residentUntilStopped = async (options: DaemonOptions): Promise<void> => {
  const signal = createStopSignal();
  const config = await readConfig();
  const displays = createDisplays(config, options.xvfb === true);
  const say = createVoice(options.json === true);
  const resident = await startResident(config, {
    ...machineDeps(config),
    machineClock: createTrackerClock(null),
    findDisplay: displays.find,
    presence: createPresenceSensor({ env: process.env }),
    deny: denyRulesOf(options),
    explain: (error) => explainAnswer(error, config.serverUrl),
    onEvent: say.event,
    onChange: say.change,
  });
  if (!resident.ok) {
    const running =
      resident.error.code === "OUTBOX_IN_USE" ? await findDaemon(config.stateDir, machineDeps(config)) : null;
    return fail(running === null ? resident.error.message : alreadyRuns(running));
  }
  const { url, daemon, close } = resident.value;
  say.ready(url);
  await aborted(signal);
  const { toReview } = daemon.snapshot();
  const outcome = await close();
  await displays.stop();
  say.end(outcome, toReview);
};

const alreadyRuns = ({ pid, startedAtMs, url }: DaemonClient): string => {
  const since = new Date(startedAtMs).toISOString().slice(0, 16).replace("T", " ");
  return `a tracker runs already with this state directory: process ${pid}, since ${since} UTC, at ${url}; look with underseal track status`;
};

/** A screen of our own is started once, at the first run. */
const createDisplays = (config: TrackerConfig, isOwn: boolean) => {
  let own: TrackingDisplay | null = null;
  return {
    find: async (): Promise<Result<string, { readonly message: string }>> => {
      if (own !== null) return ok(own.display);
      const found = await trackingDisplay(config, isOwn);
      if (!found.ok) return found;
      if (isOwn) own = found.value;
      return ok(found.value.display);
    },
    stop: async () => own?.stop(),
  };
};

interface Voice {
  ready(url: string): void;
  event(event: TrackerEvent): void;
  change(snapshot: Snapshot): void;
  end(outcome: "sent" | "waiting", toReview: Snapshot["toReview"]): void;
}

const createVoice = (isJson: boolean): Voice => {
  if (isJson) {
    const say = (line: object) => console.log(JSON.stringify(line));
    return {
      ready: (url) => say({ type: "ready", url, pid: process.pid }),
      event: say,
      change: ({ state, failure }) => say({ type: "state", state, failure: failure?.message ?? null }),
      end: (outcome) => say({ type: "end", outcome }),
    };
  }
  return {
    ready: (url) => {
      console.log(`The tracker is ready at ${url}; underseal track open shows its page, Ctrl-C ends it.`);
      console.log("While it tracks, your screen is captured at random moments.");
    },
    event: sayEvent,
    change: (snapshot) => {
      console.log(stateLine(snapshot));
      for (const line of comingLines(snapshot)) console.log(line);
      if (snapshot.failure !== null) console.log(`! ${snapshot.failure.message}`);
    },
    end: sayFarewell,
  };
};
