// What the tracker has accepted and must not lose, in one SQLite file. Every commit is on the disk before it is
// believed (`synchronous = FULL`); the writer is this process alone (`locking_mode = EXCLUSIVE`).
import { DatabaseSync } from "node:sqlite";
import { err, ok, type Result } from "@underseal/foundation";

const SCHEMA = `
  create table if not exists record (
    contract text not null,
    seq integer not null,
    name text not null,
    hash blob not null unique,
    envelope text not null,
    -- pending: not answered yet; admitted; refused: the server said no, and why is in problem; superseded: the server
    -- has another record in its place, and this one is never sent
    state text not null check (state in ('pending', 'admitted', 'refused', 'superseded')),
    problem text,
    -- The platform's signed arrival, and the verified checkpoint that its verified proof led to.
    arrival text,
    checkpoint text,
    primary key (contract, seq, hash)
  ) strict;
  create index if not exists record_pending on record (contract, seq) where state = 'pending';

  create table if not exists run (
    start_hash blob primary key,
    contract text not null,
    terms blob not null,
    memo text not null,
    -- null: drawn by the beacon
    draw_seed blob,
    started_at_ms integer not null,
    -- The run is known to have gone on until here; a restart after a crash ends it here.
    seen_at_ms integer not null,
    next_round integer not null,
    open_slot integer not null,
    state text not null check (state in ('open', 'closed', 'abandoned'))
  ) strict;

  create table if not exists capture (
    hash blob primary key,
    run blob not null references run (start_hash),
    slot integer not null,
    vault_file text not null,
    tree_size integer not null,
    -- The proposed map: what the policy withholds.
    map blob not null,
    state text not null check (state in ('taken', 'disclosed'))
  ) strict;

  -- What the freelancer makes of a capture before it is sent. A capture without a row is of a version without reviews.
  create table if not exists review (
    capture blob primary key references capture (hash),
    state text not null check (state in ('waiting', 'approved', 'sent', 'dropped', 'destroyed')),
    columns integer not null,
    rows integer not null,
    -- Of each withheld tile its index and the codes of its reasons.
    reasons text not null,
    -- null: as proposed
    edited blob,
    -- When it is sent by itself, and when the next thing happens to it.
    deadline_ms integer not null,
    due_at_ms integer not null
  ) strict;
  create index if not exists review_due on review (state, due_at_ms);

  create table if not exists minute_count (
    run blob not null references run (start_hash),
    minute integer not null,
    keys integer not null,
    clicks integer not null,
    wheel integer not null,
    moves integer not null,
    primary key (run, minute)
  ) strict;

  -- What the freelancer declares to be doing, from a minute on; of the present tracking only.
  create table if not exists declared_mode (
    minute integer primary key,
    mode text not null
  ) strict;

  create table if not exists segment (
    hash blob primary key,
    run blob not null references run (start_hash),
    slot integer not null,
    activity_salt blob not null,
    minutes text not null
  ) strict;

  create table if not exists blob (
    digest text primary key,
    -- The disclosure that names it must be admitted first.
    disclosure blob not null references record (hash),
    file text not null,
    -- refused: the server said no, or the file is gone; why is in problem
    state text not null check (state in ('pending', 'stored', 'refused')),
    problem text,
    receipt text
  ) strict;

  -- Why a drawn round shows less than its terms allow, or has no capture at all.
  create table if not exists round_fault (
    run blob not null references run (start_hash),
    round integer not null,
    slot integer not null,
    capture blob references capture (hash),
    shows text not null check (shows in ('structure', 'nothing', 'missing')),
    code text not null,
    primary key (run, round)
  ) strict;

  -- Where the server's chain stands, where it turned out to be ahead of ours.
  create table if not exists adopted_head (
    contract text primary key,
    seq integer not null,
    hash blob not null
  ) strict;

  -- The newest verified checkpoint of each log.
  create table if not exists log_view (
    log text primary key,
    size integer not null,
    root blob not null,
    note text not null
  ) strict;

  -- What a log answered that cannot be true: evidence against it.
  create table if not exists log_alarm (
    log text not null,
    code text not null,
    at_ms integer not null,
    record blob not null,
    answer text not null,
    known_note text not null
  ) strict;
`;

export interface OutboxError {
  readonly code: "OUTBOX_IN_USE" | "OUTBOX_UNUSABLE";
  readonly message: string;
}

/**
 * Of the tables above. Version 1 lacks reviews, and is brought up by making them. It must not open what this version made:
 * it would send what waits to be reviewed. Of anything older nothing is carried over, for records of an older form of the
 * protocol can be admitted nowhere.
 */
const SCHEMA_VERSION = 2;
const VERSION_WITHOUT_REVIEWS = 1;
const BUSY_TIMEOUT_MS = 2_000;

export const openOutboxDatabase = (file: string): Result<DatabaseSync, OutboxError> => {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    database.exec("pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = full;");
    if (isForeign(database)) {
      database.close();
      return err({ code: "OUTBOX_UNUSABLE", message: `${file} is of another version of this program: move it away` });
    }
    database.exec(`begin immediate; ${SCHEMA} pragma user_version = ${SCHEMA_VERSION}; commit;`);
    return ok(database);
  } catch (cause) {
    // Left open it would hold its lock, and keep the next start out.
    database?.close();
    const reason = cause instanceof Error ? cause.message : "unknown";
    return reason.includes("locked")
      ? err({ code: "OUTBOX_IN_USE", message: "another tracker is running with this state directory: stop it first" })
      : err({ code: "OUTBOX_UNUSABLE", message: `cannot use ${file} (${reason}): check the disk and its permissions` });
  }
};

const isForeign = (database: DatabaseSync): boolean => {
  const version = Number(database.prepare("pragma user_version").get()?.user_version);
  const isEmpty = database.prepare("select 1 from sqlite_master limit 1").get() === undefined;
  const isKnown = version === SCHEMA_VERSION || version === VERSION_WITHOUT_REVIEWS;
  return !isKnown && !(version === 0 && isEmpty);
};
