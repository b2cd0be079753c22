import { createTestRandom, redact } from "@underseal/foundation";
import {
  type Checkpoint,
  consistencyProofNodes,
  decodeEntryBundle,
  emptyRoot,
  foldProof,
  leafHash,
  nodeHash,
  TILE_WIDTH,
  tilePath,
  verifyCheckpoint,
  verifyConsistency,
  verifyTlogProof,
} from "@underseal/tlog";
import fastify from "fastify";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type Log, openLog } from "../../src/log/index.ts";
import { databaseErrorCode } from "../../src/platform/postgres/database.ts";
import { systemActor, type Transaction, transact } from "../../src/platform/postgres/transact.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import {
  createProofCheck,
  enqueue,
  keyOf,
  LOG_KEY,
  ORIGIN,
  openTestLog,
  proofsOf,
  readCheckpointText,
  subjectOf,
} from "./support.ts";

let db: TestDatabase;
let log: Log;
let verifyProof: ReturnType<typeof createProofCheck>;
const random = createTestRandom(5);
const newEntries = (count: number) => Array.from({ length: count }, () => random.bytes(32));
/** Everything logged so far, in the order of this file's tests. */
const logged: Uint8Array[] = [];
const checkpoints: Checkpoint[] = [];

const readCheckpoint = async (): Promise<Checkpoint> => {
  const verified = verifyCheckpoint(await readCheckpointText(db.database, log), [keyOf(log)]);
  if (!verified.ok) throw new Error(verified.error.code);
  return verified.value;
};

const logAll = async (entries: readonly Uint8Array[]): Promise<void> => {
  await enqueue(db.database, log, entries);
  await Promise.all(entries.map((entry) => log.waitForProof(subjectOf(entry), 10_000)));
  logged.push(...entries);
  checkpoints.push(await readCheckpoint());
};

beforeAll(async () => {
  db = await createTestDatabase();
  log = await openTestLog(db.database);
  verifyProof = createProofCheck(log);
});
afterAll(async () => {
  await log.stop();
  await db.stop();
});

test("an empty log is signed, and says so", async () => {
  expect(await readCheckpoint()).toEqual({ origin: ORIGIN, size: 0, root: emptyRoot() });
});

test("an entry that waits is answered with a proof that verifies", async () => {
  const [entry] = newEntries(1) as [Uint8Array];
  await enqueue(db.database, log, [entry]);
  const text = (await log.waitForProof(subjectOf(entry), 10_000)) ?? "";
  expect(verifyTlogProof({ text, entry, logKeys: [keyOf(log)] })).toMatchObject({
    ok: true,
    value: { index: 0, size: 1 },
  });
  logged.push(entry);
  checkpoints.push(await readCheckpoint());
});

test("a proof that is given when the entry is logged is the one that the tables give, at every size", async () => {
  const entries = newEntries(37);
  for (const some of [entries.slice(0, 1), entries.slice(1, 4), entries.slice(4, 11), entries.slice(11)]) {
    await enqueue(db.database, log, some);
    const given = await Promise.all(some.map((entry) => log.waitForProof(subjectOf(entry), 10_000)));
    // Nothing was logged since.
    const stored = await proofsOf(db.database, log, some);
    expect(given.filter((proof, i) => proof !== stored[i])).toEqual([]);
    logged.push(...some);
    checkpoints.push(await readCheckpoint());
  }
});

test("every entry is proved at every size on the way, across batches and levels", async () => {
  for (const count of [1, 1, 1, 3, 8, 1, 240, 1, 1, 300, 700]) {
    await logAll(newEntries(count));
    const proofs = await proofsOf(db.database, log, logged);
    const places = logged.map((entry, i) => verifyProof(entry, proofs[i] ?? null));
    expect(places.map(({ index }) => index)).toEqual([...logged.keys()]);
    expect(new Set(places.map(({ size }) => size))).toEqual(new Set([logged.length]));
  }
});

test("each checkpoint continues each earlier one", async () => {
  const { rows } = await sql<{ level: number; index: bigint; hash: Uint8Array }>`
    select level, index, hash from log_node`.execute(db.database.kysely);
  const hashes = new Map(rows.map(({ level, index, hash }) => [`${level}/${index}`, hash]));
  const read = (level: number, index: number) => hashes.get(`${level}/${index}`) ?? new Uint8Array();
  for (const newer of checkpoints) {
    for (const older of checkpoints.filter(({ size }) => size < newer.size)) {
      const proof = foldProof(consistencyProofNodes({ oldSize: older.size, newSize: newer.size }), read);
      const claim = { oldSize: older.size, newSize: newer.size, oldRoot: older.root, newRoot: newer.root, proof };
      expect(verifyConsistency(claim).ok).toBe(true);
    }
  }
});

test("an entry queued again, before or after it was logged, is logged once", async () => {
  const [first] = logged as [Uint8Array];
  const [fresh] = newEntries(1) as [Uint8Array];
  await enqueue(db.database, log, [first, fresh, fresh]);
  await log.waitForProof(subjectOf(fresh), 10_000);
  logged.push(fresh);
  expect((await readCheckpoint()).size).toBe(logged.length);
});

test("an entry that was queued again at the very moment it was logged is logged once", async () => {
  const [first] = logged as [Uint8Array];
  // What the check of `enqueue` cannot see: the other transaction had not ended.
  await sql`insert into log_queue (subject, entry) values (${subjectOf(first)}, ${first})`.execute(db.database.kysely);
  await logAll(newEntries(1));
  expect((await readCheckpoint()).size).toBe(logged.length);
  const { rows } = await sql`select entry from log_queue`.execute(db.database.kysely);
  expect(rows).toEqual([]);
});

test("two requests that wait for one entry are both answered", async () => {
  const [entry] = newEntries(1) as [Uint8Array];
  await enqueue(db.database, log, [entry]);
  const both = await Promise.all([
    log.waitForProof(subjectOf(entry), 10_000),
    log.waitForProof(subjectOf(entry), 10_000),
  ]);
  for (const proof of both) verifyProof(entry, proof);
  logged.push(entry);
});

test("what nobody queued has no proof, and waiting for it ends in time", async () => {
  const [entry] = newEntries(1) as [Uint8Array];
  expect(await log.waitForProof(subjectOf(entry), 60)).toBeNull();
  expect(await proofsOf(db.database, log, [entry])).toEqual([null]);
});

test("nothing is signed while nothing is added", async () => {
  const before = await readCheckpointText(db.database, log);
  log.wake();
  await log.waitForProof(subjectOf(newEntries(1)[0] as Uint8Array), 60);
  expect(await readCheckpointText(db.database, log)).toBe(before);
});

describe("served as tiles", () => {
  const app = fastify();
  beforeAll(async () => {
    log.mount(app);
    const newest = await readCheckpointText(db.database, log);
    await vi.waitFor(async () => expect((await get("/checkpoint")).body).toBe(newest));
  });
  afterAll(() => app.close());
  const get = (url: string) => app.inject({ method: "GET", url });

  test("the tiles reproduce the root and hold the entries", async () => {
    const { size, root } = await readCheckpoint();
    expect(size).toBeGreaterThan(4 * TILE_WIDTH);
    const leaves: Uint8Array[] = [];
    for (let index = 0; index * TILE_WIDTH < size; index += 1) {
      const width = Math.min(TILE_WIDTH, size - index * TILE_WIDTH);
      const tile = await get(`/${tilePath({ level: 0, index, width })}`);
      const bundle = await get(`/${tilePath({ level: "entries", index, width })}`);
      const entries = decodeEntryBundle(new Uint8Array(bundle.rawPayload), width);
      if (!entries.ok) throw new Error(entries.error.code);
      expect(Buffer.concat(entries.value.map(leafHash))).toEqual(tile.rawPayload);
      leaves.push(...entries.value.map(leafHash));
    }
    expect(rootByDefinition(leaves)).toEqual(root);
    const top = await get(`/${tilePath({ level: 1, index: 0, width: Math.floor(size / TILE_WIDTH) })}`);
    expect(new Uint8Array(top.rawPayload.subarray(0, 32))).toEqual(rootByDefinition(leaves.slice(0, TILE_WIDTH)));
  });

  test("a tile may be kept for ever, the checkpoint not at all", async () => {
    expect((await get("/tile/0/000")).headers).toMatchObject({
      "content-type": "application/octet-stream",
      "cache-control": "public, max-age=31536000, immutable",
    });
    expect((await get("/checkpoint")).headers).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
    });
  });

  test.each([
    "/tile/0/000.p/256",
    "/tile/0/999",
    "/tile/0/999.p/1",
    "/tile/2/000.p/1",
    "/tile/63/000",
    "/tile/64/000",
    "/tile/0/0",
    "/tile/0/x000/000",
    "/tile/0/000/",
    "/tile/entries/x001/000",
    "/tile/entries",
    "/tile/",
    "/tile/..%2f..%2fetc%2fpasswd",
  ])("%s is not found", async (url) => {
    const answer = await get(url);
    expect([answer.statusCode, answer.json()]).toEqual([404, expect.objectContaining({ code: "NOT_FOUND" })]);
  });
});

describe("two servers", () => {
  test("share one log: each entry once, no gap, all answer, and none gets into another's way", async () => {
    const faults: unknown[] = [];
    const onFault = (error: unknown) => faults.push(error);
    const other = await openTestLog(db.database, { onFault });
    const third = await openTestLog(db.database, { onFault });
    const entries = newEntries(240);
    await Promise.all(
      entries.map(async (entry, i) => {
        const mine = [log, other, third][i % 3] as Log;
        await enqueue(db.database, mine, [entry]);
        verifyProof(entry, await mine.waitForProof(subjectOf(entry), 20_000));
      }),
    );
    logged.push(...entries);
    const { size } = await readCheckpoint();
    expect(size).toBe(logged.length);
    await Promise.all([other.stop(), third.stop()]);
    expect(faults).toEqual([]);
  });

  test("find what another queued and did not log before it died", async () => {
    const gone = await openTestLog(db.database, { pollMs: 60_000 });
    const [entry] = newEntries(1) as [Uint8Array];
    await enqueue(db.database, gone, [entry]);
    await gone.stop();
    await expect.poll(async () => (await proofsOf(db.database, log, [entry]))[0]).not.toBeNull();
    logged.push(entry);
  });
});

test("a log that was stopped sends its waiters away and keeps what is queued", async () => {
  const stopped = await openTestLog(db.database);
  const waiting = stopped.waitForProof(subjectOf(newEntries(1)[0] as Uint8Array), 20_000);
  await stopped.stop();
  expect(await waiting).toBeNull();
});

describe("a log signed otherwise is not continued", () => {
  test.each([
    ["another key", ORIGIN, redact(createTestRandom(99).bytes(32))],
    ["another name", "log.example/other", LOG_KEY],
  ])("%s", async (_, origin, logKey) => {
    const opened = await openLog({ database: db.database, origin, logKey });
    expect(opened).toMatchObject({ ok: false, error: { code: "LOG_KEY_CHANGED" } });
  });
});

const asPerson = { kind: "person", personId: "01999999-0000-7000-8000-000000000001" } as Parameters<typeof transact>[1];
const codeOf = (actor: Parameters<typeof transact>[1], statement: string) =>
  transact(db.database, actor, async (transaction: Transaction) => {
    const { numAffectedRows } = await sql.raw(statement).execute(transaction);
    return `${numAffectedRows} rows`;
  }).catch(databaseErrorCode);

describe("the second wall", () => {
  test.each([
    ["delete from log_entry", "42501"],
    ["update log_entry set entry = entry", "42501"],
    ["delete from log_node", "42501"],
    ["delete from log_head", "42501"],
    ["insert into log_head (size, root) values (0, sha256(''))", "42501"],
  ])("not even the server may: %s", async (statement, code) => {
    expect(await codeOf(systemActor, statement)).toBe(code);
  });

  test.each([
    ["insert into log_entry values (100000, sha256('x'))", "42501"],
    ["insert into log_node values (0, 100000, sha256('x'))", "42501"],
    ["update log_head set size = 0", "0 rows"],
    ["delete from log_queue", "0 rows"],
  ])("a person may not: %s", async (statement, outcome) => {
    expect(await codeOf(asPerson, statement)).toBe(outcome);
  });
});

/** RFC 6962 section 2.1, word for word. */
const rootByDefinition = (leaves: readonly Uint8Array[]): Uint8Array => {
  const [first] = leaves;
  if (first === undefined || leaves.length === 1) return first ?? emptyRoot();
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return nodeHash(rootByDefinition(leaves.slice(0, split)), rootByDefinition(leaves.slice(split)));
};
