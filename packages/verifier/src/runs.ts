// A run goes from a `start` to the segment with `stop`. The captures and segments between them are its own; a segment
// entered by hand may stand alone.
import { roundTime, type Statement } from "@underseal/evidence";
import { ok, type Result } from "@underseal/foundation";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { DeviceRecord } from "./parse.ts";
import { type CheckedRecord, type DeviceChain, SEGMENT_SECONDS } from "./records.ts";
import type { AgreedTerms } from "./terms.ts";

export interface RunCapture {
  readonly record: CheckedRecord;
  readonly statement: Statement<"capture">;
  /** Unix seconds at which the drawn round was published. */
  readonly drawnAt: number;
}

/** Who draws the moments of a run: the beacon of the terms, or a seed of the device. */
export type DrawSource = "beacon" | "device";

export interface Run {
  /** `null` where the bundle begins in the middle of the run, and for time entered by hand outside any run. */
  readonly start: Statement<"start"> | null;
  /** The record of `start`. */
  readonly startRecord: CheckedRecord | null;
  readonly terms: AgreedTerms;
  /** `null` where neither a start nor a capture is here to tell. */
  readonly source: DrawSource | null;
  readonly captures: ReadonlyMap<string, RunCapture>;
  readonly segments: readonly Statement<"segment">[];
  /** The last of `segments`, if it stopped the run. */
  readonly stop: Statement<"segment"> | null;
  /** When the platform had that record, in Unix seconds. */
  readonly stopSeenAt: number | null;
}

interface OpenRun {
  readonly start: Statement<"start"> | null;
  readonly startRecord: CheckedRecord | null;
  readonly terms: AgreedTerms;
  source: DrawSource | null;
  readonly captures: Map<string, RunCapture>;
  readonly rounds: Set<number>;
  readonly listed: Set<string>;
  readonly segments: Statement<"segment">[];
  stop: Statement<"segment"> | null;
  stopSeenAt: number | null;
}

/** What a chain's records of each kind belong to: runs, and disclosures by the hash of their capture. */
export interface ChainRuns {
  readonly runs: readonly Run[];
  readonly runOf: ReadonlyMap<CheckedRecord, Run>;
}

/** Those in which something was tracked: not single segments entered by hand. */
export const trackedRuns = (runs: readonly Run[]): Run[] =>
  runs.filter(
    ({ start, captures, segments }) => start !== null || captures.size > 0 || segments.some(({ body }) => !body.manual),
  );

/** Sorts the records of one device into runs. */
export const findRuns = (chain: DeviceChain): Result<ChainRuns, VerificationFailure> => {
  const runs = new Set<OpenRun>();
  const runOf = new Map<CheckedRecord, Run>();
  // What came before a chain that does not begin at 0 is in another week's bundle: it may have opened a run.
  let open = chain[0] !== undefined && chain[0].statement.body.seq > 0 ? emptyRun(null, chain[0]) : null;
  for (const record of chain) {
    const { statement } = record;
    if (statement.name === "disclosure") continue;
    const run = chooseRun(record, open);
    if (run === null) return refuse("RECORD_WITHOUT_RUN", statement);
    const added = addToRun(run, record);
    if (!added.ok) return added;
    runs.add(run);
    runOf.set(record, run);
    if (!isByHand(statement)) open = run.stop === null ? run : null;
  }
  return ok({ runs: [...runs], runOf });
};

/** Time entered by hand is a run of its own. */
const isByHand = (statement: DeviceRecord): boolean => statement.name === "segment" && statement.body.manual;

const chooseRun = (record: CheckedRecord, open: OpenRun | null): OpenRun | null => {
  if (isByHand(record.statement)) return emptyRun(null, record);
  return record.statement.name === "start" ? emptyRun(record.statement, record) : open;
};

const emptyRun = (start: Statement<"start"> | null, record: CheckedRecord): OpenRun => ({
  start,
  startRecord: start === null ? null : record,
  terms: record.terms,
  source: start === null ? null : sourceOf(start),
  captures: new Map(),
  rounds: new Set(),
  listed: new Set(),
  segments: [],
  stop: null,
  stopSeenAt: null,
});

const sourceOf = ({ body }: Statement<"start" | "capture">): DrawSource =>
  body.beacon.sig === undefined ? "device" : "beacon";

const addToRun = (run: OpenRun, record: CheckedRecord): Result<void, VerificationFailure> => {
  const { statement } = record;
  if (statement.name === "capture") return addCapture(run, record, statement);
  if (statement.name === "segment") return addSegment(run, record, statement);
  return ok(undefined);
};

const addCapture = (
  run: OpenRun,
  record: CheckedRecord,
  statement: Statement<"capture">,
): Result<void, VerificationFailure> => {
  const { round } = statement.body.beacon;
  if (run.rounds.has(round)) return refuse("CAPTURE_ROUND_REPEATED", statement);
  if (run.start !== null && round <= run.start.body.beacon.round) return refuse("CAPTURE_OUTSIDE_RUN", statement);
  run.source ??= sourceOf(statement);
  if (run.source !== sourceOf(statement)) return refuse("DRAW_SOURCE_MIXED", statement);
  run.rounds.add(round);
  const drawnAt = roundTime(record.terms.chain, round);
  run.captures.set(record.hash, { record, statement, drawnAt });
  return ok(undefined);
};

const addSegment = (
  run: OpenRun,
  { terms, arrival }: CheckedRecord,
  statement: Statement<"segment">,
): Result<void, VerificationFailure> => {
  const { manual, captures, slot, stop, drawSeed } = statement.body;
  const isPlain = captures.length === 0 && !stop && drawSeed === undefined;
  if (manual && !(isPlain && terms.statement.body.manualTime)) return refuse("SEGMENT_MANUAL_FORBIDDEN", statement);
  for (const hash of captures) {
    const capture = run.captures.get(hash);
    // A run that began before this bundle may have captures before it too; they cannot be looked up here.
    if (capture === undefined && run.start === null && run.segments.length === 0) continue;
    if (capture === undefined || run.listed.has(hash)) return refuse("SEGMENT_CAPTURE_UNKNOWN", statement);
    if (slotAt(capture.drawnAt) !== slot) return refuse("SEGMENT_CAPTURE_MISPLACED", statement);
    run.listed.add(hash);
  }
  if (!isCovered(run, statement)) return refuse("SEGMENT_OUTSIDE_RUN", statement);
  const revealsSeed = drawSeed !== undefined;
  if (revealsSeed && (!stop || run.source === "beacon")) return refuse("DRAW_SEED_MISPLACED", statement);
  if (stop && run.source === "device" && !revealsSeed) return refuse("DRAW_SEED_MISPLACED", statement);
  run.segments.push(statement);
  if (stop) {
    run.stop = statement;
    run.stopSeenAt = arrival.body.at;
  }
  return ok(undefined);
};

/**
 * Nobody tracks more minutes than passed between the start and the record, in the slot; a run's slots go forward. What
 * was tracked is rounded down, or runs of a second each would add up to an hour.
 */
const isCovered = ({ start, segments }: OpenRun, { body }: Statement<"segment">): boolean => {
  const slotStartsAt = body.slot * SEGMENT_SECONDS;
  const from = Math.max(slotStartsAt, start?.body.at ?? 0);
  const to = Math.min(slotStartsAt + SEGMENT_SECONDS, body.at);
  const last = segments.at(-1)?.body;
  return from + body.minutes * 60 <= to && (last === undefined || body.slot > last.slot);
};

export const slotAt = (unixSeconds: number): number => Math.floor(unixSeconds / SEGMENT_SECONDS);
