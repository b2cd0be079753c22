// What of the chains belongs to the bundle's week, and how the records of the week fit each other. Records of other
// weeks may stand in between, since the sequence numbers must have no gap (work goes on while last week is reviewed);
// they are checked like all others, and not counted.
import type { PlacedRecord, Statement } from "@underseal/evidence";
import { ok, type Result, SECOND_MS, SEGMENT_MINUTES, WEEK_MS } from "@underseal/foundation";
import { refuse, type VerificationFailure } from "./failure.ts";
import { type CheckedRecord, type DeviceChain, SEGMENT_SECONDS } from "./records.ts";
import { type ChainRuns, findRuns, type Run, type RunCapture, slotAt } from "./runs.ts";

const WEEK_SECONDS = WEEK_MS / SECOND_MS;

export interface WeekCapture extends RunCapture {
  /** In the order in which they replaced one another; empty where the freelancer has disclosed nothing. */
  readonly disclosures: readonly Statement<"disclosure">[];
}

/** A segment that was not entered by hand. */
export interface TrackedSegment {
  readonly record: CheckedRecord;
  readonly statement: Statement<"segment">;
  readonly run: Run;
  /** Those of the run that were drawn in its slot, whether it lists them or not. */
  readonly captures: readonly RunCapture[];
}

/** A record in its place in the week, and when the platform had it (Unix seconds). */
export interface ArrivedRecord extends PlacedRecord {
  readonly arrivedAt: number;
}

export interface Week {
  readonly startsAt: number;
  readonly endsAt: number;
  /** Runs with a record in the week, by device. */
  readonly runsByDevice: readonly (readonly Run[])[];
  readonly segments: readonly Statement<"segment">[];
  readonly tracked: readonly TrackedSegment[];
  readonly captures: readonly WeekCapture[];
  /** Every record whose slot is of this week. */
  readonly placed: readonly ArrivedRecord[];
  /** Disclosures of captures that are not of this week; their sealed files are in that week's bundle. */
  readonly foreignDisclosures: number;
}

interface Span {
  readonly startsAt: number;
  readonly endsAt: number;
}

export const checkWeek = (chains: readonly DeviceChain[], startsAt: number): Result<Week, VerificationFailure> => {
  const span = { startsAt, endsAt: startsAt + WEEK_SECONDS };
  const parts: ChainWeek[] = [];
  for (const chain of chains) {
    const part = checkChain(chain, span);
    if (!part.ok) return part;
    parts.push(part.value);
  }
  const segments = parts.flatMap((part) => part.segments);
  const overfull = findOverfullSlot(segments);
  if (overfull !== null) return refuse("SEGMENT_MINUTES_EXCEEDED", overfull);
  return ok({
    ...span,
    runsByDevice: parts.map(({ runs }) => runs),
    segments,
    tracked: parts.flatMap(({ tracked }) => tracked),
    captures: parts.flatMap(({ captures }) => captures),
    placed: parts.flatMap(({ placed }) => placed),
    foreignDisclosures: parts.reduce((sum, part) => sum + part.foreignDisclosures, 0),
  });
};

interface ChainWeek extends Pick<Week, "segments" | "tracked" | "captures" | "placed" | "foreignDisclosures"> {
  readonly runs: readonly Run[];
}

const checkChain = (chain: DeviceChain, span: Span): Result<ChainWeek, VerificationFailure> => {
  const found = findRuns(chain);
  if (!found.ok) return found;
  const runs = found.value.runs.filter((run) => touches(run, span));
  const captures = found.value.runs.flatMap((run) => [...run.captures.values()]);
  const disclosed = readDisclosures(chain, new Map(captures.map((capture) => [capture.record.hash, capture])));
  if (!disclosed.ok) return disclosed;
  const ofWeek = captures.filter(({ drawnAt }) => isWithin(drawnAt, span));
  const hashes = new Set(ofWeek.map(({ record }) => record.hash));
  const isOfWeek = (record: CheckedRecord): boolean => {
    const { statement } = record;
    const run = found.value.runOf.get(record);
    return statement.name === "disclosure"
      ? hashes.has(statement.body.capture)
      : run !== undefined && runs.includes(run);
  };
  // At its ends a chain holds nothing of other weeks: nothing needs it to be here.
  const stray = [chain[0], chain.at(-1)].find((record) => record !== undefined && !isOfWeek(record));
  if (stray !== undefined) return refuse("RECORD_OUTSIDE_WEEK", stray.statement);
  return ok({
    runs,
    segments: runs
      .flatMap(({ segments }) => segments)
      .filter(({ body }) => isWithin(body.slot * SEGMENT_SECONDS, span)),
    tracked: trackedIn(chain, found.value, span),
    placed: placedIn(chain, captures, span),
    captures: ofWeek.map((capture) => ({ ...capture, disclosures: disclosed.value.get(capture.record.hash) ?? [] })),
    foreignDisclosures: [...disclosed.value].reduce(
      (sum, [hash, list]) => sum + (hashes.has(hash) ? 0 : list.length),
      0,
    ),
  });
};

const trackedIn = (chain: DeviceChain, { runs, runOf }: ChainRuns, span: Span): TrackedSegment[] => {
  const bySlot = new Map(runs.map((run) => [run, Map.groupBy(run.captures.values(), (each) => slotAt(each.drawnAt))]));
  return chain.flatMap((record) => {
    const { statement } = record;
    if (statement.name !== "segment" || statement.body.manual) return [];
    const run = runOf.get(record);
    if (run === undefined || !isWithin(statement.body.slot * SEGMENT_SECONDS, span)) return [];
    const captures = bySlot.get(run)?.get(statement.body.slot) ?? [];
    return [{ record, statement, run, captures }];
  });
};

/** In the order of the chain; a disclosure stands where its capture does. */
const placedIn = (chain: DeviceChain, captures: readonly RunCapture[], span: Span): ArrivedRecord[] => {
  const slots = new Map(captures.map(({ record, drawnAt }) => [record.hash, slotAt(drawnAt)]));
  const slotOf = ({ statement, hash }: CheckedRecord): number | undefined => {
    if (statement.name === "start") return slotAt(statement.body.at);
    if (statement.name === "segment") return statement.body.slot;
    return slots.get(statement.name === "capture" ? hash : statement.body.capture);
  };
  return chain.flatMap((record) => {
    const slot = slotOf(record);
    if (slot === undefined || !isWithin(slot * SEGMENT_SECONDS, span)) return [];
    const { device, seq } = record.statement.body;
    return [{ slot, device, seq, hash: record.statement.hash, arrivedAt: record.arrival.body.at }];
  });
};

const isWithin = (unixSeconds: number, { startsAt, endsAt }: Span): boolean =>
  unixSeconds >= startsAt && unixSeconds < endsAt;

const touches = ({ start, segments, captures }: Run, span: Span): boolean =>
  (start !== null && isWithin(start.body.at, span)) ||
  segments.some(({ body }) => isWithin(body.slot * SEGMENT_SECONDS, span)) ||
  [...captures.values()].some(({ drawnAt }) => isWithin(drawnAt, span));

/** Disclosures by capture hash. One replaces another only by the next number, and only to hide more. */
const readDisclosures = (
  chain: DeviceChain,
  captures: ReadonlyMap<string, RunCapture>,
): Result<ReadonlyMap<string, readonly Statement<"disclosure">[]>, VerificationFailure> => {
  const isWhole = chain[0]?.statement.body.seq === 0;
  const byCapture = new Map<string, Statement<"disclosure">[]>();
  const recorded = new Set<string>();
  for (const { statement, hash } of chain) {
    if (statement.name === "capture") recorded.add(hash);
    if (statement.name !== "disclosure") continue;
    const { capture, ver, redacted } = statement.body;
    const isKnown = recorded.has(capture);
    if (!isKnown && (isWhole || captures.has(capture))) return refuse("DISCLOSURE_CAPTURE_UNKNOWN", statement);
    const list = byCapture.get(capture) ?? [];
    const last = list.at(-1)?.body;
    // The first disclosure of a capture before this bundle may itself be a replacement.
    const isNext = last === undefined ? ver === 0 || !isKnown : ver === last.ver + 1;
    if (!isNext) return refuse("DISCLOSURE_VERSION_BROKEN", statement);
    if (last !== undefined && redacted < last.redacted) return refuse("DISCLOSURE_REVEALS_MORE", statement);
    byCapture.set(capture, [...list, statement]);
  }
  return ok(byCapture);
};

const findOverfullSlot = (segments: readonly Statement<"segment">[]): Statement<"segment"> | null => {
  const minutesBySlot = new Map<number, number>();
  for (const segment of segments) {
    const minutes = (minutesBySlot.get(segment.body.slot) ?? 0) + segment.body.minutes;
    if (minutes > SEGMENT_MINUTES) return segment;
    minutesBySlot.set(segment.body.slot, minutes);
  }
  return null;
};
