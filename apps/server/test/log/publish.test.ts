import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { assert, createTestRandom, redact } from "@underseal/foundation";
import {
  decodeEntryBundle,
  encodeVerifierKey,
  leafHash,
  type Policy,
  parsePinnedPolicy,
  parseTlogProof,
  TILE_WIDTH,
  tilePath,
  verifierKeyOf,
  verifyConsistency,
  verifyInclusion,
  verifyWitnessedCheckpoint,
} from "@underseal/tlog";
import fastify from "fastify";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Log, openLog } from "../../src/log/index.ts";
import type { LogDeps } from "../../src/log/log.ts";
import { systemActor, transact } from "../../src/platform/postgres/transact.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { enqueue, LOG_KEY, ORIGIN, openTestLog, subjectOf } from "./support.ts";
import {
  logKey,
  type Mood,
  SLOW_MS,
  startWitness,
  type TestWitness,
  writePolicy,
  writePolicyText,
} from "./witnesses.ts";

let db: TestDatabase;
let witnesses: TestWitness[] = [];
let logs: Log[] = [];
const random = createTestRandom(21);

beforeEach(async () => {
  db = await createTestDatabase();
});
afterEach(async () => {
  for (const log of logs) await log.stop();
  for (const witness of witnesses) await witness.stop();
  witnesses = [];
  logs = [];
  await db.stop();
});

const open = async (options: Omit<Partial<LogDeps>, "database"> = {}): Promise<Log> => {
  const log = await openTestLog(db.database, { witnessTimeoutMs: 500, ...options });
  logs.push(log);
  return log;
};

const openWitnessed = async (count: number, threshold: number, options: Omit<Partial<LogDeps>, "database"> = {}) => {
  for (let number = 1; number <= count; number += 1) witnesses.push(await startWitness(number));
  return open({ policyFile: await writePolicy(witnesses, threshold), ...options });
};

const policyOf = (log: Log): Policy => {
  const policy = parsePinnedPolicy(log.policyText);
  assert(policy.ok, "the log shows what terms can pin");
  return policy.value;
};

const logEntries = async (log: Log, count: number): Promise<readonly Uint8Array[]> => {
  const entries = Array.from({ length: count }, () => random.bytes(32));
  await enqueue(db.database, log, entries);
  const proofs = await Promise.all(entries.map((entry) => log.waitForProof(subjectOf(entry), 10_000)));
  expect(proofs).not.toContain(null);
  return entries;
};

const read = <T>(work: Parameters<typeof transact<T>>[2]) => transact(db.database, systemActor, work);

const publishedSize = async (log: Log): Promise<number | null> => {
  const note = await read(log.publishedCheckpoint);
  if (note === null) return null;
  const verified = verifyWitnessedCheckpoint(note, policyOf(log));
  assert(verified.ok, verified.ok ? "" : verified.error.code);
  return verified.value.checkpoint.size;
};

const untilPublished = (log: Log, size: number) =>
  expect.poll(() => publishedSize(log), { timeout: 10_000 }).toBe(size);

const listSizes = async (): Promise<readonly number[]> => {
  const { rows } = await sql<{ size: bigint }>`select size from log_checkpoint order by size`.execute(
    db.database.kysely,
  );
  return rows.map(({ size }) => Number(size));
};

/** The size of the checkpoint that the proof is against; throws where it does not hold. */
const checkPublishedProof = (log: Log, entry: Uint8Array, text: string | null | undefined): number => {
  const proof = parseTlogProof(text ?? "");
  assert(proof.ok, "there is a proof");
  const verified = verifyWitnessedCheckpoint(proof.value.checkpoint, policyOf(log));
  assert(verified.ok, verified.ok ? "" : verified.error.code);
  const { size, root } = verified.value.checkpoint;
  const { index, hashes } = proof.value;
  assert(verifyInclusion({ index, size, leafHash: leafHash(entry), proof: hashes, root }).ok, "the entry is in it");
  return size;
};

describe("without witnesses", () => {
  test("every checkpoint carries the log's own signature, the empty one too", async () => {
    const log = await open();
    expect(log.policyText).toBe(`log ${log.verifierKey}\nquorum none\n`);
    await untilPublished(log, 0);
    await logEntries(log, 3);
    await untilPublished(log, 3);
    expect(await log.alarms()).toEqual([]);
  });

  test("an entry is proved against the first published checkpoint that covers it", async () => {
    const log = await open();
    const sizes: number[] = [];
    const entries: Uint8Array[] = [];
    for (const count of [1, 2, 5]) {
      entries.push(...(await logEntries(log, count)));
      await untilPublished(log, entries.length);
    }
    const subjects = [...entries, new Uint8Array(32)].map(subjectOf);
    const proofs = await read((transaction) => log.publishedProofsOf(transaction, subjects));
    expect(proofs.at(-1)).toBeNull();
    for (const [i, entry] of entries.entries()) sizes.push(checkPublishedProof(log, entry, proofs[i]));
    const published = await listSizes();
    expect(sizes).toEqual(entries.map((_, index) => published.find((size) => size > index)));
    expect(new Set(sizes)).toContain(1);
  });

  test("whoever waits for the publication of an entry is told, or sent away in time", async () => {
    const log = await open({ publishEveryMs: 600 });
    const [entry] = (await logEntries(log, 1)) as [Uint8Array];
    checkPublishedProof(log, entry, await log.waitForPublished(subjectOf(entry), 5_000));
    expect(await log.waitForPublished(subjectOf(random.bytes(32)), 250)).toBeNull();
  });

  test("a busy log publishes once per period", async () => {
    const log = await open({ publishEveryMs: 400 });
    const startedAt = performance.now();
    for (let i = 0; i < 30; i += 1) {
      await logEntries(log, 2);
      await sleep(40);
    }
    const periods = Math.ceil((performance.now() - startedAt) / 400);
    const { length } = await listSizes();
    expect(length).toBeLessThanOrEqual(periods + 1);
    expect(length).toBeGreaterThanOrEqual(Math.floor(periods / 3));
    await untilPublished(log, 60);
  });
});

describe("with witnesses", () => {
  test("the published note is cosigned by a quorum, and terms pin the policy without addresses", async () => {
    const log = await openWitnessed(3, 2);
    expect(log.policyText).not.toMatch(/http|#/);
    expect(policyOf(log).witnesses.map(({ name }) => name)).toEqual(["w1", "w2", "w3"]);
    await logEntries(log, 5);
    await untilPublished(log, 5);
    await logEntries(log, 4);
    await untilPublished(log, 9);
    // The first size is a guess that happens to be right; then it is remembered.
    expect(witnesses[0]?.asked).not.toContain("409");
  });

  test("an empty log is not published: there is nothing to witness", async () => {
    const log = await openWitnessed(1, 1);
    await sleep(100);
    expect(await publishedSize(log)).toBeNull();
    expect(witnesses[0]?.asked).toEqual([]);
  });

  test("a witness that was led elsewhere by an earlier server is led on from there", async () => {
    const log = await openWitnessed(1, 1);
    await logEntries(log, 7);
    await untilPublished(log, 7);
    await log.stop();
    const again = await open({ policyFile: await writePolicy(witnesses, 1) });
    await logEntries(again, 6);
    await untilPublished(again, 13);
    expect(witnesses[0]?.asked).toContain("409");
    expect(witnesses[0]?.seen?.size).toBe(13);
  });

  test.each<Mood>(["slow", "broken", "endless", "forging", "ahead"])(
    "a witness that is %s hinders neither answers nor publications that others make up for",
    async (mood) => {
      const log = await openWitnessed(3, 2);
      const [, ill] = witnesses as [TestWitness, TestWitness];
      ill.mood = mood;
      const startedAt = performance.now();
      await logEntries(log, 3);
      expect(performance.now() - startedAt).toBeLessThan(SLOW_MS);
      await untilPublished(log, 3);
      expect(performance.now() - startedAt).toBeLessThan(SLOW_MS);
      expect(await log.alarms()).toEqual([]);
    },
  );

  test.each<Mood>(["slow", "broken", "endless", "forging", "ahead"])(
    "without a quorum (%s), the last note stays, an alarm is heard once, and answers go on; then it is made up for",
    async (mood) => {
      const alarms: string[] = [];
      const log = await openWitnessed(2, 2, { onAlarm: ({ name, detail }) => alarms.push(`${name}: ${detail}`) });
      await logEntries(log, 2);
      await untilPublished(log, 2);
      const ill = witnesses[0] as TestWitness;
      ill.mood = mood;
      await logEntries(log, 1);
      await logEntries(log, 1);
      await expect.poll(() => log.alarms(), { timeout: 10_000 }).toMatchObject([{ name: "publication" }]);
      await sleep(100);
      expect(await publishedSize(log)).toBe(2);
      expect(alarms).toEqual([expect.stringMatching(/^publication: too few witnesses cosigned \(w1: /)]);
      ill.mood = "well";
      await untilPublished(log, 4);
      expect(await log.alarms()).toEqual([]);
      expect(await listSizes()).toEqual([...new Set([2, 4])]);
    },
  );

  test("only the holder of the lease publishes; another server knows of its alarm", async () => {
    const log = await openWitnessed(1, 1);
    const other = await open({ policyFile: await writePolicy(witnesses, 1) });
    await logEntries(other, 3);
    await untilPublished(other, 3);
    expect(witnesses[0]?.asked).not.toContain("409");
    (witnesses[0] as TestWitness).mood = "broken";
    await logEntries(log, 1);
    await expect.poll(() => other.alarms()).toMatchObject([{ name: "publication", detail: /w1: it answered 500/ }]);
  });

  test("the hashes between two published sizes are handed out", async () => {
    const log = await openWitnessed(1, 1);
    const roots: { size: number; root: Uint8Array }[] = [];
    for (const count of [1, 3, 9]) {
      const { length } = await logEntries(log, count);
      await untilPublished(log, (roots.at(-1)?.size ?? 0) + length);
      const seen = witnesses[0]?.seen;
      assert(seen !== null && seen !== undefined, "the witness saw it");
      roots.push(seen);
    }
    for (const older of roots) {
      for (const newer of roots.filter(({ size }) => size >= older.size)) {
        const sizes = { oldSize: older.size, newSize: newer.size };
        const proof = await read((transaction) => log.consistencyOf(transaction, sizes));
        expect(verifyConsistency({ ...sizes, oldRoot: older.root, newRoot: newer.root, proof }).ok).toBe(true);
      }
    }
    expect(await read((transaction) => log.consistencyOf(transaction, { oldSize: 0, newSize: 13 }))).toEqual([]);
  });

  test("tiles go as far as the published checkpoint, and every checkpoint that was served keeps its tiles", async () => {
    const log = await openWitnessed(1, 1);
    const app = fastify();
    log.mount(app);
    const get = (url: string) => app.inject({ method: "GET", url });
    expect((await get("/checkpoint")).statusCode).toBe(404);
    const sizes: number[] = [];
    for (const count of [5, TILE_WIDTH, 40]) {
      await logEntries(log, count);
      await untilPublished(log, (sizes.at(-1) ?? 0) + count);
      sizes.push((sizes.at(-1) ?? 0) + count);
    }
    (witnesses[0] as TestWitness).mood = "broken";
    await logEntries(log, 10);
    const published = sizes.at(-1) as number;
    for (const size of sizes) {
      for (let index = 0; index * TILE_WIDTH < size; index += 1) {
        const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
        const tile = await get(`/${tilePath({ level: 0, index, width })}`);
        const bundle = await get(`/${tilePath({ level: "entries", index, width })}`);
        const entries = decodeEntryBundle(new Uint8Array(bundle.rawPayload), width);
        assert(entries.ok, "the bundle is there");
        expect(Buffer.concat(entries.value.map(leafHash))).toEqual(tile.rawPayload);
      }
    }
    const index = Math.floor(published / TILE_WIDTH);
    const beyond = (published % TILE_WIDTH) + 1;
    for (const level of [0, "entries"] as const) {
      expect((await get(`/${tilePath({ level, index, width: beyond })}`)).statusCode).toBe(404);
    }
    await app.close();
  });
});

describe("a policy that cannot be used is refused with its reason", () => {
  const own = encodeVerifierKey(logKey);
  const other = encodeVerifierKey(verifierKeyOf({ name: "other.example", seed: redact(random.bytes(32)) }));
  test.each([
    ["another log's key", `log ${other}\nquorum none\n`, "must name this log's key"],
    ["two logs", `log ${own}\nlog ${other}\nquorum none\n`, "no other log"],
    ["no quorum", `log ${own}\n`, "no quorum line"],
    ["no policy at all", "hello\n", "Line 1"],
  ])("%s", async (_, text, reason) => {
    const policyFile = await writePolicyText(text);
    const opened = await openLog({ database: db.database, origin: ORIGIN, logKey: LOG_KEY, policyFile });
    expect(opened).toMatchObject({ ok: false, error: { code: "LOG_POLICY_INVALID" } });
    expect(opened.ok ? "" : opened.error.message).toContain(reason);
  });

  test("a witness without an address", async () => {
    witnesses.push(await startWitness(1));
    const text = await readFile(await writePolicy(witnesses, 1), "utf8");
    const policyFile = await writePolicyText(text.replace(/ http\S+/, ""));
    const opened = await openLog({ database: db.database, origin: ORIGIN, logKey: LOG_KEY, policyFile });
    expect(opened.ok ? "" : opened.error.message).toContain("w1 has no address");
  });

  test("a file that is not there", async () => {
    const opened = await openLog({ database: db.database, origin: ORIGIN, logKey: LOG_KEY, policyFile: "/nowhere" });
    expect(opened.ok ? "" : opened.error.message).toContain("cannot be read");
  });
});
