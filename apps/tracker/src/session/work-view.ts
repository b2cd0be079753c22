// What was done on this machine, to be looked at: minutes as they were signed, and captures without their pixels. Reads
// what the stores beside it and the outbox wrote, and changes nothing.
import type { DatabaseSync } from "node:sqlite";
import { activityLevel, decodeMap, FIRST_TILE_INDEX, leafStates } from "@underseal/evidence";
import { type ContractId, createBoundedCache, SECOND_MS, SEGMENT_MINUTES, slotOf } from "@underseal/foundation";
import { bytesOf } from "../outbox/outbox.ts";
import { type Fallback, isFaultCode } from "../reduction/faults.ts";
import { billableMinutes, modeOf } from "./run-records.ts";
import { recordIn, type SegmentSaid, segmentIn } from "./signed.ts";
import type { Run, SessionStore } from "./store.ts";

export interface TrackedSegment extends SegmentSaid {
  readonly contract: ContractId;
  readonly slot: number;
}

export interface SeenCapture {
  readonly contract: ContractId;
  readonly atMs: number;
  /** Of its tiles, those that the client is not to see: redacted, or never captured. */
  readonly withheldPermille: number;
  readonly fallback: Fallback | null;
  readonly isDisclosed: boolean;
}

export interface WorkView {
  /** From a segment on: what was signed and stands, and what the open run has so far. */
  segmentsSince(fromSlot: number): readonly TrackedSegment[];
  /** The newest first. */
  newestCaptures(max: number): readonly SeenCapture[];
  openRun(): Run | null;
  /** What was worked on for a contract: each once, the latest first. */
  newestMemos(contract: ContractId, max: number): readonly string[];
  /** Whose minutes of the slot were recorded here; `null` where none were. */
  claimantOf(slot: number): ContractId | null;
}

/** Two weeks of segments. */
const SEGMENTS_CACHED = 2_016;

export const createWorkView = (database: DatabaseSync, store: SessionStore): WorkView => {
  // A record never changes: it is read once.
  const said = createBoundedCache<SegmentSaid>(SEGMENTS_CACHED);
  return {
    openRun: () => store.findOpenRun(),
    claimantOf: store.claimantOf,
    segmentsSince: (fromSlot) => {
      const run = store.findOpenRun();
      const signed = database
        .prepare(SIGNED_SEGMENTS)
        .all(fromSlot)
        .map((row) => ({
          // Written by the outbox from a ContractId.
          contract: String(row.contract) as ContractId,
          slot: Number(row.slot),
          ...said.get(bytesOf(row.hash), () => segmentIn(String(row.envelope))),
        }));
      return run === null ? signed : [...signed, ...segmentsOf(store, run).filter(({ slot }) => slot >= fromSlot)];
    },
    newestMemos: (contract, max) =>
      database
        .prepare(NEWEST_MEMOS)
        .all(contract, max)
        .map(({ memo }) => String(memo)),
    newestCaptures: (max) => database.prepare(NEWEST_CAPTURES).all(max).map(rowToCapture),
  };
};

const SIGNED_SEGMENTS = `select r.contract, r.hash, r.envelope, s.slot
  from segment s join record r on r.hash = s.hash
  where s.slot >= ? and r.state in ('pending', 'admitted')`;

const NEWEST_CAPTURES = `select r.contract, r.envelope, c.tree_size, c.map, c.state, f.shows, f.code
  from capture c join record r on r.hash = c.hash left join round_fault f on f.capture = c.hash
  order by c.rowid desc limit ?`;

const NEWEST_MEMOS = `select memo from run where contract = ? and memo <> ''
  group by memo order by max(rowid) desc limit ?`;

/** Of a run that goes on: the segments that no record tells of yet. */
const segmentsOf = (store: SessionStore, run: Run): TrackedSegment[] => {
  const { contract, openSlot, seenAtMs } = run;
  const length = Math.max(0, slotOf(seenAtMs) - openSlot + 1);
  return Array.from({ length }, (_, i) => {
    const slot = openSlot + i;
    const counts = store.countsOf(run.startHash, slot * SEGMENT_MINUTES, SEGMENT_MINUTES);
    return {
      ...{ contract, slot, minutes: billableMinutes(store, run, slot, seenAtMs) },
      ...{ mode: modeOf(store, run, slot, seenAtMs), hasInput: activityLevel(counts) > 0, hasChangedWork: false },
    };
  });
};

const rowToCapture = (row: Readonly<Record<string, unknown>>): SeenCapture => {
  const { body } = recordIn(String(row.envelope));
  const { shows } = row;
  const code = isFaultCode(row.code) ? row.code : "CAPTURE_FAILED";
  return {
    contract: String(row.contract) as ContractId,
    atMs: "at" in body ? body.at * SECOND_MS : 0,
    withheldPermille: withheldPermille(bytesOf(row.map), Number(row.tree_size)),
    fallback: shows === "structure" || shows === "nothing" ? { shows, code } : null,
    isDisclosed: row.state === "disclosed",
  };
};

/** Rounded up: a little is never shown as nothing. */
const withheldPermille = (map: Uint8Array, treeSize: number): number => {
  const tiles = (decodeMap(map, treeSize) ?? [])
    .slice(FIRST_TILE_INDEX)
    .filter((state) => state !== leafStates.padding);
  const withheld = tiles.filter((state) => state !== leafStates.visible).length;
  return tiles.length === 0 ? 1_000 : Math.ceil((withheld * 1_000) / tiles.length);
};
