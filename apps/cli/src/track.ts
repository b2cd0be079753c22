import { MEMO_MAX_CHARACTERS, phraseOf } from "@underseal/evidence";
import { createSystemRandom } from "@underseal/foundation";
import {
  type Agreement,
  agreementName,
  createTrackerClock,
  type DenyRule,
  explainDiskFault,
  type FaultCount,
  faultSentences,
  openTracker,
  readTrackerConfig,
  type Tracker,
  type TrackerConfig,
  type TrackerEvent,
} from "@underseal/tracker";
import { createStopSignal, fail } from "./console.ts";
import { explainAnswer } from "./server-answer.ts";
import { signingFingerprint, trackingDisplay } from "./tracking.ts";

export const readConfig = (): TrackerConfig => {
  const config = readTrackerConfig(process.env);
  if (config.ok) return config.value;
  const faults = config.error.map(({ variable, message }) => `${variable} ${message}`);
  return fail("settings are wrong:", faults);
};

const open = async (onEvent: (event: TrackerEvent) => void): Promise<{ tracker: Tracker; config: TrackerConfig }> => {
  const config = readConfig();
  const tracker = await openTracker(config, {
    clock: createTrackerClock(config.demoClock),
    random: createSystemRandom(),
    fetch,
    env: process.env,
    execPath: process.execPath,
    onEvent,
  });
  return tracker.ok ? { tracker: tracker.value, config } : fail(tracker.error.message);
};

/** A disk that is full or broken ends the work with a sentence, wherever it shows. */
const orDiskFault = async (work: Promise<void>): Promise<void> => {
  try {
    await work;
  } catch (cause) {
    const fault = explainDiskFault(cause);
    if (fault === null) throw cause;
    fail(fault);
  }
};

const POLL_MS = 1_000;
const APPROVAL_MS = 10 * 60_000;

/** `underseal track enrol CODE` */
export const enrol = (code: string): Promise<void> => orDiskFault(enrolDevice(code));

const enrolDevice = async (code: string): Promise<void> => {
  const stopped = createStopSignal();
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(APPROVAL_MS)]);
  const { tracker, config } = await open(() => {});
  const requested = await tracker.requestEnrolment(code);
  if (!requested.ok) return fail(explainAnswer(requested.error, config.serverUrl));
  console.log(`Approve this device in the web app if it shows the same key:\n  ${signingFingerprint(tracker)}`);
  const wait = createTrackerClock(null).wait;
  while (!signal.aborted) {
    if (await tracker.isEnrolled()) {
      console.log("This machine is one of your devices now. Start with: underseal track start");
      return tracker.close();
    }
    await wait(POLL_MS, signal);
  }
  if (stopped.aborted) fail("stopped before the device was approved; ask for a new code and try again");
  fail("the device was not approved in time; ask for a new code and try again");
};

export interface StartOptions {
  readonly contract?: string;
  readonly memo: string;
  readonly deny: readonly string[];
  readonly denyHost: readonly string[];
  readonly xvfb?: boolean;
  readonly json?: boolean;
}

/** `underseal track start` */
export const start = (options: StartOptions): Promise<void> => orDiskFault(trackUntilStopped(options));

const trackUntilStopped = async (options: StartOptions): Promise<void> => {
  if (options.memo.length > MEMO_MAX_CHARACTERS) return fail(`a memo has at most ${MEMO_MAX_CHARACTERS} characters`);
  const signal = createStopSignal();
  const say = options.json ? (event: TrackerEvent) => console.log(JSON.stringify(event)) : sayEvent;
  const { tracker, config } = await open(say);
  // What this machine lacks is said first: it needs no server to be found out.
  const display = await trackingDisplay(config, options.xvfb === true);
  if (!display.ok) return fail(display.error.message);
  const agreements = await tracker.agreements();
  if (!agreements.ok) return fail(explainAnswer(agreements.error, config.serverUrl));
  // What waits is sent even where there is nothing to track any more.
  if (agreements.value.active.length === 0) await tracker.recover(agreements.value);
  const agreement = chooseAgreement(agreements.value.active, options.contract);
  const deny = denyRulesOf(options);
  if (!options.json) {
    console.log(`Tracking for ${agreementName(agreement)}. Your screen is captured at random moments; Ctrl-C stops.`);
    console.log(
      `Your client's app shows the same twelve words, or somebody stands between you:\n  ${phraseOf(agreement.terms.hash)}`,
    );
  }
  const input = { agreement, agreements: agreements.value, memo: options.memo, display: display.value.display, deny };
  const outcome = await tracker.track(input, signal);
  await display.value.stop();
  if (!options.json)
    console.log(outcome === "sent" ? "Everything is with the server." : "The rest is sent at the next start.");
  tracker.close();
};

const denyRulesOf = ({ deny, denyHost }: StartOptions): readonly DenyRule[] => [
  ...deny.flatMap((contains): DenyRule[] => [
    { field: "app", contains },
    { field: "title", contains },
  ]),
  ...denyHost.map((contains): DenyRule => ({ field: "host", contains })),
];

const chooseAgreement = (active: readonly Agreement[], wanted: string | undefined): Agreement => {
  const [first, second] = active;
  const chosen =
    wanted === undefined
      ? second === undefined
        ? first
        : undefined
      : active.find(({ contract }) => contract === wanted);
  if (chosen !== undefined) return chosen;
  if (first === undefined) return fail("there is no active contract: both sides sign its terms in the web app first");
  return fail("say which contract with --contract:", active.map(agreementName));
};

const sayEvent = (event: TrackerEvent): void => {
  if (event.type === "captured") console.log(capturedLine(event.fallback));
  if (event.type === "capture-failed")
    console.log(`○ a capture failed, it counts as hidden: ${faultSentences[event.code]}`);
  if (event.type === "segment") console.log(`▪ segment: ${event.minutes} min, ${event.captures} captures`);
  if (event.type === "beacon-lost")
    console.log(`… no beacon (${event.detail}): draws are this machine's own until it is back`);
  if (event.type === "beacon-lied")
    console.log(`! false rounds of the beacon (${event.detail}): draws are this machine's own`);
  if (event.type === "beacon-back") console.log("▪ the beacon is back and draws again");
  if (event.type === "head-adopted")
    console.log(
      `! the server has newer records of this device (restored backup?): ${event.superseded} of ours are kept, not sent`,
    );
  if (event.type === "run-abandoned") console.log("! tracking began anew: the server had other records in its place");
  if (event.type === "alarm")
    console.log(`!! the server's answer cannot be true (${event.code}): it is kept as evidence`);
  if (event.type === "offline") console.log(`… offline: ${event.detail}`);
  if (event.type === "refused") console.log(`! the server refused a record: ${event.problem}`);
  if (event.type === "blob-refused") console.log(`! a sealed file cannot be sent: ${event.problem}`);
  if (event.type === "disclose-failed") console.log(`! a disclosure failed: ${event.message}`);
};

const capturedLine = (fallback: Extract<TrackerEvent, { type: "captured" }>["fallback"]): string => {
  if (fallback === null) return "● captured (masked, committed and sealed)";
  const what = fallback.shows === "structure" ? "all text withheld" : "withheld as a whole";
  return `◐ captured, ${what}: ${faultSentences[fallback.code]}`;
};

const faultLines: Readonly<Record<FaultCount["shows"], string>> = {
  structure: "captures with all text withheld",
  nothing: "captures withheld as a whole",
  missing: "captures missing, which count as hidden",
};

/** `underseal track status` */
export const status = async (): Promise<void> => {
  const { tracker } = await open(() => {});
  const { pending, admitted, refused, superseded, blobs, alarms } = tracker.counts();
  console.log(`records: ${pending} waiting, ${admitted} with the server, ${refused} refused; blobs waiting: ${blobs}`);
  if (superseded > 0) console.log(`${superseded} records were made on a restored backup; they are kept and never sent`);
  if (alarms > 0) console.log(`${alarms} answers of the server cannot be true; they are kept as evidence`);
  const faults = tracker.faults();
  if (faults.length > 0) console.log("in the last seven days:");
  for (const { shows, code, rounds } of faults)
    console.log(`  ${rounds} ${faultLines[shows]}: ${faultSentences[code]}`);
  tracker.close();
};
