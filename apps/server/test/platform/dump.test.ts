import { createId, createSystemRandom, createTestClock, type PersonId } from "@underseal/foundation";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openDatabase } from "../../src/platform/postgres/database.ts";
import { dumpDatabase } from "../../src/platform/postgres/dump.ts";
import { migrate } from "../../src/platform/postgres/migrate.ts";
import { createScratchDatabase } from "../../src/platform/postgres/scratch.ts";
import { addPerson } from "../devices/support.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";

const random = createSystemRandom();
let db: TestDatabase;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.stop());

const asUser = (name: string): string => db.url.replace(/\/\/[^@]*@/, `//${name}:secret@`);

/** A user as an operator would make one: no superuser, so that row-level security binds it. */
const createOwner = async (): Promise<string> => {
  const name = createId({ clock: createTestClock(Date.UTC(2026, 0, 1)), random }).replaceAll("-", "_");
  await db.database.pool.query(`create role "owner_${name}" login createdb in role underseal_app password 'secret'`);
  return asUser(`owner_${name}`);
};

test("a dump by an owner whom row-level security binds shows every row all the same, and changes nothing", async () => {
  const scratch = await createScratchDatabase(await createOwner(), { random });
  if (!scratch.ok) throw new Error(scratch.error.message);
  const opened = await openDatabase(scratch.value.url, { random });
  if (!opened.ok) throw new Error(opened.error.message);
  expect(await migrate(opened.value)).toMatchObject({ ok: true });
  const person: { readonly personId: PersonId } = await addPerson(opened.value, "client");

  let text = "";
  for await (const line of dumpDatabase(opened.value)) text += line;
  expect(text).toContain(person.personId);
  expect(text).toContain("-- public.account_key");
  // The owner sees nothing again once the dump is over.
  expect((await opened.value.pool.query("select 1 from person")).rows).toEqual([]);
  await opened.value.close();
  await scratch.value.drop();
});

test("a user who may not create databases is told what to do", async () => {
  await db.database.pool.query("create role nobody_special login password 'secret'");
  const scratch = await createScratchDatabase(asUser("nobody_special"), { random });
  expect(scratch).toMatchObject({ ok: false, error: { code: "DATABASE_NOT_CREATED" } });
});
