import { phraseOf } from "@underseal/evidence";
import {
  agreementName,
  chooseAgreement,
  createTrackerClock,
  type DenyRule,
  type TrackerEvent,
} from "@underseal/tracker";
import { createStopSignal, fail } from "./console.ts";
import { explainAnswer } from "./server-answer.ts";
import { checkMemo, runningDaemon, startWithDaemon } from "./track-control.ts";
import { sayEvent } from "./track-events.ts";
import { openOrFail, orDiskFault } from "./track-open.ts";
import { sayFarewell } from "./track-status.ts";
import { signingFingerprint, trackingDisplay } from "./tracking.ts";

const POLL_MS = 1_000;
const APPROVAL_MS = 10 * 60_000;

/** `underseal track enrol CODE` */
export const enrol = (code: string): Promise<void> => orDiskFault(enrolDevice(code));

const enrolDevice = async (code: string): Promise<void> => {
  const stopped = createStopSignal();
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(APPROVAL_MS)]);
  const { tracker, config } = await openOrFail(() => {});
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
export const start = async (options: StartOptions): Promise<void> => {
  const daemon = await runningDaemon();
  return daemon === null ? orDiskFault(trackUntilStopped(options)) : startWithDaemon(daemon, options);
};

const trackUntilStopped = async (options: StartOptions): Promise<void> => {
  checkMemo(options.memo);
  const signal = createStopSignal();
  const say = options.json ? (event: TrackerEvent) => console.log(JSON.stringify(event)) : sayEvent;
  const { tracker, config } = await openOrFail(say);
  // What this machine lacks is said first: it needs no server to be found out.
  const display = await trackingDisplay(config, options.xvfb === true);
  if (!display.ok) return fail(display.error.message);
  const agreements = await tracker.agreements();
  if (!agreements.ok) return fail(explainAnswer(agreements.error, config.serverUrl));
  // What waits is sent even where there is nothing to track any more.
  if (agreements.value.active.length === 0) await tracker.recover(agreements.value);
  const chosen = chooseAgreement(agreements.value.active, options.contract);
  if (!chosen.ok) return fail(chosen.error.message, chosen.error.choices);
  const agreement = chosen.value;
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
  if (!options.json) sayFarewell(outcome, tracker.counts().toReview);
  tracker.close();
};

export const denyRulesOf = ({ deny, denyHost }: Pick<StartOptions, "deny" | "denyHost">): readonly DenyRule[] => [
  ...deny.flatMap((contains): DenyRule[] => [
    { field: "app", contains },
    { field: "title", contains },
  ]),
  ...denyHost.map((contains): DenyRule => ({ field: "host", contains })),
];
