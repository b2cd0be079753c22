import { cp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { assert, createSystemRandom } from "@underseal/foundation";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/platform/postgres/database.ts";
import { migrate } from "../../src/platform/postgres/migrate.ts";
import { createTestDatabase, createTestDir, type TestDatabase } from "../support/database.ts";

const random = createSystemRandom();
const migrationsDir = path.join(import.meta.dirname, "../../src/migrations");
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase({ migrated: false });
});
afterAll(() => db.stop());

describe("a wrong DATABASE_URL gives one message with a remedy and never the password", () => {
  const refused = async (url: string) => {
    const opened = await openDatabase(url, { random });
    assert(!opened.ok, "it does not open");
    expect(opened.error.message).not.toContain("hunter2");
    expect(opened.error.message).toContain("DATABASE_URL");
    return opened.error.code;
  };
  test.each(["mysql://a:hunter2@b/c", "postgres:/hunter2", "hunter2", "postgres://a:hunter2@b:port/c"])(
    "%s",
    async (url) => {
      expect(await refused(url)).toBe("DATABASE_URL_INVALID");
    },
  );
  test("nobody listens there", async () => {
    expect(await refused("postgres://a:hunter2@127.0.0.1:1/c")).toBe("DATABASE_UNREACHABLE");
  });
  test("something else listens there", async () => {
    const other = createServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = address !== null && typeof address === "object" ? address.port : 0;
    expect(await refused(`postgres://a:hunter2@127.0.0.1:${port}/c`)).toBe("DATABASE_UNREACHABLE");
    other.close();
  });
  test("wrong password, user or database", async () => {
    expect(await refused(db.url.replace(/:[^:@/]+@/, ":hunter2@"))).toBe("DATABASE_REFUSED");
    expect(await refused(db.url.replace(/\/\/[^:]+:/, "//nobody_here:"))).toBe("DATABASE_REFUSED");
    expect(await refused(db.url.replace(/underseal_test_\w+/, "not_there"))).toBe("DATABASE_REFUSED");
  });
});

test("a PostgreSQL older than 15 is refused by its version", async () => {
  // Only the version that the server tells is changed: a setting of the session stands before the real one.
  const url = `${db.url}${db.url.includes("?") ? "&" : "?"}options=${encodeURIComponent("-c search_path=old,pg_catalog")}`;
  await sql
    .raw(
      `create schema old; create function old.current_setting(text) returns text language sql as $$ select '140011' $$`,
    )
    .execute(db.database.kysely);
  expect(await openDatabase(url, { random })).toMatchObject({ ok: false, error: { code: "DATABASE_TOO_OLD" } });
  await sql`drop schema old cascade`.execute(db.database.kysely);
});

describe("migrations", () => {
  const applied = async () =>
    (await sql<{ name: string }>`select name from schema_migration order by name`.execute(db.database.kysely)).rows;
  let directory: string;
  beforeAll(async () => {
    directory = path.join(await createTestDir(), "migrations");
    await cp(migrationsDir, directory, { recursive: true });
  });
  afterAll(() => rm(path.dirname(directory), { recursive: true }));

  test("servers that start at once apply each exactly once, and a second start applies nothing", async () => {
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => migrate(db.database, { directory })));
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true, true]);
    const names = outcomes.flatMap((outcome) => (outcome.ok ? outcome.value : []));
    expect(names.sort()).toEqual((await applied()).map(({ name }) => name));
    expect(names.length).toBeGreaterThanOrEqual(2);
    expect(await migrate(db.database, { directory })).toEqual({ ok: true, value: [] });
  });

  test("one that fails leaves nothing of itself, and a repaired one is applied", async () => {
    const file = path.join(directory, "9000_two_steps.sql");
    await writeFile(file, "-- Two steps.\ncreate table half (n int);\nselect no_such_column;\n");
    expect(await migrate(db.database, { directory })).toMatchObject({
      ok: false,
      error: { code: "MIGRATION_FAILED", migration: "9000_two_steps.sql" },
    });
    expect((await sql`select to_regclass('half') as half`.execute(db.database.kysely)).rows).toEqual([{ half: null }]);
    await writeFile(file, "-- Two steps.\ncreate table half (n int);\n");
    expect(await migrate(db.database, { directory })).toEqual({ ok: true, value: ["9000_two_steps.sql"] });
  });

  test("one that was changed after it was applied is an error", async () => {
    await writeFile(path.join(directory, "9000_two_steps.sql"), "-- Two steps.\ncreate table half (n bigint);\n");
    expect(await migrate(db.database, { directory })).toMatchObject({
      ok: false,
      error: { code: "MIGRATION_CHANGED" },
    });
  });

  test("a database that knows more than we do is an error", async () => {
    await rm(path.join(directory, "9000_two_steps.sql"));
    expect(await migrate(db.database, { directory })).toMatchObject({
      ok: false,
      error: { code: "MIGRATION_UNKNOWN" },
    });
  });

  test.each([
    ["9001_no_reason.sql", "select 1;\n"],
    ["0001_second.sql", "-- The same number again.\n"],
    ["late.sql", "-- No number.\n"],
  ])("%s is refused", async (name, text) => {
    await writeFile(path.join(directory, name), text);
    expect(await migrate(db.database, { directory })).toMatchObject({
      ok: false,
      error: {
        code: "MIGRATION_INVALID",
        migration: name === "0001_second.sql" ? expect.stringMatching(/^0001/) : name,
      },
    });
    await rm(path.join(directory, name));
  });
});
