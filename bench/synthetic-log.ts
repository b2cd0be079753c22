// A log of any size, made inside PostgreSQL in minutes: entries that mean nothing, of chains that take turns.
import { assert, createSystemRandom, redact, u64, utf8ToBytes } from "@underseal/foundation";
import { foldRoot, type NoteSigner, rootNodes, signCheckpoint } from "@underseal/tlog";
import { sql } from "kysely";
import { insertPublished } from "../apps/server/src/log/store/published.ts";
import { lockHead, moveHead, readNodes } from "../apps/server/src/log/store/tree.ts";
import type { LogSubject } from "../apps/server/src/log/subjects.ts";
import { type Database, openDatabase } from "../apps/server/src/platform/postgres/database.ts";
import { migrate } from "../apps/server/src/platform/postgres/migrate.ts";
import { systemActor, transact } from "../apps/server/src/platform/postgres/transact.ts";

/** Contracts that are worked for at the same time. */
const CHAINS = 5_000;

const random = createSystemRandom();
export const signer: NoteSigner = { name: "bench.example/log", seed: redact(random.bytes(32)) };

/** What stands at this place: one record of each chain in turn, as `recordSubject` spells it. */
export const subjectAt = (index: number): LogSubject => {
  const chain = utf8ToBytes(`contract of ${String(index % CHAINS).padStart(20, "0")}`);
  // A stand-in of the real length; only its order matters here.
  return Uint8Array.of(1, ...chain, ...u64(BigInt(Math.floor(index / CHAINS)))) as LogSubject;
};

const subjectSql = `'\\x01'::bytea
  || convert_to('contract of ' || lpad((index % ${CHAINS})::text, 20, '0'), 'UTF8') || int8send(index / ${CHAINS})`;

export interface SyntheticLog {
  readonly database: Database;
  /** As it was filled; appending goes on from there. */
  readonly size: number;
}

export const createLog = async (serverUrl: string, size: number): Promise<SyntheticLog> => {
  const name = `log_${size}`;
  const server = await open(serverUrl);
  await sql.raw(`create database ${name}`).execute(server.kysely);
  await server.close();
  const database = await open(serverUrl.replace(/\/[^/?]*(\?|$)/, `/${name}$1`));
  const migrated = await migrate(database);
  assert(migrated.ok, migrated.ok ? "" : migrated.error.message);
  await fill(database, size);
  await signHead(database, size);
  return { database, size };
};

const open = async (url: string): Promise<Database> => {
  const opened = await openDatabase(url, { random });
  assert(opened.ok, opened.ok ? "" : opened.error.message);
  return opened.value;
};

/** Indexes are built afterwards, which is many times faster. */
const fill = (database: Database, size: number): Promise<void> =>
  database.kysely.connection().execute(async (connection) => {
    const run = (statement: string) => sql.raw(statement).execute(connection);
    await run("set statement_timeout = 0; set maintenance_work_mem = '512MB'; set work_mem = '256MB'");
    for (const table of ["log_entry", "log_subject", "log_node"]) {
      await run(`alter table ${table} drop constraint ${table}_pkey`);
    }
    await run(
      `insert into log_entry select index, sha256(int8send(index)) from generate_series(0, ${size - 1}) as index`,
    );
    await run(`insert into log_subject select ${subjectSql}, index from generate_series(0, ${size - 1}) as index`);
    await run("create temp table level_0 as select index, sha256('\\x00'::bytea || entry) as hash from log_entry");
    await run("insert into log_node select 0, index, hash from level_0");
    for (let level = 1; 2 ** level <= size; level += 1) {
      await run(`
        create temp table level_${level} as
          select index / 2 as index, sha256('\\x01'::bytea || hash || next) as hash
          from (select index, hash, lead(hash) over (order by index) as next from level_${level - 1}) as pairs
          where index % 2 = 0 and next is not null;
        drop table level_${level - 1};
        insert into log_node select ${level}, index, hash from level_${level}`);
    }
    await run("alter table log_entry add constraint log_entry_pkey primary key (index)");
    await run("alter table log_subject add constraint log_subject_pkey primary key (subject) include (index)");
    await run("alter table log_node add constraint log_node_pkey primary key (level, index)");
    for (const table of ["log_entry", "log_subject", "log_node"]) await run(`vacuum (freeze, analyze) ${table}`);
    await run("checkpoint");
    await run("reset all");
  });

const signHead = (database: Database, size: number): Promise<void> =>
  transact(database, systemActor, async (transaction) => {
    const root = foldRoot(size, await readNodes(transaction, rootNodes(size)));
    await lockHead(transaction);
    const note = signCheckpoint({ origin: signer.name, size, root }, signer);
    await moveHead(transaction, 0, { size, root, checkpoint: note });
    await insertPublished(transaction, { size, note });
  });
