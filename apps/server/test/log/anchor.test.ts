import { DAY_MS, MINUTE_MS } from "@underseal/foundation";
import { verifyCheckpoint } from "@underseal/tlog";
import fastify from "fastify";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Log } from "../../src/log/index.ts";
import { systemActor, transact } from "../../src/platform/postgres/transact.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { type Authority, type AuthorityServer, createAuthority, serveAuthority } from "./authority.ts";
import { enqueue, keyOf, openTestLog, subjectOf } from "./support.ts";

// The tests of this file are one story: two days of one log.

const NOON_MS = Date.UTC(2026, 10, 16, 12);
const app = fastify();
const alarms: string[] = [];
let db: TestDatabase;
let authority: Authority;
let server: AuthorityServer;
let log: Log;

const answerWell: AuthorityServer["answer"] = async (request) => ({
  status: 200,
  body: await authority.reply(request),
});

const openAnchored = () =>
  openTestLog(db.database, {
    timestamping: { url: server.url, certificateFile: authority.certificateFile },
    onAlarm: ({ name }) => alarms.push(name),
  });

beforeAll(async () => {
  db = await createTestDatabase();
  authority = await createAuthority();
  server = await serveAuthority(answerWell);
  log = await openAnchored();
  log.mount(app);
});
afterAll(async () => {
  await log.stop();
  await app.close();
  await server.stop();
  await db.stop();
});

const logOne = async (seed: number): Promise<void> => {
  const entry = new Uint8Array(32).fill(seed);
  await enqueue(db.database, log, [entry]);
  expect(await log.waitForPublished(subjectOf(entry), 10_000)).not.toBeNull();
};

const get = (url: string) => app.inject({ method: "GET", url });

/** Whether OpenSSL believes what is served for the day; throws where it is not over one of our checkpoints. */
const checkServed = async (day: string): Promise<number> => {
  const [token, note] = [await get(`/anchor/${day}.tsr`), await get(`/anchor/${day}.note`)];
  expect(token.headers).toMatchObject({
    "content-type": "application/timestamp-reply",
    "cache-control": "public, max-age=31536000, immutable",
  });
  const files = { data: new Uint8Array(note.rawPayload), response: new Uint8Array(token.rawPayload) };
  expect(await authority.verify(files)).toBe(true);
  const checkpoint = verifyCheckpoint(note.body, [keyOf(log)]);
  return checkpoint.ok ? checkpoint.value.size : -1;
};

test("the first look of a day anchors the newest published note, once", async () => {
  await logOne(1);
  await log.tick?.(NOON_MS);
  expect(await checkServed("2026-11-16")).toBe(1);
  await logOne(2);
  await log.tick?.(NOON_MS + MINUTE_MS);
  expect(server.count).toBe(1);
  expect(await checkServed("2026-11-16")).toBe(1);
});

test("another server does not ask again, nor does one that was started again", async () => {
  const other = await openAnchored();
  await other.tick?.(NOON_MS + DAY_MS);
  await other.stop();
  await log.stop();
  log = await openAnchored();
  await log.tick?.(NOON_MS + 2 * MINUTE_MS);
  expect(server.count).toBe(1);
});

test("an authority that fails is asked again after ten minutes, and the alarm stands until then", async () => {
  const tomorrow = NOON_MS + DAY_MS;
  server.answer = async () => ({ status: 500, body: new Uint8Array() });
  await log.tick?.(tomorrow);
  await log.tick?.(tomorrow + 10 * MINUTE_MS - 1);
  expect(server.count).toBe(2);
  expect(await log.alarms()).toMatchObject([{ name: "anchor", detail: expect.stringContaining("HTTP error") }]);
  await log.tick?.(tomorrow + 10 * MINUTE_MS);
  expect([server.count, alarms]).toEqual([3, ["anchor"]]);
  expect((await get("/anchor/2026-11-17.tsr")).statusCode).toBe(404);
  server.answer = answerWell;
  await log.tick?.(tomorrow + 20 * MINUTE_MS);
  expect(await log.alarms()).toEqual([]);
  expect(await checkServed("2026-11-17")).toBe(2);
});

test("without an authority there is no anchor, and no alarm that an earlier one left", async () => {
  server.answer = async () => null;
  await log.tick?.(NOON_MS + 2 * DAY_MS);
  expect(await log.alarms()).toMatchObject([{ name: "anchor" }]);
  await log.stop();
  log = await openTestLog(db.database);
  await log.tick?.(NOON_MS + 2 * DAY_MS);
  expect(await log.alarms()).toEqual([]);
});

test.each(["2026-02-30.tsr", "2026-11-18.tsr", "2026-11-16.pem", "2026-11-16", "today.tsr", "..%2fcheckpoint"])(
  "/anchor/%s is not found",
  async (name) => {
    expect((await get(`/anchor/${name}`)).statusCode).toBe(404);
  },
);

test("an anchor cannot be changed or taken away, not even by the server", async () => {
  for (const statement of ["update log_anchor set token = ''", "delete from log_anchor"]) {
    const attempt = transact(db.database, systemActor, (transaction) => sql.raw(statement).execute(transaction));
    await expect(attempt).rejects.toMatchObject({ code: "42501" });
  }
});
