import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createStatementNames, preparable } from "../../src/platform/postgres/prepared.ts";
import { systemActor, transact } from "../../src/platform/postgres/transact.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

describe("a statement's name", () => {
  test("is the same for the same text, another for another, and given to so many texts only", () => {
    const nameOf = createStatementNames(2);
    expect(nameOf("select $1")).toBe(nameOf("select $1"));
    expect(nameOf("select $1")).toBe(createStatementNames()("select $1"));
    expect(nameOf("select $2")).not.toBe(nameOf("select $1"));
    expect(nameOf("select $3")).toBeNull();
    expect(nameOf("select $2")).not.toBeNull();
  });

  test("is given to texts with values alone", () => {
    const nameOf = createStatementNames();
    expect(preparable(nameOf, "select $1", [1])).toMatchObject({ text: "select $1", values: [1] });
    expect(preparable(nameOf, "begin", [])).toBeNull();
    expect(preparable(nameOf, "begin", undefined)).toBeNull();
    expect(preparable(nameOf, { text: "select $1" }, [1])).toBeNull();
  });
});

describe("on a connection", () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.stop());

  test("a statement is prepared once, answers as it would unprepared, and outlives a failure and a rollback", async () => {
    const double = (n: number) => sql<{ n: number }>`select ${n}::int * 2 as n`;
    for (let n = 0; n < 12; n += 1) {
      const answer = await transact(db.database, systemActor, async (transaction) => double(n).execute(transaction));
      expect(answer.rows).toEqual([{ n: n * 2 }]);
      const failed = transact(db.database, systemActor, async (transaction) => {
        await sql`select 1 / ${0}::int`.execute(transaction);
      });
      await expect(failed).rejects.toThrow("division by zero");
    }
    const { rows } = await db.database.pool.query(
      "select count(*)::int as n from pg_prepared_statements where statement like '%int * 2 as n'",
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  test("row-level security is asked anew by a prepared statement", async () => {
    const actorOf = (actor: Parameters<typeof transact>[1]) =>
      transact(db.database, actor, async (transaction) => {
        const { rows } = await sql<{ actor: string }>`
          select current_setting('underseal.actor') as actor where ${1}::int = 1`.execute(transaction);
        return rows[0]?.actor;
      });
    const personId = "0199a000-0000-7000-8000-000000000001" as never;
    for (let i = 0; i < 8; i += 1) {
      expect(await actorOf(systemActor)).toBe("system");
      expect(await actorOf({ kind: "person", personId })).toBe(personId);
    }
  });

  test.each([
    ["bytes of any length", [Uint8Array.of(0, 255, 92, 34), new Uint8Array(0), new Uint8Array(5_000).fill(7)]],
    ["nulls among them", [null, Uint8Array.of(1), null]],
    ["bytes in the middle of others", [new Uint8Array(10).fill(3).subarray(2, 4), Buffer.from("abc").subarray(1)]],
    ["nothing but nulls", [null]],
    ["nothing", []],
  ])("a list of bytes arrives as it is: %s", async (_, list) => {
    const { rows } = await transact(db.database, systemActor, (transaction) =>
      sql<{ list: (Buffer | null)[] }>`select ${list}::bytea[] as list`.execute(transaction),
    );
    expect(rows[0]?.list).toEqual(list.map((item) => (item === null ? null : Buffer.from(item))));
  });
});
