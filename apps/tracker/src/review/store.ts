// The reviews, beside captures in the tracker's database. The only file that knows their columns. What is kept are maps,
// codes and times: nothing of what a picture shows.
import type { DatabaseSync } from "node:sqlite";
import { assert } from "@underseal/foundation";
import { bytesOf } from "../outbox/outbox.ts";
import { isTileReason, type TileReason, type TileReasons } from "../reduction/tile-reasons.ts";
import { isOver, nextReviewState, type ReviewEvent, type ReviewState } from "./states.ts";

export interface NewReview {
  /** Hash of the capture's statement. */
  readonly capture: Uint8Array;
  readonly columns: number;
  readonly rows: number;
  readonly reasons: readonly (readonly [tile: number, reasons: readonly TileReason[]])[];
  /** When it is sent by itself. */
  readonly deadlineMs: number;
}

export interface StoredReview {
  readonly state: ReviewState;
  readonly columns: number;
  readonly rows: number;
  readonly reasons: TileReasons;
  /** The map as the freelancer left it; `null`: as it was proposed. */
  readonly edited: Uint8Array | null;
  readonly deadlineMs: number;
  /** When the next thing happens to it: it is sent, or destroyed where it was dropped. */
  readonly dueAtMs: number;
}

export interface ReviewCounts {
  readonly waiting: number;
  readonly dueSoon: number;
  readonly leaving: number;
}

/** Changes run inside `outbox.transact`. */
export interface ReviewStore {
  insertReview(review: NewReview): void;
  /** `null`: captured before there were reviews; such a capture is sent at once. */
  findReview(capture: Uint8Array): StoredReview | null;
  /**
   * Captures that wait beyond `nowMs`, those of them that are sent by themselves until `soonMs`, and those that are decided
   * on and not gone yet.
   */
  countReviews(nowMs: number, soonMs: number): ReviewCounts;
  editMap(capture: Uint8Array, edited: Uint8Array): void;
  /** Moves the state by its table; answers whether it could be. Reasons are forgotten when it is over. */
  move(capture: Uint8Array, event: ReviewEvent, dueAtMs: number): boolean;
  /** Dropped captures that can no longer be taken back. */
  dueToDestroy(nowMs: number): readonly { readonly capture: Uint8Array; readonly vaultFile: string }[];
}

/** On a capture `c`: its review lets it be sent now. One parameter: the time. */
export const MAY_BE_SENT = `not exists (select 1 from review v where v.capture = c.hash
  and (v.state not in ('waiting', 'approved') or v.due_at_ms > ?))`;

/** On a capture `c`: its picture is gone. */
export const IS_DESTROYED = "exists (select 1 from review v where v.capture = c.hash and v.state = 'destroyed')";

export const createReviewStore = (database: DatabaseSync): ReviewStore => {
  const find = (capture: Uint8Array): StoredReview | null => {
    const row = database.prepare("select * from review where capture = ?").get(capture);
    return row === undefined ? null : rowToReview(row);
  };
  return {
    insertReview: ({ capture, columns, rows, reasons, deadlineMs }) => {
      const sql = `insert into review (capture, state, columns, rows, reasons, deadline_ms, due_at_ms)
        values (?, 'waiting', ?, ?, ?, ?, ?)`;
      database.prepare(sql).run(capture, columns, rows, JSON.stringify(reasons), deadlineMs, deadlineMs);
    },
    findReview: find,
    countReviews: (nowMs, soonMs) => {
      const waits = "state = 'waiting' and deadline_ms > ?";
      const sql = `select count(*) filter (where ${waits}) as waiting,
        count(*) filter (where ${waits} and deadline_ms <= ?) as due_soon,
        count(*) filter (where state in ('approved', 'dropped')) as leaving from review`;
      const row = database.prepare(sql).get(nowMs, nowMs, soonMs);
      return { waiting: Number(row?.waiting), dueSoon: Number(row?.due_soon), leaving: Number(row?.leaving) };
    },
    editMap: (capture, edited) => {
      database.prepare("update review set edited = ? where capture = ?").run(edited, capture);
    },
    move: (capture, event, dueAtMs) => {
      const review = find(capture);
      const next = review === null ? null : nextReviewState(review.state, event);
      if (review === null || next === null) return false;
      const sql = "update review set state = ?, due_at_ms = ? where capture = ? and state = ?";
      const { changes } = database.prepare(sql).run(next, dueAtMs, capture, review.state);
      assert(changes === 1, "nobody else writes here");
      if (isOver(next)) database.prepare("update review set reasons = '[]' where capture = ?").run(capture);
      return true;
    },
    dueToDestroy: (nowMs) =>
      database
        .prepare(
          `select v.capture, c.vault_file from review v join capture c on c.hash = v.capture
           where v.state = 'dropped' and v.due_at_ms <= ? order by v.rowid`,
        )
        .all(nowMs)
        .map((row) => ({ capture: bytesOf(row.capture), vaultFile: String(row.vault_file) })),
  };
};

const rowToReview = (row: Readonly<Record<string, unknown>>): StoredReview => ({
  // The column is checked by the table.
  state: String(row.state) as ReviewState,
  columns: Number(row.columns),
  rows: Number(row.rows),
  reasons: readReasons(String(row.reasons)),
  edited: row.edited === null ? null : bytesOf(row.edited),
  deadlineMs: Number(row.deadline_ms),
  dueAtMs: Number(row.due_at_ms),
});

/**
 * A row of an earlier version has one code for a tile, where there are several now. A code that is not known counts as
 * `unseen`: such a tile is locked, and withheld altogether where the terms withhold what nobody looked at.
 */
const readReasons = (text: string): TileReasons =>
  new Map(
    (JSON.parse(text) as readonly (readonly [number, string | readonly string[]])[]).map(([tile, codes]) => [
      tile,
      [codes].flat().map((code) => (isTileReason(code) ? code : "unseen")),
    ]),
  );
