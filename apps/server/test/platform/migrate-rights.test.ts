import { assert, createSystemRandom } from "@underseal/foundation";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../src/platform/postgres/database.ts";
import { migrate } from "../../src/platform/postgres/migrate.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const ROLE = "underseal_without_rights";
let db: TestDatabase;

beforeAll(async () => {
  db = await createTestDatabase({ migrated: false });
  await sql
    .raw(`drop role if exists ${ROLE}; create role ${ROLE} login password 'hunter2'`)
    .execute(db.database.kysely);
});

afterAll(async () => {
  await sql.raw(`drop role ${ROLE}`).execute(db.database.kysely);
  await db.stop();
});

test("a DATABASE_URL of a user who may not make tables is one message with the remedy", async () => {
  const url = db.url.replace(/\/\/[^@]+@/, `//${ROLE}:hunter2@`);
  const opened = await openDatabase(url, { random: createSystemRandom() });
  assert(opened.ok, "the role may connect");
  const migrated = await migrate(opened.value);
  await opened.value.close();
  expect(migrated).toMatchObject({
    ok: false,
    error: {
      code: "MIGRATION_FAILED",
      message: expect.stringMatching(/42501: permission denied for schema public.*let it create roles and tables/),
    },
  });
});
