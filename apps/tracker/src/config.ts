// The only reader of the tracker's environment. All faults at once, each with what to do.
import path from "node:path";
import { type DemoClockSettings, err, ok, type Result } from "@underseal/foundation";
import { isLanguage, languages as knownLanguages, type Language } from "@underseal/redaction";

export interface TrackerConfig {
  /** `http://127.0.0.1:8420` */
  readonly serverUrl: string;
  /** Where rounds of the beacon are asked for; the server's own relay unless another was named. */
  readonly beaconUrl: string;
  /** Keys, records that wait, and captures at rest. */
  readonly stateDir: string;
  readonly display: string | undefined;
  readonly waylandDisplay: string | undefined;
  /** Of the daemon's page; 0: one that is free. */
  readonly loopbackPort: number;
  /** Of what is read on the screen. */
  readonly languages: readonly Language[];
  /** Whether a capture waits for its owner before anything of it is sent, or goes at once as the policy proposes. */
  readonly review: "off" | "before-sending";
  /** Without input for so many minutes, nobody is taken to be there; 0: whatever happens, somebody is. */
  readonly idleMinutes: number;
  /** How long it waits at most, counted from the end of its segment; `null`: until Monday 10:00 (`review/rules.ts`). */
  readonly reviewHours: number | null;
  /** Only in the demo: time passes faster, so that ten-minute segments last seconds. */
  readonly demoClock: DemoClockSettings | null;
}

export interface TrackerConfigFault {
  readonly variable: string;
  readonly message: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

export const readTrackerConfig = (env: Environment): Result<TrackerConfig, readonly TrackerConfigFault[]> => {
  const faults: TrackerConfigFault[] = [];
  const serverUrl = env.UNDERSEAL_SERVER ?? "http://127.0.0.1:8420";
  if (!isHttpUrl(serverUrl)) {
    faults.push({ variable: "UNDERSEAL_SERVER", message: "is not an address such as https://underseal.example" });
  }
  const beaconUrl = env.UNDERSEAL_BEACON_URL ?? `${withoutSlash(serverUrl)}/beacon`;
  if (!isHttpUrl(beaconUrl)) {
    faults.push({ variable: "UNDERSEAL_BEACON_URL", message: "is not an address such as https://api.drand.sh/CHAIN" });
  }
  const stateDir = env.UNDERSEAL_TRACKER_DIR ?? defaultStateDir(env);
  if (stateDir === null || !path.isAbsolute(stateDir)) {
    faults.push({ variable: "UNDERSEAL_TRACKER_DIR", message: "is not an absolute path; set it, or set HOME" });
  }
  const demoClock = readDemoClock(env.UNDERSEAL_DEMO_CLOCK);
  if (demoClock === undefined) {
    faults.push({
      variable: "UNDERSEAL_DEMO_CLOCK",
      message: 'is not {"realStartMs":…,"simulatedStartMs":…,"factor":…}',
    });
  }
  const languages = readLanguages(env.UNDERSEAL_LANGUAGES ?? "eng");
  if (languages === null) {
    const known = knownLanguages.join(", ");
    faults.push({ variable: "UNDERSEAL_LANGUAGES", message: `is not a list such as eng,deu; known are ${known}` });
  }
  const loopbackPort = readPort(env.UNDERSEAL_TRACKER_PORT ?? "0");
  if (loopbackPort === null) {
    faults.push({ variable: "UNDERSEAL_TRACKER_PORT", message: "is not 0 or a port from 1024 to 65535" });
  }
  const review = env.UNDERSEAL_REVIEW ?? "before-sending";
  if (!isReview(review)) faults.push({ variable: "UNDERSEAL_REVIEW", message: "is neither off nor before-sending" });
  const reviewHours = readHours(env.UNDERSEAL_REVIEW_HOURS);
  if (reviewHours === undefined) {
    const message = `is not a whole number of hours, 1 to ${REVIEW_HOURS_MAX}`;
    faults.push({ variable: "UNDERSEAL_REVIEW_HOURS", message });
  }
  const idleMinutes = readIdleMinutes(env.UNDERSEAL_IDLE_MINUTES ?? "5");
  if (idleMinutes === null) {
    faults.push({ variable: "UNDERSEAL_IDLE_MINUTES", message: `is not 0 (never) or up to ${IDLE_MINUTES_MAX}` });
  }
  if (!isReview(review) || reviewHours === undefined || loopbackPort === null || idleMinutes === null)
    return err(faults);
  if (faults.length > 0 || stateDir === null || demoClock === undefined || languages === null) return err(faults);
  const display = env.DISPLAY;
  const waylandDisplay = env.WAYLAND_DISPLAY;
  const urls = { serverUrl: withoutSlash(serverUrl), beaconUrl: withoutSlash(beaconUrl) };
  return ok({
    ...urls,
    stateDir,
    display,
    waylandDisplay,
    loopbackPort,
    languages,
    review,
    reviewHours,
    idleMinutes,
    demoClock,
  });
};

/** A segment waits so long at most to be recorded: 5 minutes after its end are the most for tier A. */
const IDLE_MINUTES_MAX = 5;

const readIdleMinutes = (text: string): number | null =>
  /^\d$/.test(text) && Number(text) <= IDLE_MINUTES_MAX ? Number(text) : null;

const isReview = (text: string): text is TrackerConfig["review"] => text === "off" || text === "before-sending";

/** A week and the half day to its lock. */
const REVIEW_HOURS_MAX = 180;

/** `null`: not set; `undefined`: set to something else. */
const readHours = (text: string | undefined): number | null | undefined => {
  if (text === undefined || text === "") return null;
  return /^[1-9]\d{0,2}$/.test(text) && Number(text) <= REVIEW_HOURS_MAX ? Number(text) : undefined;
};

/** `null` where the list is empty or names a language we have no words of. */
const readLanguages = (text: string): readonly Language[] | null => {
  const names = [...new Set(text.split(",").map((name) => name.trim()))];
  const found = names.filter(isLanguage);
  return found.length === names.length ? found : null;
};

const readPort = (text: string): number | null => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port === 0 || (port >= 1024 && port <= 65_535) ? port : null;
};

const withoutSlash = (url: string): string => url.replace(/\/+$/, "");

const isHttpUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

const defaultStateDir = (env: Environment): string | null => {
  const base = env.XDG_DATA_HOME ?? (env.HOME === undefined ? null : path.join(env.HOME, ".local/share"));
  return base === null ? null : path.join(base, "underseal-tracker");
};

/** `null`: not set; `undefined`: set to something else. */
const readDemoClock = (text: string | undefined): DemoClockSettings | null | undefined => {
  if (text === undefined || text === "") return null;
  try {
    const { realStartMs, simulatedStartMs, factor } = JSON.parse(text);
    const isValid = [realStartMs, simulatedStartMs, factor].every((value) => typeof value === "number" && value > 0);
    return isValid ? { realStartMs, simulatedStartMs, factor } : undefined;
  } catch {
    return undefined;
  }
};
