// From rows to the facts that the coverage rules of packages/protection judge. Pure: the same rows and the same time
// give the same verdict.
import { drawsEndAt, roundTime } from "@underseal/evidence";
import { assert, bytesToHex, SECOND_MS, slotEndMs } from "@underseal/foundation";
import {
  addModeMinutes,
  type CaptureFacts,
  type FundingState,
  NO_MODE_MINUTES,
  type SegmentFacts,
  tierOf,
  type WeekFacts,
} from "@underseal/protection";
import { owedRounds, owedSpanOf } from "./draws.ts";
import type { SignedTerms } from "./ports.ts";
import type { WeekCapture, WeekRun, WeekSegment } from "./store/week.ts";

export interface WeekRows {
  /** When the week locks. */
  readonly lockMs: number;
  readonly segments: readonly WeekSegment[];
  readonly runs: readonly WeekRun[];
  readonly captures: readonly WeekCapture[];
  readonly termsByHash: ReadonlyMap<string, SignedTerms>;
}

export interface JudgedSegment {
  readonly segment: WeekSegment;
  readonly captures: readonly WeekCapture[];
  readonly terms: SignedTerms;
  /** `null` for manual time, which nobody draws. */
  readonly drawnBy: WeekRun["drawnBy"] | null;
  readonly facts: SegmentFacts;
  readonly funding: FundingState;
}

/** Facts for every segment of a week, in the order of time. */
export const judgeWeek = (rows: WeekRows, nowMs: number): readonly JudgedSegment[] => {
  const parts = rows.segments.map((segment) => describePart(rows, segment, nowMs));
  let week = EMPTY_WEEK;
  return parts.map((part, index) => {
    week = addToWeek(week, part);
    const facts = {
      ...part.facts,
      neighbourCaptures: neighbourCapturesOf(parts, index),
      week: { ...weekFactsOf(week), minutesBefore: part.segment.minutesBefore },
    };
    return { ...part, facts, funding: fundingOf(part.segment) };
  });
};

interface Part extends Pick<JudgedSegment, "segment" | "captures" | "terms" | "drawnBy"> {
  readonly facts: Omit<SegmentFacts, "week" | "neighbourCaptures">;
}

const describePart = (rows: WeekRows, segment: WeekSegment, nowMs: number): Part => {
  const terms = rows.termsByHash.get(bytesToHex(segment.termsHash));
  assert(terms !== undefined, "a segment was admitted under terms that are known");
  const isOfPart = ({ deviceId, startSeq }: { readonly deviceId: string; readonly startSeq: number }) =>
    deviceId === segment.deviceId && startSeq === segment.startSeq;
  const runOf = ({ deviceId, startSeq }: WeekCapture) =>
    rows.runs.find((each) => each.deviceId === deviceId && each.startSeq === startSeq) ?? null;
  const run = rows.runs.find(isOfPart) ?? null;
  const captures = rows.captures.filter((capture) => capture.slot === segment.slot && isOfPart(capture));
  const { lockMs } = rows;
  const lent = lentTo(rows, { segment, captures, run, terms });
  const shown = [...captures, ...lent];
  return {
    segment,
    captures,
    terms,
    drawnBy: run?.drawnBy ?? null,
    facts: {
      minutes: segment.minutes,
      isManual: segment.isManual,
      profile: terms.body.profile,
      // Admission refused what was not so; what stands in a row was active, enrolled, chained and billed once.
      isContractActive: true,
      isDeviceEnrolled: true,
      isChainIntact: true,
      isSlotBilledElsewhere: false,
      captures: captureFactsOf({ segment, captures, run, terms, isLocked: nowMs >= lockMs, lent }),
      captureBracketMs: bracketOf({ captures: shown, runs: [run, ...lent.map(runOf)], terms }),
      recordDelayMs: segment.arrivedAtMs - slotEndMs(segment.slot),
      disclosure: disclosureOf(shown, lockMs, nowMs),
      hasInput: segment.activity > 0,
      hasChangedWork: segment.hasChangedWork,
      mode: segment.mode,
    },
  };
};

/**
 * How narrowly the moments of the captures are proven: none was made before its round was published, nor after the
 * platform had it. What a device drew by itself has no such bound from below.
 */
const bracketOf = ({
  captures,
  runs,
  terms,
}: {
  readonly captures: readonly WeekCapture[];
  readonly runs: readonly (WeekRun | null)[];
  readonly terms: SignedTerms;
}): number => {
  if (runs.some((run) => run?.drawnBy !== "beacon")) return Number.POSITIVE_INFINITY;
  const brackets = captures.map(({ round, arrivedAtMs }) => {
    // Arrivals are signed in whole seconds.
    const arrivedAtS = Math.floor(arrivedAtMs / SECOND_MS);
    return (arrivedAtS - roundTime(terms.body.draw.beacon, round)) * SECOND_MS;
  });
  return Math.max(0, ...brackets);
};

const HIDDEN: CaptureFacts = { isRegistered: false, redactedPermille: 1_000, maskedPermille: 0 };

/** The captures that were made, and for each drawn round without one a capture that is wholly hidden. */
const captureFactsOf = (
  part: OwingPart & { readonly isLocked: boolean; readonly lent: readonly WeekCapture[] },
): readonly CaptureFacts[] => {
  const { captures, run, isLocked, lent } = part;
  if (run?.state === "abandoned") return [HIDDEN];
  const shown = [...captures, ...lent].map((capture) => shownFacts(capture, isLocked));
  const excused = new Set(lent.map(({ round }) => round));
  const missing = uncapturedRounds(part).filter((round) => !excused.has(round));
  return [...shown, ...missing.map(() => HIDDEN)];
};

interface OwingPart {
  readonly segment: WeekSegment;
  readonly captures: readonly WeekCapture[];
  readonly run: WeekRun | null;
  readonly terms: SignedTerms;
}

/** The drawn rounds of the part that its own run has no capture of; none while the run is open. */
const uncapturedRounds = ({ segment, captures, run, terms }: OwingPart): readonly number[] => {
  if (run === null || run.stop === null) return [];
  const { stop, startedAtS } = run;
  const drawsEndS = stop.seq === segment.seq ? endOfDraws(run.drawnBy, stop.atS, segment) : null;
  const span = owedSpanOf({ slot: segment.slot, startedAtS, drawsEndS });
  const taken = new Set(captures.map(({ round }) => round));
  return owedRounds(stop.drawnRounds, span, terms.body.draw.beacon).filter((round) => !taken.has(round));
};

/**
 * Captures of other runs at rounds that this part owes: a new run may have begun before the old one's draws end. They
 * count here as they are shown. Those of a run that did not stop, or that no segment names, count nowhere, so they
 * excuse from nothing: whoever did not like a draw could otherwise start a run for the sake of its capture alone.
 */
const lentTo = (rows: WeekRows, part: OwingPart): readonly WeekCapture[] => {
  const owed = new Set(uncapturedRounds(part));
  if (owed.size === 0) return [];
  const { deviceId } = part.segment;
  const stopped = rows.runs.filter((run) => run.deviceId === deviceId && run.state === "stopped");
  const startSeqs = new Set(stopped.map(({ startSeq }) => startSeq));
  const lent = rows.captures.filter(
    (capture) =>
      capture.deviceId === deviceId && capture.isNamed && startSeqs.has(capture.startSeq) && owed.has(capture.round),
  );
  // Each round is owed once.
  return [...new Map(lent.map((capture) => [capture.round, capture])).values()];
};

/** By its own seed a device knows its draws anyway: there is nothing to gain by a stop that is told later. */
const endOfDraws = (drawnBy: WeekRun["drawnBy"], stoppedAt: number, { arrivedAtMs }: WeekSegment): number =>
  drawnBy === "beacon" ? drawsEndAt({ stoppedAt, seenAt: Math.floor(arrivedAtMs / SECOND_MS) }) : stoppedAt;

const shownFacts = ({ disclosure, maskedPermille }: WeekCapture, isLocked: boolean): CaptureFacts => ({
  isRegistered: true,
  // Until the lock there is time to disclose; after it, what was never shown is hidden.
  redactedPermille: disclosure?.redactedPermille ?? (isLocked ? 1_000 : 0),
  maskedPermille,
});

const disclosureOf = (captures: readonly WeekCapture[], lockMs: number, nowMs: number): SegmentFacts["disclosure"] => {
  const isInTime = captures.every(({ disclosure }) => disclosure !== null && disclosure.firstArrivedAtMs < lockMs);
  if (isInTime) return "in-time";
  return nowMs < lockMs ? "pending" : "missed";
};

/** The nearest segments of the same run that had a draw, one on each side. */
const neighbourCapturesOf = (parts: readonly Part[], index: number): readonly CaptureFacts[] => {
  const part = parts[index];
  if (part === undefined || part.facts.captures.length > 0 || part.segment.startSeq === null) return [];
  const { deviceId, startSeq } = part.segment;
  const speaks = ({ segment, facts }: Part) =>
    segment.deviceId === deviceId && segment.startSeq === startSeq && facts.captures.length > 0;
  const before = parts.slice(0, index).findLast(speaks);
  const after = parts.slice(index + 1).find(speaks);
  return [...(before?.facts.captures ?? []), ...(after?.facts.captures ?? [])];
};

interface WeekSums {
  readonly segments: number;
  readonly late: number;
  readonly captureless: number;
  readonly captures: number;
  readonly redacted: number;
  readonly masked: number;
  readonly modeMinutes: WeekFacts["modeMinutes"];
}

const EMPTY_WEEK: WeekSums = {
  segments: 0,
  late: 0,
  captureless: 0,
  captures: 0,
  redacted: 0,
  masked: 0,
  modeMinutes: NO_MODE_MINUTES,
};

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const addToWeek = (week: WeekSums, { facts }: Part): WeekSums => {
  const { captures } = facts;
  return {
    segments: week.segments + 1,
    late: week.late + (tierOf(facts) === "A" ? 0 : 1),
    captureless: week.captureless + (facts.isManual ? 1 : 0),
    captures: week.captures + captures.length,
    redacted: week.redacted + sum(captures.map((each) => each.redactedPermille)),
    masked: week.masked + sum(captures.map((each) => each.maskedPermille)),
    modeMinutes: addModeMinutes(week.modeMinutes, facts),
  };
};

const permille = (part: number, whole: number): number => (whole === 0 ? 0 : Math.ceil((part * 1_000) / whole));

const weekFactsOf = (week: WeekSums): Omit<WeekFacts, "minutesBefore"> => ({
  latePermille: permille(week.late, week.segments),
  capturelessPermille: permille(week.captureless, week.segments),
  redactedPermille: week.captures === 0 ? 0 : Math.ceil(week.redacted / week.captures),
  maskedPermille: week.captures === 0 ? 0 : Math.ceil(week.masked / week.captures),
  modeMinutes: week.modeMinutes,
});

/** What the deposit said at the admission. The operator guarantees nothing yet. */
const fundingOf = ({ deposit, depositUsedPermille }: WeekSegment): FundingState => ({
  deposit: deposit ?? "absent",
  depositUsedPermille,
  guarantee: null,
});
