import { cp, mkdir } from "node:fs/promises";
import path from "node:path";
import { logEntryOf } from "@underseal/evidence";
import { assert, bytesToHex } from "@underseal/foundation";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { recordSubject, termsSubject } from "../../src/log/index.ts";
import { migrate } from "../../src/platform/postgres/migrate.ts";
import { createTestDatabase, createTestDir, type TestDatabase } from "../support/database.ts";

const contractId = "01999999-0000-7000-8000-000000000001";
const deviceId = "01999999-0000-7000-8000-0000000000d1";

test("a subject is its kind and its ids, and sorts by number within its chain", () => {
  const ids = "01999999000070008000000000000001" + "019999990000700080000000000000d1";
  expect(bytesToHex(recordSubject({ contractId, deviceId, seq: 258 }))).toBe(`01${ids}0000000000000102`);
  expect(bytesToHex(termsSubject({ contractId, version: 3 }))).toBe(`02${ids.slice(0, 32)}0000000000000003`);
  const subjects = [0, 1, 255, 256, 2 ** 32].map((seq) => bytesToHex(recordSubject({ contractId, deviceId, seq })));
  expect(subjects.toSorted()).toEqual(subjects);
});

test("an id that is none has no subject", () => {
  expect(() => recordSubject({ contractId: "x", deviceId, seq: 1 })).toThrow("UUID");
});

let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({ migrated: false });
});
afterAll(() => db.stop());

const migrations = path.join(import.meta.dirname, "../../src/migrations");

test("a log from before there were subjects learns them from the rows of its statements", async () => {
  const directory = path.join(await createTestDir(), "before");
  await mkdir(directory);
  await cp(migrations, directory, { recursive: true, filter: (source) => !/\/00[4-9]\d_/.test(source) });
  expect((await migrate(db.database, { directory })).ok).toBe(true);
  const hashOf = (seed: number) => new Uint8Array(32).fill(seed);
  const entries = [1, 2, 3].map((seed) => logEntryOf(hashOf(seed))) as [Uint8Array, Uint8Array, Uint8Array];
  await db.database.kysely.transaction().execute(async (transaction) => {
    await sql.raw("set local session_replication_role = replica").execute(transaction);
    await sql`insert into log_entry values (0, ${entries[0]}), (1, ${entries[1]}), (2, ${entries[2]})`.execute(
      transaction,
    );
    await sql`insert into log_queue (entry) values (${logEntryOf(hashOf(4))})`.execute(transaction);
    await sql`insert into contract_terms values (${contractId}, 1, ${hashOf(1)}, '{}', now(), now())`.execute(
      transaction,
    );
    for (const seed of [2, 4]) {
      await sql`
        insert into record values (${contractId}, ${deviceId}, ${seed}, ${contractId}, ${contractId}, 'start',
          ${hashOf(seed)}, ${hashOf(seed)}, ${hashOf(1)}, 1, '', '', '', ${new Uint8Array(64)}, now(), '', '',
          ${new Uint8Array(64)})`.execute(transaction);
    }
  });
  const migrated = await migrate(db.database, { directory: migrations });
  assert(migrated.ok, migrated.ok ? "" : migrated.error.message);
  const { rows } = await sql<{ subject: Uint8Array }>`
    select subject from log_subject order by index`.execute(db.database.kysely);
  expect(rows.map(({ subject }) => bytesToHex(subject))).toEqual([
    bytesToHex(termsSubject({ contractId, version: 1 })),
    bytesToHex(recordSubject({ contractId, deviceId, seq: 2 })),
    // What it stood for has no row any more: it is about itself.
    `00${bytesToHex(entries[2])}`,
  ]);
  const queued = await sql<{ subject: Uint8Array }>`select subject from log_queue`.execute(db.database.kysely);
  expect(queued.rows.map(({ subject }) => bytesToHex(subject))).toEqual([
    bytesToHex(recordSubject({ contractId, deviceId, seq: 4 })),
  ]);
});
