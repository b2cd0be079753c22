// Why drawn rounds show less than their terms allow, or nothing: kept on the device, with codes of a closed list. The
// only file that knows this table.
import type { DatabaseSync } from "node:sqlite";
import { type Fallback, type FaultCode, isFaultCode } from "../reduction/faults.ts";

/** `missing`: there is no capture of the round at all, which counts as one wholly hidden. */
export interface RoundFault {
  readonly run: Uint8Array;
  readonly round: number;
  readonly slot: number;
  /** `null` where there is none. */
  readonly capture: Uint8Array | null;
  readonly shows: Fallback["shows"] | "missing";
  readonly code: FaultCode;
}

export interface FaultCount extends Pick<RoundFault, "shows" | "code"> {
  readonly rounds: number;
  /** The newest segment in which it happened. */
  readonly lastSlot: number;
}

export interface FaultStore {
  /** Inside a transaction. */
  insertFault(fault: RoundFault): void;
  /** Since the segment `fromSlot`, the most frequent first. */
  faultsSince(fromSlot: number): readonly FaultCount[];
}

export const createFaultStore = (database: DatabaseSync): FaultStore => ({
  insertFault: ({ run, round, slot, capture, shows, code }) => {
    // After a crash, a round whose failure was told may be looked at again.
    const sql = `insert into round_fault (run, round, slot, capture, shows, code) values (?, ?, ?, ?, ?, ?)
      on conflict (run, round) do update set capture = excluded.capture, shows = excluded.shows, code = excluded.code`;
    database.prepare(sql).run(run, round, slot, capture, shows, code);
  },
  faultsSince: (fromSlot) =>
    database
      .prepare(
        `select shows, code, count(*) as rounds, max(slot) as last_slot from round_fault where slot >= ?
         group by shows, code order by rounds desc, shows, code`,
      )
      .all(fromSlot)
      .map((row) => ({
        // The column is checked by the table.
        shows: String(row.shows) as RoundFault["shows"],
        // A code of another version of this program.
        code: isFaultCode(row.code) ? row.code : "CAPTURE_FAILED",
        rounds: Number(row.rounds),
        lastSlot: Number(row.last_slot),
      })),
});
