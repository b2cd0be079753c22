// What logs have shown us, and what they should not have: the only file that knows these two tables.
import type { DatabaseSync } from "node:sqlite";
import type { AnswerFault, LogView } from "./answer.ts";
import { bytesOf } from "./outbox.ts";

export interface LogAlarm {
  readonly code: AnswerFault;
  readonly atMs: number;
  readonly record: Uint8Array;
  /** The answer, byte for byte. */
  readonly answer: string;
  readonly knownNote: string;
}

export interface LogStore {
  /** `log`: its verifier key. */
  viewOf(log: string): LogView | null;
  keepView(log: string, view: LogView): void;
  /** Kept as evidence; beyond a hundred for a log the first ones tell enough. */
  raise(log: string, alarm: LogAlarm): void;
  alarms(): number;
}

const ALARMS_MAX = 100;

export const createLogStore = (database: DatabaseSync): LogStore => ({
  viewOf: (log) => {
    const row = database.prepare("select size, root, note from log_view where log = ?").get(log);
    return row === undefined ? null : { size: Number(row.size), root: bytesOf(row.root), note: String(row.note) };
  },
  keepView: (log, { size, root, note }) => {
    const sql = `insert into log_view (log, size, root, note) values (?, ?, ?, ?)
      on conflict (log) do update set size = excluded.size, root = excluded.root, note = excluded.note`;
    database.prepare(sql).run(log, size, root, note);
  },
  raise: (log, { code, atMs, record, answer, knownNote }) => {
    const kept = Number(database.prepare("select count(*) n from log_alarm where log = ?").get(log)?.n);
    if (kept >= ALARMS_MAX) return;
    const sql = "insert into log_alarm (log, code, at_ms, record, answer, known_note) values (?, ?, ?, ?, ?, ?)";
    database.prepare(sql).run(log, code, atMs, record, answer, knownNote);
  },
  alarms: () => Number(database.prepare("select count(*) n from log_alarm").get()?.n),
});
