import { assert, bytesToHex } from "@underseal/foundation";
import type { LogNode, NodeId, ReadNode } from "@underseal/tlog";
import { sql } from "kysely";
import type { Transaction } from "../../platform/postgres/transact.ts";
import type { LogSubject } from "../subjects.ts";

// The only file that knows the log's columns. Indexes are bigint in the database and numbers here: the tree itself
// is defined for sizes up to 2^53 - 1.

export interface Head {
  readonly size: number;
  readonly root: Uint8Array;
  /** `null` in a database that no server has opened yet. */
  readonly checkpoint: string | null;
}

interface HeadRow {
  readonly size: bigint;
  readonly root: Uint8Array;
  readonly checkpoint: string | null;
}

const onlyHead = ([row]: readonly HeadRow[]): Head => {
  assert(row !== undefined, "the migration made the log's head");
  return { ...row, size: Number(row.size) };
};

export const readHead = async (transaction: Transaction): Promise<Head> =>
  onlyHead((await sql<HeadRow>`select size, root, checkpoint from log_head`.execute(transaction)).rows);

/** Whoever holds this lock is the log's only writer until its transaction ends. */
export const lockHead = async (transaction: Transaction): Promise<Head> =>
  onlyHead((await sql<HeadRow>`select size, root, checkpoint from log_head for update`.execute(transaction)).rows);

/** Only from the size that was locked, and never back. */
export const moveHead = async (
  transaction: Transaction,
  from: number,
  to: { readonly size: number; readonly root: Uint8Array; readonly checkpoint: string },
): Promise<void> => {
  const { numAffectedRows } = await sql`
    update log_head set size = ${BigInt(to.size)}, root = ${to.root}, checkpoint = ${to.checkpoint}
    where size = ${BigInt(from)} and size <= ${BigInt(to.size)}`.execute(transaction);
  assert(numAffectedRows === 1n, "the locked head did not move");
};

/** 32 bytes, and what they are about. */
export interface SubjectEntry {
  readonly subject: LogSubject;
  readonly entry: Uint8Array;
}

/** Does nothing about subjects of which something is queued or logged already. */
export const insertQueued = async (transaction: Transaction, entries: readonly SubjectEntry[]): Promise<void> => {
  await sql`
    insert into log_queue (subject, entry)
    select subject, entry from unnest(
      ${entries.map(({ subject }) => subject)}::bytea[],
      ${entries.map(({ entry }) => entry)}::bytea[]
    ) with ordinality as added (subject, entry, place)
    where not exists (select from log_subject where log_subject.subject = added.subject)
    order by place
    on conflict do nothing`.execute(transaction);
};

export const isAnyQueued = async (transaction: Transaction): Promise<boolean> => {
  const { rows } = await sql<{ isAny: boolean }>`select exists (select from log_queue) as "isAny"`.execute(transaction);
  return rows[0]?.isAny ?? false;
};

export interface QueuedEntry extends SubjectEntry {
  /** It was queued a second time while the first was being logged. */
  readonly isLogged: boolean;
}

/**
 * Takes the oldest entries off the queue, in their order, under the head's lock. They are named by their place in the
 * table, which nobody may update: named by their subjects, PostgreSQL goes through the whole queue for each of them
 * while it believes that the queue is empty.
 */
export const takeQueued = async (transaction: Transaction, max: number): Promise<readonly QueuedEntry[]> => {
  const { rows } = await sql<QueuedEntry>`
    with taken as (
      delete from log_queue where ctid = any(array(select ctid from log_queue order by position limit ${max}))
      returning subject, entry, position
    )
    select taken.subject, taken.entry, log_subject.subject is not null as "isLogged"
    from taken left join log_subject using (subject) order by taken.position`.execute(transaction);
  return rows;
};

export const insertEntries = async (
  transaction: Transaction,
  firstIndex: number,
  entries: readonly SubjectEntry[],
): Promise<void> => {
  await sql`
    with added as (
      select ${BigInt(firstIndex)} + place - 1 as index, subject, entry
      from unnest(
        ${entries.map(({ subject }) => subject)}::bytea[],
        ${entries.map(({ entry }) => entry)}::bytea[]
      ) with ordinality as added (subject, entry, place)
    ), about as (insert into log_subject (subject, index) select subject, index from added)
    insert into log_entry (index, entry) select index, entry from added`.execute(transaction);
};

export const insertNodes = async (transaction: Transaction, nodes: readonly LogNode[]): Promise<void> => {
  await sql`
    insert into log_node (level, index, hash)
    select * from unnest(
      ${nodes.map(({ level }) => level)}::smallint[],
      ${nodes.map(({ index }) => BigInt(index))}::bigint[],
      ${nodes.map(({ hash }) => hash)}::bytea[]
    )`.execute(transaction);
};

const nodeKey = (level: number, index: number): string => `${level}/${index}`;

/** Fetches the named nodes in one query; what is not named cannot be read. */
export const readNodes = async (transaction: Transaction, nodes: readonly NodeId[]): Promise<ReadNode> => {
  const wanted = new Map(nodes.map((node) => [nodeKey(node.level, node.index), node]));
  const { rows } = await sql<{ level: number; index: bigint; hash: Uint8Array }>`
    select log_node.level, log_node.index, log_node.hash
    from unnest(
      ${[...wanted.values()].map(({ level }) => level)}::smallint[],
      ${[...wanted.values()].map(({ index }) => BigInt(index))}::bigint[]
    ) as wanted (level, index)
    join log_node using (level, index)`.execute(transaction);
  const hashes = new Map(rows.map(({ level, index, hash }) => [nodeKey(level, Number(index)), hash]));
  return (level, index) => {
    const hash = hashes.get(nodeKey(level, index));
    assert(hash !== undefined, `the log keeps its node ${level}/${index}`);
    return hash;
  };
};

/** Where the subjects' entries are in the log, by their hexadecimal digits; those not logged are left out. */
export const readIndexes = async (
  transaction: Transaction,
  subjects: readonly LogSubject[],
): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await sql<{ index: bigint; subject: Uint8Array }>`
    select index, subject from log_subject where subject = any(${subjects}::bytea[])`.execute(transaction);
  return new Map(rows.map(({ index, subject }) => [bytesToHex(subject), Number(index)]));
};

/** The entries [from, to), in order. */
export const readEntries = async (
  transaction: Transaction,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly Uint8Array[]> => {
  const { rows } = await sql<{ entry: Uint8Array }>`
    select entry from log_entry where index >= ${BigInt(from)} and index < ${BigInt(to)} order by index`.execute(
    transaction,
  );
  return rows.map(({ entry }) => entry);
};
