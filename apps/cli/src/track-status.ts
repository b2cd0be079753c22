// What the tracker has done and what waits, in words.
import {
  type FaultCount,
  faultSentences,
  formatMinutes,
  limitWarning,
  type Snapshot,
  type Tracker,
} from "@underseal/tracker";

const faultLines: Readonly<Record<FaultCount["shows"], string>> = {
  structure: "captures with all text withheld",
  nothing: "captures withheld as a whole",
  missing: "captures missing, which count as hidden",
};

/** Where no daemon runs: from the database. */
export const sayDeviceStatus = (tracker: Tracker, isJson: boolean): void => {
  const { pending, admitted, refused, superseded, blobs, alarms, toReview } = tracker.counts();
  const faults = tracker.faults().map(({ code, ...told }) => ({ ...told, because: faultSentences[code] }));
  if (isJson) {
    const waiting = { records: pending, blobs };
    console.log(JSON.stringify({ state: null, waiting, toReview, unsent: { refused, superseded }, alarms, faults }));
    return;
  }
  sayToReview(toReview);
  console.log(`records: ${pending} waiting, ${admitted} with the server, ${refused} refused; blobs waiting: ${blobs}`);
  sayWarnings({ superseded, alarms, faults });
};

const sayToReview = ({ waiting, dueSoon, leaving }: Snapshot["toReview"]): void => {
  if (leaving > 0) console.log(`pictures you decided on that are not gone yet: ${leaving}`);
  if (waiting === 0) return;
  const due = dueSoon === 0 ? "" : `, ${dueSoon} of them are sent within a day whether you looked or not`;
  console.log(`pictures to review: ${waiting}${due}: underseal track review`);
};

/** The last words of a tracker that ends. */
export const sayFarewell = (outcome: "sent" | "waiting", toReview: Snapshot["toReview"]): void => {
  sayToReview(toReview);
  const all = toReview.waiting > 0 ? "Everything else" : "Everything";
  console.log(outcome === "sent" ? `${all} is with the server.` : "The rest is sent at the next start.");
};

interface Warnings {
  readonly superseded: number;
  readonly alarms: number;
  readonly faults: Snapshot["faults"];
}

const sayWarnings = ({ superseded, alarms, faults }: Warnings): void => {
  if (superseded > 0) console.log(`${superseded} records were made on a restored backup; they are kept and never sent`);
  if (alarms > 0) console.log(`${alarms} answers of the server cannot be true; they are kept as evidence`);
  if (faults.length > 0) console.log("in the last seven days:");
  for (const { shows, rounds, because } of faults) console.log(`  ${rounds} ${faultLines[shows]}: ${because}`);
};

/** `● tracking for ACME since 14:05 UTC (offline): “memo”` */
export const stateLine = ({ state, sinceMs, contract, memo, mode, isOffline }: Snapshot): string => {
  const sign = { stopped: "○", tracking: "●", paused: "◌", idle: "◌", locked: "◌" }[state];
  const whom = contract === null ? "" : ` for ${contract.clientName}`;
  const since = sinceMs === null ? "" : ` since ${formatTime(sinceMs)}`;
  const doing = mode === null || mode === "working" ? "" : ` (${mode})`;
  const offline = isOffline ? ", without the beacon: this machine draws the moments itself" : "";
  return `${sign} ${state}${whom}${doing}${since}${offline}${memo === "" ? "" : `: ${memo}`}`;
};

const formatTime = (ms: number): string => `${new Date(ms).toISOString().slice(11, 16)} UTC`;

/** What of the near future is known: one line each. */
export const comingLines = (snapshot: Snapshot): readonly string[] => {
  const { state, next, billedElsewhere, concealedUntilMs, contract } = snapshot;
  const lines: string[] = [];
  if (concealedUntilMs !== null) lines.push(`captures show nothing until ${formatTime(concealedUntilMs)}`);
  if (next !== null) {
    const whom = next.contract === contract?.contract ? "another memo" : next.clientName;
    lines.push(`→ switches to ${whom} at ${formatTime(next.atMs)}${next.memo === "" ? "" : `: ${next.memo}`}`);
  }
  if (state === "idle") lines.push("! no input since then: not counted; tracking goes on with the next input");
  if (state === "locked") lines.push("! the screen is locked: not counted; tracking goes on when it is unlocked");
  if (billedElsewhere !== null) {
    const { clientName, untilMs } = billedElsewhere;
    lines.push(`! these ten minutes are billed to ${clientName}: minutes count from ${formatTime(untilMs)} on`);
  }
  return lines;
};

/** Of the modes that were used this week. */
const modeLines = ({ modes }: Snapshot["contracts"][number]): readonly string[] =>
  modes
    .filter(({ usedMinutes }) => usedMinutes > 0)
    .map(({ mode, usedMinutes, maxMinutes, warning }) => {
      const warned = { near: ", near the allowance", "used-up": ", the allowance is used up" };
      const used = `${formatMinutes(usedMinutes)} of ${formatMinutes(maxMinutes)} this week`;
      return `    ${mode} without input: ${used}${warning === null ? "" : warned[warning]}`;
    });

export const saySnapshot = (snapshot: Snapshot): void => {
  const { contracts, waiting, toReview, unsent, isServerReached, failure } = snapshot;
  console.log(stateLine(snapshot));
  for (const line of comingLines(snapshot)) console.log(line);
  if (failure !== null) console.log(`! ${failure.message}`);
  for (const time of contracts) {
    const { clientName, contract, todayMinutes, weekMinutes, weeklyLimitMinutes } = time;
    const week = `${formatMinutes(weekMinutes)} of ${formatMinutes(weeklyLimitMinutes)} this week`;
    const warning = { near: ", near the weekly limit", reached: ", the weekly limit is reached" };
    const warned = limitWarning(time);
    console.log(
      `  ${clientName} (${contract}): ${formatMinutes(todayMinutes)} today, ${week}${warned === null ? "" : warning[warned]}`,
    );
    for (const line of modeLines(time)) console.log(line);
  }
  const unreached = isServerReached === false ? "; the server does not answer" : "";
  sayToReview(toReview);
  console.log(`waiting: ${waiting.records} records, ${waiting.blobs} blobs; refused: ${unsent.refused}${unreached}`);
  sayWarnings({ ...snapshot, superseded: unsent.superseded });
};
