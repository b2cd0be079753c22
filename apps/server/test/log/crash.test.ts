import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { assert, createTestRandom, hexToBytes } from "@underseal/foundation";
import { verifyCheckpoint } from "@underseal/tlog";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createProofCheck, enqueue, keyOf, openTestLog, proofsOf, readCheckpointText, subjectOf } from "./support.ts";

let db: TestDatabase;
const random = createTestRandom(6);

beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.stop());

const countRows = async () => {
  const { rows } = await sql<Record<string, bigint>>`
    select (select count(*) from log_queue) as queued, (select count(*) from log_entry) as entries,
      (select count(*) from log_node) as nodes, (select size from log_head) as size`.execute(db.database.kysely);
  return rows[0];
};

describe("a batch that fails at any step", () => {
  test.each(["delete on log_queue", "insert on log_entry", "insert on log_node", "update on log_head"])(
    "%s: changes nothing, and is made up for later",
    async (step) => {
      const log = await openTestLog(db.database);
      await log.stop();
      const entries = Array.from({ length: 7 }, () => random.bytes(32));
      await enqueue(db.database, log, entries);
      const before = await countRows();
      await sql
        .raw(`create function fail() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
        create trigger fail after ${step} for each statement execute function fail()`)
        .execute(db.database.kysely);
      const failing = await openTestLog(db.database);
      expect(await failing.waitForProof(subjectOf(entries[0] as Uint8Array), 150)).toBeNull();
      expect(await countRows()).toEqual(before);
      await sql.raw("drop function fail cascade").execute(db.database.kysely);
      const verifyProof = createProofCheck(failing);
      for (const entry of entries) verifyProof(entry, await failing.waitForProof(subjectOf(entry), 10_000));
      await failing.stop();
    },
  );
});

const writer = fileURLToPath(new URL("./writer.ts", import.meta.url));

/** Runs a server that logs as fast as it can, and kills it once it said so often that an entry was logged. */
const runAndKill = async (url: string, acknowledgements: number): Promise<readonly Uint8Array[]> => {
  const child = spawn(process.execPath, [writer, url], { stdio: ["ignore", "pipe", "inherit"] });
  const acknowledged: Uint8Array[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    const entry = hexToBytes(line);
    assert(entry !== null, "the writer prints entries");
    acknowledged.push(entry);
    if (acknowledged.length === acknowledgements) child.kill("SIGKILL");
  });
  await once(lines, "close");
  return acknowledged;
};

// Each of its servers has to start first, which takes seconds on a busy machine.
const KILLS_TIMEOUT_MS = 120_000;

test(
  "a server killed at any moment loses and doubles nothing it acknowledged",
  async () => {
    const acknowledged: Uint8Array[] = [];
    for (const times of [1, 2, 5, 13, 34]) acknowledged.push(...(await runAndKill(db.url, times)));
    const log = await openTestLog(db.database);
    await expect.poll(async () => (await countRows())?.queued).toBe(0n);
    expect(acknowledged.length).toBeGreaterThanOrEqual(1 + 2 + 5 + 13 + 34);
    const verifyProof = createProofCheck(log);
    for (let from = 0; from < acknowledged.length; from += 2_000) {
      const portion = acknowledged.slice(from, from + 2_000);
      const proofs = await proofsOf(db.database, log, portion);
      for (const [i, entry] of portion.entries()) verifyProof(entry, proofs[i] ?? null);
    }
    const counts = await countRows();
    expect(counts?.entries).toBe(counts?.size);
    expect(verifyCheckpoint(await readCheckpointText(db.database, log), [keyOf(log)]).ok).toBe(true);
    await log.stop();
  },
  KILLS_TIMEOUT_MS,
);

test("a log whose nodes were damaged is not signed any further", async () => {
  await sql`update log_node set hash = sha256('damaged') where level = 3 and index = 0`.execute(db.database.kysely);
  await sql`update log_node set hash = sha256('damaged') where level > 3 and index = 0`.execute(db.database.kysely);
  const log = await openTestLog(db.database);
  const before = await countRows();
  const entry = random.bytes(32);
  await enqueue(db.database, log, [entry]);
  expect(await log.waitForProof(subjectOf(entry), 150)).toBeNull();
  expect((await countRows())?.size).toBe(before?.size);
  await log.stop();
});
