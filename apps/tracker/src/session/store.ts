// The tracker's own state, beside the outbox in the same database: runs, captures, counts, segments, blobs. The only
// file that knows their columns. Every function here runs inside `outbox.transact`, or reads one row.
import type { DatabaseSync } from "node:sqlite";
import type { MinuteCounts } from "@underseal/evidence";
import { assert, type ContractId } from "@underseal/foundation";
import type { WorkMode } from "@underseal/protection";
import { bytesOf } from "../outbox/outbox.ts";
import { createReviewStore, IS_DESTROYED, MAY_BE_SENT } from "../review/store.ts";
import type { Declaration } from "./modes.ts";
import { claimantOf } from "./signed.ts";

export interface Run {
  /** Hash of its `start` record: the run's name. */
  readonly startHash: Uint8Array;
  readonly contract: ContractId;
  /** Hash of the terms it was started under. */
  readonly terms: Uint8Array;
  readonly memo: string;
  /** What draws an offline run; `null` where the beacon draws. */
  readonly drawSeed: Uint8Array | null;
  readonly startedAtMs: number;
  /** Known to have gone on until here. */
  readonly seenAtMs: number;
  /** The first draw round not looked at yet. */
  readonly nextRound: number;
  /** The slot whose segment record is still to come. */
  readonly openSlot: number;
}

export interface TakenCapture {
  readonly hash: Uint8Array;
  readonly slot: number;
  readonly vaultFile: string;
  readonly treeSize: number;
  readonly map: Uint8Array;
}

export interface ClosedSegment {
  readonly slot: number;
  readonly activitySalt: Uint8Array;
  readonly minutes: readonly MinuteCounts[];
}

/** A capture whose segment is closed. */
export interface CaptureOfRun {
  readonly run: Run;
  readonly capture: TakenCapture;
  readonly segment: ClosedSegment;
}

export interface ReviewableCapture extends Omit<CaptureOfRun, "segment"> {
  /** `null` while it goes on. */
  readonly segment: ClosedSegment | null;
}

export interface SessionStore {
  insertRun(run: Run): void;
  findOpenRun(): Run | null;
  isOpen(startHash: Uint8Array): boolean;
  /** Moves the run's marks; durable with the transaction around it. */
  updateRun(run: Run): void;
  closeRun(startHash: Uint8Array): void;
  /** The open run of this contract, if there is one, goes on nowhere: its records cannot be sent. */
  abandonRun(contract: ContractId): void;
  insertCapture(run: Uint8Array, capture: TakenCapture): void;
  capturesOf(run: Uint8Array, slot: number): readonly TakenCapture[];
  /** `minute` is counted from 1970. */
  addCounts(run: Uint8Array, minute: number, counts: MinuteCounts): void;
  /** Input from `fromMinute` on belongs to the run that took over. */
  moveCounts(move: { readonly from: Uint8Array; readonly to: Uint8Array; readonly fromMinute: number }): void;
  countsOf(run: Uint8Array, fromMinute: number, minutes: number): MinuteCounts[];
  /** Forgets what was declared before: the mode from now on, whatever the time. */
  resetModes(mode: WorkMode): void;
  /** From this minute on, counted from 1970. */
  declareMode(minute: number, mode: WorkMode): void;
  declaredModes(): readonly Declaration[];
  /** Whose minutes of the slot were recorded here; `null` where none were. */
  claimantOf(slot: number): ContractId | null;
  insertSegment(run: Uint8Array, hash: Uint8Array, segment: ClosedSegment): void;
  /** Captures of the contract that wait to be disclosed, oldest first. */
  undisclosed(contract: ContractId): readonly { readonly hash: Uint8Array; readonly slot: number }[];
  /**
   * The oldest capture whose segment is closed, whose review lets it go and that was not disclosed yet, after leaving out
   * `skip` of them.
   */
  nextToDisclose(nowMs: number, skip?: number): CaptureOfRun | null;
  /** Whether `nextToDisclose` would still give this one. */
  isToDisclose(capture: Uint8Array, nowMs: number): boolean;
  /** Its review ends too. */
  markDisclosed(capture: Uint8Array): void;
  findCapture(hash: Uint8Array): ReviewableCapture | null;
  /** Captures of the slots from `fromSlot` to before `toSlot` that were or can be disclosed, oldest first. */
  capturesBetween(fromSlot: number, toSlot: number): readonly ReviewableCapture[];
  /** The slots of captures that wait for their review or for being sent, each once, ascending. */
  slotsToReview(): readonly number[];
  insertBlob(blob: { readonly digest: string; readonly disclosure: Uint8Array; readonly file: string }): void;
  /** Files of captures and blobs that are still needed, to tell leftovers of a crash from them. */
  neededFiles(): ReadonlySet<string>;
}

const NOTHING: MinuteCounts = { keys: 0, clicks: 0, wheel: 0, moves: 0 };

export const createSessionStore = (database: DatabaseSync): SessionStore => ({
  insertRun: (run) => {
    const sql = `insert into run (start_hash, contract, terms, memo, draw_seed, started_at_ms, seen_at_ms, next_round,
      open_slot, state) values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')`;
    const { startHash, contract, terms, memo, drawSeed, startedAtMs, seenAtMs, nextRound, openSlot } = run;
    database.prepare(sql).run(startHash, contract, terms, memo, drawSeed, startedAtMs, seenAtMs, nextRound, openSlot);
  },
  isOpen: (startHash) =>
    database.prepare("select 1 from run where start_hash = ? and state = 'open'").get(startHash) !== undefined,
  findOpenRun: () => {
    const row = database.prepare("select * from run where state = 'open'").get();
    return row === undefined ? null : rowToRun(row);
  },
  updateRun: ({ startHash, seenAtMs, nextRound, openSlot }) => {
    database
      .prepare("update run set seen_at_ms = ?, next_round = ?, open_slot = ? where start_hash = ?")
      .run(seenAtMs, nextRound, openSlot, startHash);
  },
  closeRun: (startHash) => {
    database.prepare("update run set state = 'closed' where start_hash = ?").run(startHash);
  },
  abandonRun: (contract) => {
    database.prepare("update run set state = 'abandoned' where contract = ? and state = 'open'").run(contract);
  },
  insertCapture: (run, { hash, slot, vaultFile, treeSize, map }) => {
    const sql = `insert into capture (hash, run, slot, vault_file, tree_size, map, state)
      values (?, ?, ?, ?, ?, ?, 'taken')`;
    database.prepare(sql).run(hash, run, slot, vaultFile, treeSize, map);
  },
  capturesOf: (run, slot) =>
    database
      .prepare("select * from capture where run = ? and slot = ? order by rowid")
      .all(run, slot)
      .map(rowToCapture),
  addCounts: (run, minute, { keys, clicks, wheel, moves }) => {
    const sql = `insert into minute_count (run, minute, keys, clicks, wheel, moves) values (?, ?, ?, ?, ?, ?)
      on conflict (run, minute) do update set keys = keys + excluded.keys, clicks = clicks + excluded.clicks,
        wheel = wheel + excluded.wheel, moves = moves + excluded.moves`;
    database.prepare(sql).run(run, minute, keys, clicks, wheel, moves);
  },
  moveCounts: ({ from, to, fromMinute }) => {
    database.prepare("update minute_count set run = ? where run = ? and minute >= ?").run(to, from, fromMinute);
  },
  countsOf: (run, fromMinute, minutes) => {
    const rows = database
      .prepare("select * from minute_count where run = ? and minute >= ? and minute < ?")
      .all(run, fromMinute, fromMinute + minutes);
    const counts = Array.from({ length: minutes }, () => NOTHING);
    for (const row of rows) counts[Number(row.minute) - fromMinute] = rowToCounts(row);
    return counts;
  },
  resetModes: (mode) => {
    database.exec("delete from declared_mode");
    database.prepare("insert into declared_mode (minute, mode) values (0, ?)").run(mode);
  },
  declareMode: (minute, mode) => {
    // Where the clock was set back, what was declared for a time to come is not so.
    database.prepare("delete from declared_mode where minute >= ?").run(minute);
    database.prepare("insert into declared_mode (minute, mode) values (?, ?)").run(minute, mode);
  },
  declaredModes: () => database.prepare("select minute, mode from declared_mode order by minute").all().map(rowToMode),
  claimantOf: (slot) => claimantOf(database, slot),
  insertSegment: (run, hash, { slot, activitySalt, minutes }) => {
    database
      .prepare("insert into segment (hash, run, slot, activity_salt, minutes) values (?, ?, ?, ?, ?)")
      .run(hash, run, slot, activitySalt, JSON.stringify(minutes));
  },
  undisclosed: (contract) =>
    database
      .prepare(
        `select c.hash, c.slot from capture c join run on run.start_hash = c.run
         where c.state = 'taken' and run.contract = ? order by c.rowid`,
      )
      .all(contract)
      .map((row) => ({ hash: bytesOf(row.hash), slot: Number(row.slot) })),
  nextToDisclose: (nowMs, skip = 0) => {
    const row = database.prepare(`${TO_DISCLOSE} order by c.rowid limit 1 offset ?`).get(nowMs, skip);
    return row === undefined ? null : { ...rowToCaptureOfRun(database, row), segment: rowToSegment(row) };
  },
  isToDisclose: (capture, nowMs) => database.prepare(`${TO_DISCLOSE} and c.hash = ?`).get(nowMs, capture) !== undefined,
  markDisclosed: (capture) => {
    database.prepare("update capture set state = 'disclosed' where hash = ?").run(capture);
    createReviewStore(database).move(capture, "disclose", 0);
  },
  findCapture: (hash) => {
    const row = database.prepare(`${REVIEWABLE} and c.hash = ?`).get(hash);
    return row === undefined ? null : rowToReviewable(database, row);
  },
  capturesBetween: (fromSlot, toSlot) =>
    database
      .prepare(`${REVIEWABLE} and c.slot >= ? and c.slot < ? order by c.rowid`)
      .all(fromSlot, toSlot)
      .map((row) => rowToReviewable(database, row)),
  slotsToReview: () =>
    database
      .prepare(`select distinct slot from (${REVIEWABLE} and c.state = 'taken' and not ${IS_DESTROYED}) order by slot`)
      .all()
      .map(({ slot }) => Number(slot)),
  insertBlob: ({ digest, disclosure, file }) => {
    database
      .prepare("insert into blob (digest, disclosure, file, state) values (?, ?, ?, 'pending')")
      .run(digest, disclosure, file);
  },
  neededFiles: () => {
    const sql = `select vault_file as file from capture c where state = 'taken' and not ${IS_DESTROYED}
      union all select file from blob where state <> 'stored'`;
    return new Set(
      database
        .prepare(sql)
        .all()
        .map(({ file }) => String(file)),
    );
  },
});

type Row = Readonly<Record<string, unknown>>;

const rowToRun = (row: Row): Run => ({
  startHash: bytesOf(row.start_hash),
  // Written by `insertRun` from a ContractId.
  contract: String(row.contract) as ContractId,
  terms: bytesOf(row.terms),
  memo: String(row.memo),
  drawSeed: row.draw_seed === null ? null : bytesOf(row.draw_seed),
  startedAtMs: Number(row.started_at_ms),
  seenAtMs: Number(row.seen_at_ms),
  nextRound: Number(row.next_round),
  openSlot: Number(row.open_slot),
});

const rowToCapture = (row: Row): TakenCapture => ({
  hash: bytesOf(row.hash),
  slot: Number(row.slot),
  vaultFile: String(row.vault_file),
  treeSize: Number(row.tree_size),
  map: bytesOf(row.map),
});

// Written by `declareMode` from a WorkMode.
const rowToMode = (row: Row): Declaration => ({ minute: Number(row.minute), mode: String(row.mode) as WorkMode });

const rowToCounts = (row: Row): MinuteCounts => ({
  keys: Number(row.keys),
  clicks: Number(row.clicks),
  wheel: Number(row.wheel),
  moves: Number(row.moves),
});

const rowToSegment = (row: Row): ClosedSegment => ({
  slot: Number(row.slot),
  activitySalt: bytesOf(row.activity_salt),
  minutes: JSON.parse(String(row.minutes)),
});

const rowToCaptureOfRun = (database: DatabaseSync, row: Row): Omit<CaptureOfRun, "segment"> => {
  const run = database.prepare("select * from run where start_hash = ?").get(bytesOf(row.run));
  assert(run !== undefined, "a capture is of a run");
  return { run: rowToRun(run), capture: rowToCapture(row) };
};

const rowToReviewable = (database: DatabaseSync, row: Row): ReviewableCapture => ({
  ...rowToCaptureOfRun(database, row),
  segment: row.activity_salt === null ? null : rowToSegment(row),
});

/** Of a segment that was superseded the server knows another, with a salt that is lost here. */
const TO_DISCLOSE = `select c.*, s.activity_salt, s.minutes
  from capture c join segment s on s.run = c.run and s.slot = c.slot join record r on r.hash = s.hash
  where c.state = 'taken' and r.state <> 'superseded' and ${MAY_BE_SENT}`;

/** Those whose segment goes on, too; not those of a version without reviews. */
const REVIEWABLE = `select c.*, s.activity_salt, s.minutes
  from capture c join review on review.capture = c.hash join run on run.start_hash = c.run
  left join segment s on s.run = c.run and s.slot = c.slot left join record r on r.hash = s.hash
  where r.state is not 'superseded' and (s.hash is not null or run.state = 'open')`;
