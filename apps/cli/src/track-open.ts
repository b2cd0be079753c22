// The tracker as every `underseal track …` opens it.
import { createSystemRandom } from "@underseal/foundation";
import {
  createTrackerClock,
  explainDiskFault,
  openTracker,
  prepareStateDir,
  readTrackerConfig,
  type Tracker,
  type TrackerConfig,
  type TrackerEvent,
} from "@underseal/tracker";
import { fail } from "./console.ts";

/** The settings. Their state directory is there, and nobody else's: no command looks into another. */
export const readConfig = async (): Promise<TrackerConfig> => {
  const config = readTrackerConfig(process.env);
  if (!config.ok) {
    const faults = config.error.map(({ variable, message }) => `${variable} ${message}`);
    return fail("settings are wrong:", faults);
  }
  const prepared = await prepareStateDir(config.value.stateDir);
  return prepared.ok ? config.value : fail(prepared.error.message);
};

export const machineDeps = (config: TrackerConfig) => ({
  clock: createTrackerClock(config.demoClock),
  random: createSystemRandom(),
  ...{ fetch, env: process.env, execPath: process.execPath },
});

export const openOrFail = async (
  onEvent: (event: TrackerEvent) => void,
): Promise<{ tracker: Tracker; config: TrackerConfig }> => {
  const config = await readConfig();
  const tracker = await openTracker(config, { ...machineDeps(config), onEvent });
  return tracker.ok ? { tracker: tracker.value, config } : fail(tracker.error.message);
};

/** A disk that is full or broken ends the work with a sentence, wherever it shows. */
export const orDiskFault = async (work: Promise<void>): Promise<void> => {
  try {
    await work;
  } catch (cause) {
    const fault = explainDiskFault(cause);
    if (fault === null) throw cause;
    fail(fault);
  }
};
