import { assert } from "@underseal/foundation";
import { sql } from "kysely";
import type { Transaction } from "../../platform/postgres/transact.ts";

// The notes that were published. Rows are only added, each with a larger size than all before.

export interface PublishedNote {
  readonly size: number;
  readonly note: string;
}

interface PublishedRow {
  readonly size: bigint;
  readonly note: string;
}

export const readNewestPublished = async (transaction: Transaction): Promise<PublishedNote | null> => {
  const { rows } = await sql<PublishedRow>`
    select size, note from log_checkpoint order by size desc limit 1`.execute(transaction);
  return rows[0] === undefined ? null : { size: Number(rows[0].size), note: rows[0].note };
};

/** Does nothing where this size or a larger one was published before. */
export const insertPublished = async (transaction: Transaction, { size, note }: PublishedNote): Promise<void> => {
  await sql`
    insert into log_checkpoint (size, note)
    select ${BigInt(size)}, ${note}
    where not exists (select from log_checkpoint where size >= ${BigInt(size)})`.execute(transaction);
};

/** For each index the first published note that covers it; indexes not covered yet are left out. */
export const readFirstCovering = async (
  transaction: Transaction,
  indexes: readonly number[],
): Promise<ReadonlyMap<number, PublishedNote>> => {
  const { rows } = await sql<{ index: bigint; size: bigint }>`
    select wanted.index, covering.size
    from unnest(${indexes.map(BigInt)}::bigint[]) as wanted (index)
    cross join lateral (
      select size from log_checkpoint where size > wanted.index order by size limit 1
    ) as covering`.execute(transaction);
  // Many entries share a note, which is the longer part of a row.
  const notes = await readNotes(transaction, [...new Set(rows.map(({ size }) => size))]);
  return new Map(
    rows.map(({ index, size }) => {
      const note = notes.get(size);
      assert(note !== undefined, "published notes stay");
      return [Number(index), { size: Number(size), note }];
    }),
  );
};

const readNotes = async (transaction: Transaction, sizes: readonly bigint[]): Promise<ReadonlyMap<bigint, string>> => {
  const { rows } = await sql<PublishedRow>`
    select size, note from log_checkpoint where size = any(${sizes}::bigint[])`.execute(transaction);
  return new Map(rows.map(({ size, note }) => [size, note]));
};
