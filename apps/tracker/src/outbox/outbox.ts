// The durable outbox: a record is signed, chained and stored in one transaction, and stays until the server's answer
// is stored too. The id of a record is its hash, made here, so that sending twice is safe.
import type { DatabaseSync } from "node:sqlite";
import type { DeviceRecordName, Envelope, Statement } from "@underseal/evidence";
import { assert, type ContractId } from "@underseal/foundation";

/** The place of the next record in the chain of this device and contract (protocol §5). */
export interface ChainLink {
  readonly seq: number;
  readonly prev: Uint8Array;
}

export interface PendingRecord {
  readonly contract: ContractId;
  readonly seq: number;
  readonly hash: Uint8Array;
  readonly envelope: Envelope;
}

/** Where a chain stands: the number and statement hash of its last record. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: Uint8Array;
}

export interface PendingBlob {
  readonly digest: string;
  readonly file: string;
}

export interface Outbox {
  /** Runs in a transaction that is on the disk when this returns. Not to be nested. */
  transact<T>(work: () => T): T;
  /** Inside a transaction: signs (in `build`) and stores the next record of the contract's chain. */
  append<Name extends DeviceRecordName>(
    contract: ContractId,
    build: (link: ChainLink) => Statement<Name>,
  ): Statement<Name>;
  /** The oldest record of each contract that waits for an answer. */
  pendingRecords(): readonly PendingRecord[];
  isPending(hash: Uint8Array): boolean;
  /** Keeps what the server signed: it had the record at that time. */
  markAdmitted(hash: Uint8Array, answer: { readonly arrival: Envelope; readonly checkpoint: string | null }): void;
  /**
   * The server refused a record: those after it in the chain can never be admitted either. All of them are kept, with
   * the reason, and the chain goes on from the last admitted one.
   */
  markRefused(record: PendingRecord, problem: string): void;
  /** Whether the record with this number is, as far as we know, the one with this hash. */
  holds(contract: ContractId, head: ChainHead): boolean;
  /**
   * Inside a transaction: the server's chain goes beyond ours. What waits of this contract was made for numbers that are
   * taken; it is kept, with the reason, and never sent. The chain goes on after the server's head. Answers how many.
   */
  adoptHead(contract: ContractId, head: ChainHead): number;
  /** Blobs whose disclosure was admitted. */
  pendingBlobs(): readonly PendingBlob[];
  markStored(digest: string, receipt: Envelope): void;
  /** This blob will not be taken; it is kept, with the reason, and does not hold up those after it. */
  markBlobRefused(digest: string, problem: string): void;
  /** The newest verified one of this log (a verifier key); empty before the first. */
  newestCheckpoint(log: string): string;
  counts(): OutboxCounts;
}

export interface OutboxCounts {
  readonly pending: number;
  readonly admitted: number;
  readonly refused: number;
  readonly superseded: number;
  readonly blobs: number;
}

const ZERO = new Uint8Array(32);

export const createOutbox = (database: DatabaseSync): Outbox => {
  const transact = <T>(work: () => T): T => {
    database.exec("begin immediate");
    try {
      const value = work();
      database.exec("commit");
      return value;
    } catch (cause) {
      // SQLite itself has rolled back what met a full disk; trying again would hide the cause.
      if (database.isTransaction) database.exec("rollback");
      throw cause;
    }
  };
  return {
    transact,
    append: (contract, build) => {
      const statement = build(nextLink(database, contract));
      const { seq } = statement.body;
      database
        .prepare("insert into record (contract, seq, name, hash, envelope, state) values (?, ?, ?, ?, ?, 'pending')")
        .run(contract, seq, statement.name, statement.hash, JSON.stringify(statement.envelope));
      return statement;
    },
    pendingRecords: () => readPending(database),
    isPending: (hash) =>
      database.prepare("select 1 from record where hash = ? and state = 'pending'").get(hash) !== undefined,
    markAdmitted: (hash, { arrival, checkpoint }) => {
      database
        .prepare("update record set state = 'admitted', arrival = ?, checkpoint = ? where hash = ?")
        .run(JSON.stringify(arrival), checkpoint, hash);
    },
    markRefused: ({ contract, seq }, problem) => {
      const sql =
        "update record set state = 'refused', problem = ? where contract = ? and seq >= ? and state = 'pending'";
      database.prepare(sql).run(problem, contract, seq);
    },
    holds: (contract, { seq, hash }) =>
      database
        .prepare(
          `select 1 from record where contract = ? and seq = ? and hash = ? and state in ('pending', 'admitted')
           union all select 1 from adopted_head where contract = ? and seq = ? and hash = ?`,
        )
        .get(contract, seq, hash, contract, seq, hash) !== undefined,
    adoptHead: (contract, { seq, hash }) => {
      const sql = `update record set state = 'superseded', problem = ? where contract = ? and state = 'pending'`;
      const reason = `the server's chain is at number ${seq} with a record that is not known here`;
      const { changes } = database.prepare(sql).run(reason, contract);
      database
        .prepare(
          `insert into adopted_head (contract, seq, hash) values (?, ?, ?)
           on conflict (contract) do update set seq = excluded.seq, hash = excluded.hash`,
        )
        .run(contract, seq, hash);
      return Number(changes);
    },
    pendingBlobs: () => readBlobs(database),
    markStored: (digest, receipt) => {
      database
        .prepare("update blob set state = 'stored', receipt = ? where digest = ?")
        .run(JSON.stringify(receipt), digest);
    },
    markBlobRefused: (digest, problem) => {
      database.prepare("update blob set state = 'refused', problem = ? where digest = ?").run(problem, digest);
    },
    newestCheckpoint: (log) => {
      const row = database.prepare("select note from log_view where log = ?").get(log);
      return typeof row?.note === "string" ? row.note : "";
    },
    counts: () => countStates(database),
  };
};

/** What SQLite gives for a blob column. */
export const bytesOf = (value: unknown): Uint8Array => {
  assert(value instanceof Uint8Array, "the column holds bytes");
  return value;
};

const nextLink = (database: DatabaseSync, contract: ContractId): ChainLink => {
  const sql = `select seq, hash from record where contract = ? and state in ('pending', 'admitted')
    union all select seq, hash from adopted_head where contract = ? order by seq desc limit 1`;
  const row = database.prepare(sql).get(contract, contract);
  return row === undefined ? { seq: 0, prev: ZERO } : { seq: Number(row.seq) + 1, prev: bytesOf(row.hash) };
};

const readPending = (database: DatabaseSync): PendingRecord[] =>
  database
    .prepare(
      `select contract, seq, hash, envelope from record r where state = 'pending'
       and seq = (select min(seq) from record where contract = r.contract and state = 'pending')`,
    )
    .all()
    .map((row) => ({
      // We wrote these columns ourselves, from values of these types.
      contract: String(row.contract) as ContractId,
      seq: Number(row.seq),
      hash: bytesOf(row.hash),
      envelope: JSON.parse(String(row.envelope)) as Envelope,
    }));

const readBlobs = (database: DatabaseSync): PendingBlob[] =>
  database
    .prepare(
      `select digest, file from blob join record on record.hash = blob.disclosure
       where blob.state = 'pending' and record.state = 'admitted' order by record.seq`,
    )
    .all()
    .map((row) => ({ digest: String(row.digest), file: String(row.file) }));

const countStates = (database: DatabaseSync) => {
  const count = (sql: string) => Number(database.prepare(sql).get()?.n ?? 0);
  return {
    pending: count("select count(*) n from record where state = 'pending'"),
    admitted: count("select count(*) n from record where state = 'admitted'"),
    refused: count("select count(*) n from record where state = 'refused'"),
    superseded: count("select count(*) n from record where state = 'superseded'"),
    blobs: count("select count(*) n from blob where state = 'pending'"),
  };
};
