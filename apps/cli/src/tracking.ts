import { keyIdOf } from "@underseal/evidence";
import { ok, type Result } from "@underseal/foundation";
import { checkSensors, describeDisplay, startDisplay, type Tracker, type TrackerConfig } from "@underseal/tracker";

/** The short form of the device's key, as the web app shows it. */
export const signingFingerprint = ({ keys }: Tracker): string => keyIdOf(keys.signing.publicKey);

export interface TrackingDisplay {
  readonly display: string;
  stop(): Promise<void>;
}

const OWN_SIZE = { width: 1920, height: 1080 };

/** The machine's display, tried first; or, if asked for, a virtual one of our own. */
export const trackingDisplay = async (
  config: TrackerConfig,
  isOwn: boolean,
): Promise<Result<TrackingDisplay, { readonly message: string }>> => {
  if (isOwn) return startDisplay(OWN_SIZE, childEnvironment());
  const display = await describeDisplay(config);
  if (!display.ok) return display;
  const settings = { display: display.value.display, env: process.env, execPath: process.execPath };
  const sensors = await checkSensors(settings);
  return sensors.ok ? ok({ display: display.value.display, stop: async () => {} }) : sensors;
};

/** What programs that we start inherit: as little as possible. */
export const childEnvironment = (): Record<string, string> => ({
  PATH: process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin",
  HOME: process.env.HOME ?? "/",
});
