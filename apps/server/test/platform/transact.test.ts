import { createId, createSystemRandom, type PersonId } from "@underseal/foundation";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSystemClock } from "../../src/platform/clock.ts";
import { databaseErrorCode, isDatabaseAway } from "../../src/platform/postgres/database.ts";
import { type Actor, systemActor, transact } from "../../src/platform/postgres/transact.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

let db: TestDatabase;
const newPerson = (): PersonId => createId({ clock: createSystemClock(), random: createSystemRandom() });
const asPerson = (personId: PersonId): Actor => ({ kind: "person", personId });

beforeAll(async () => {
  db = await createTestDatabase();
  // A table as features make them: own rows for a person, all rows for the system, append-only by its grants.
  await sql
    .raw(`
    create table note (id uuid primary key default gen_random_uuid(), owner uuid not null, amount bigint not null, body bytea);
    alter table note enable row level security;
    alter table note force row level security;
    create policy note_own on note to underseal_app using (owner = actor_person_id() or actor_is_system());
    grant select, insert on note to underseal_app;
    create table balance (id int primary key, amount bigint not null);
    insert into balance values (1, 0), (2, 0);
    grant select, update on balance to underseal_app;
  `)
    .execute(db.database.kysely);
});
afterAll(() => db.stop());

const write = (actor: Actor, owner: PersonId) =>
  transact(db.database, actor, (transaction) =>
    sql`insert into note (owner, amount) values (${owner}, ${1n})`.execute(transaction),
  );
const ownersSeenBy = (actor: Actor) =>
  transact(db.database, actor, async (transaction) => {
    const { rows } = await sql<{ owner: string }>`select owner from note`.execute(transaction);
    return rows.map(({ owner }) => owner);
  });
const codeOf = (work: Promise<unknown>) => work.then(() => "done", databaseErrorCode);

describe("row-level security", () => {
  test("a person sees their own rows, the system all, and nobody what is asked for outside of transact", async () => {
    const [a, b] = [newPerson(), newPerson()];
    await write(asPerson(a), a);
    await write(systemActor, b);
    expect(await ownersSeenBy(asPerson(a))).toEqual([a]);
    expect(await ownersSeenBy(asPerson(newPerson()))).toEqual([]);
    expect(await ownersSeenBy(systemActor)).toEqual(expect.arrayContaining([a, b]));
    const bare = await db.database.kysely.transaction().execute(async (transaction) => {
      await sql`set local role underseal_app`.execute(transaction);
      return (await sql`select owner from note`.execute(transaction)).rows;
    });
    expect(bare).toEqual([]);
  });

  test("a person cannot write a row of somebody else", async () => {
    expect(await codeOf(write(asPerson(newPerson()), newPerson()))).toBe("42501");
  });

  test("the actor does not stay behind in the pooled connection", async () => {
    await transact(db.database, systemActor, async () => {});
    const { rows } = await sql<{ role: string; actor: string | null }>`
      select current_user as role, nullif(current_setting('underseal.actor', true), '') as actor`.execute(
      db.database.kysely,
    );
    expect(rows[0]).toEqual({ role: expect.not.stringContaining("underseal_app"), actor: null });
  });
});

test.each(["update note set amount = 2", "delete from note", "truncate note"])(
  "the app's role cannot change append-only rows: %s",
  async (statement) => {
    expect(await codeOf(transact(db.database, systemActor, (t) => sql.raw(statement).execute(t)))).toBe("42501");
  },
);

test("bigint and bytea come back as bigint and Buffer, a day as its text", async () => {
  const [row] = (
    await transact(db.database, systemActor, (t) =>
      sql<
        Record<string, unknown>
      >`select ${9_007_199_254_740_993n}::bigint as big, ${new Uint8Array([1, 2])}::bytea as bytes,
        '2026-11-22'::date as day, array[1, null]::bigint[] as many, '{}'::bigint[] as none`.execute(t),
    )
  ).rows;
  expect(row).toEqual({
    big: 9_007_199_254_740_993n,
    bytes: Buffer.from([1, 2]),
    day: "2026-11-22",
    many: [1n, null],
    none: [],
  });
});

describe("retries", () => {
  const failTimes = (times: number, code: string) => {
    let runs = 0;
    const outcome = transact(db.database, systemActor, async (t) => {
      runs += 1;
      if (runs <= times) await sql.raw(`do $$ begin raise exception using errcode = '${code}'; end $$`).execute(t);
      return runs;
    });
    return outcome.then(
      (value) => value,
      (error: unknown) => `${databaseErrorCode(error)} after ${runs}`,
    );
  };

  test.each([
    [0, "40001", 1],
    [1, "40001", 2],
    [5, "40001", 6],
    [6, "40001", "40001 after 6"],
    [1, "40P01", 2],
    [1, "23505", "23505 after 1"],
  ])("%i failures with %s end as %s", async (times, code, expected) => {
    expect(await failTimes(times, code)).toBe(expected);
  });

  test("two transactions that deadlock both arrive", async () => {
    const bump = (first: number, second: number) =>
      transact(db.database, systemActor, async (t) => {
        await sql`update balance set amount = amount + 1 where id = ${first}`.execute(t);
        await sql`select pg_sleep(0.1)`.execute(t);
        await sql`update balance set amount = amount + 1 where id = ${second}`.execute(t);
      });
    await Promise.all([bump(1, 2), bump(2, 1)]);
    const { rows } = await sql`select amount from balance order by id`.execute(db.database.kysely);
    expect(rows).toEqual([{ amount: 2n }, { amount: 2n }]);
  });

  test("what the work throws is thrown on and nothing of it stays", async () => {
    const owner = newPerson();
    const outcome = transact(db.database, systemActor, async (t) => {
      await sql`insert into note (owner, amount) values (${owner}, 1)`.execute(t);
      throw new Error("changed my mind");
    });
    await expect(outcome).rejects.toThrow("changed my mind");
    expect(await ownersSeenBy(asPerson(owner))).toEqual([]);
  });
});

test("a transaction that PostgreSQL gave up is not told as done, though the work went on", async () => {
  const owner = newPerson();
  const outcome = transact(db.database, systemActor, async (t) => {
    await sql`insert into note (owner, amount) values (${owner}, 1)`.execute(t);
    await sql`select 1 / 0`.execute(t).catch(() => {});
  });
  await expect(outcome).rejects.toThrow();
  expect(await ownersSeenBy(asPerson(owner))).toEqual([]);
});

test("a connection that is lost in the middle is told as such, and nobody is given it again", async () => {
  const owner = newPerson();
  const outcome = transact(db.database, systemActor, async (t) => {
    await sql`insert into note (owner, amount) values (${owner}, 1)`.execute(t);
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(t);
    await db.database.pool.query("select pg_terminate_backend($1)", [rows[0]?.pid]);
    await sql`select pg_sleep(5)`.execute(t);
  });
  expect(await outcome.then(() => null, isDatabaseAway)).toBe(true);
  const seen = await Promise.all(Array.from({ length: 12 }, () => ownersSeenBy(asPerson(owner))));
  expect(seen).toEqual(seen.map(() => []));
});
