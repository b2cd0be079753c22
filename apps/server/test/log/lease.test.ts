import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { assert, hexToBytes } from "@underseal/foundation";
import { sql } from "kysely";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { createProofCheck, enqueue, openTestLog, proofsOf, subjectOf } from "./support.ts";

// One log and several servers, as real processes: one of them writes at a time, whatever happens to it.

let db: TestDatabase;
let writers: Writer[] = [];

beforeEach(async () => {
  db = await createTestDatabase();
  // Who wrote which size in which term, in the order of writing.
  await sql
    .raw(`
      create table head_audit (place bigint generated always as identity, size bigint, term bigint, writer text);
      create function audit() returns trigger language plpgsql security definer as $$ begin
        insert into head_audit (size, term, writer)
          select new.size, (select term from log_lease), current_setting('application_name');
        return null;
      end $$;
      create trigger audit after update on log_head for each row execute function audit()`)
    .execute(db.database.kysely);
});
afterEach(async () => {
  for (const writer of writers) writer.child.kill("SIGKILL");
  await Promise.all(writers.map(({ ended }) => ended));
  writers = [];
  await db.stop();
});

interface Writer {
  readonly name: string;
  readonly child: ChildProcess;
  readonly acknowledged: Uint8Array[];
  readonly ended: Promise<unknown>;
}

const startWriter = async (name: string, { leaseMs }: { readonly leaseMs: number }): Promise<Writer> => {
  const script = fileURLToPath(new URL("./writer.ts", import.meta.url));
  const url = `${db.url}${db.url.includes("?") ? "&" : "?"}application_name=${name}`;
  const child = spawn(process.execPath, [script, url, `${leaseMs}`], { stdio: ["ignore", "pipe", "inherit"] });
  const acknowledged: Uint8Array[] = [];
  const lines = createInterface({ input: child.stdout });
  lines.on("line", (line) => {
    const entry = hexToBytes(line);
    assert(entry !== null, "the writer prints entries");
    acknowledged.push(entry);
  });
  const writer = { name, child, acknowledged, ended: once(lines, "close") };
  writers.push(writer);
  await expect.poll(() => acknowledged.length, { timeout: 30_000 }).toBeGreaterThan(0);
  return writer;
};

interface Written {
  readonly size: bigint;
  readonly term: bigint;
  readonly writer: string;
}

const readAudit = async (): Promise<readonly Written[]> => {
  const { rows } = await sql<Written>`select size, term, writer from head_audit order by place`.execute(
    db.database.kysely,
  );
  return rows;
};

/** The one that wrote last. */
const currentWriter = async (): Promise<Writer> => {
  const name = (await readAudit()).at(-1)?.writer;
  const found = writers.find((writer) => writer.name === name);
  assert(found !== undefined, "one of the processes writes");
  return found;
};

/** One history, in which each term has one writer, and each acknowledged entry has one place. */
const checkHistory = async (): Promise<void> => {
  const audit = await readAudit();
  const writerByTerm = new Map<bigint, string>();
  for (const [i, { size, term, writer }] of audit.entries()) {
    const before = audit[i - 1];
    expect(size >= (before?.size ?? 0n) && term >= (before?.term ?? 0n)).toBe(true);
    if (size === 0n) continue;
    expect(writerByTerm.get(term) ?? writer).toBe(writer);
    writerByTerm.set(term, writer);
  }
  const log = await openTestLog(db.database);
  const verifyProof = createProofCheck(log);
  const acknowledged = writers.flatMap((writer) => writer.acknowledged);
  const places = new Set<number>();
  for (let from = 0; from < acknowledged.length; from += 2_000) {
    const portion = acknowledged.slice(from, from + 2_000);
    const proofs = await proofsOf(db.database, log, portion);
    for (const [i, entry] of portion.entries()) places.add(verifyProof(entry, proofs[i] ?? null).index);
  }
  expect(places.size).toBe(acknowledged.length);
  const { rows } = await sql<{ entries: bigint; distinct: bigint; size: bigint }>`
    select count(*) as entries, count(distinct entry) as distinct, (select size from log_head) as size
    from log_entry`.execute(db.database.kysely);
  expect(rows[0]?.entries).toBe(rows[0]?.size);
  expect(rows[0]?.distinct).toBe(rows[0]?.size);
  await log.stop();
};

const DEFAULT_LEASE_MS = 8_000;
const TEST_TIMEOUT_MS = 120_000;

const pauseOrGo = (writer: Writer, isPaused: boolean) => writer.child.kill(isPaused ? "SIGSTOP" : "SIGCONT");

test("the holder is killed: another server writes within 15 seconds, and nothing acknowledged is lost", {
  timeout: TEST_TIMEOUT_MS,
}, async () => {
  const first = await startWriter("first", { leaseMs: DEFAULT_LEASE_MS });
  const second = await startWriter("second", { leaseMs: DEFAULT_LEASE_MS });
  expect(await currentWriter()).toBe(first);
  first.child.kill("SIGKILL");
  await first.ended;
  const killedAt = performance.now();
  await sleep(500);
  const before = second.acknowledged.length;
  await expect.poll(() => second.acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(before);
  expect(performance.now() - killedAt).toBeLessThan(15_000);
  expect(await currentWriter()).toBe(second);
  second.child.kill("SIGKILL");
  await second.ended;
  await checkHistory();
});

describe("a holder that sleeps through its lease", { timeout: TEST_TIMEOUT_MS }, () => {
  test("does not write when it wakes up, and its own requests are answered by the new one", async () => {
    const first = await startWriter("first", { leaseMs: 1_000 });
    const second = await startWriter("second", { leaseMs: 1_000 });
    expect(await currentWriter()).toBe(first);
    pauseOrGo(first, true);
    await expect.poll(async () => (await currentWriter()).name, { timeout: 20_000 }).toBe("second");
    pauseOrGo(first, false);
    const before = first.acknowledged.length;
    await expect.poll(() => first.acknowledged.length, { timeout: 20_000 }).toBeGreaterThan(before + 20);
    expect(await currentWriter()).toBe(second);
    for (const writer of writers) writer.child.kill("SIGKILL");
    await Promise.all(writers.map(({ ended }) => ended));
    await checkHistory();
  });
});

test("of many servers that sleep and wake at random, one writes at a time", { timeout: TEST_TIMEOUT_MS }, async () => {
  await Promise.all(["a", "b", "c", "d"].map((name) => startWriter(name, { leaseMs: 400 })));
  for (let round = 0; round < 9; round += 1) {
    // The one that writes just now is put to sleep each time, in the middle of whatever it does.
    const holder = await currentWriter();
    pauseOrGo(holder, true);
    if (round % 3 > 0) await sleep(300 + round * 50);
    else await expect.poll(async () => (await currentWriter()).name, { timeout: 20_000 }).not.toBe(holder.name);
    pauseOrGo(holder, false);
  }
  const terms = new Set((await readAudit()).map(({ term }) => term));
  expect(terms.size).toBeGreaterThan(2);
  for (const writer of writers) writer.child.kill("SIGKILL");
  await Promise.all(writers.map(({ ended }) => ended));
  await checkHistory();
});

test("a server that stops hands the log over at once", { timeout: TEST_TIMEOUT_MS }, async () => {
  const leaseMs = 60_000;
  const first = await openTestLog(db.database, { leaseMs });
  const second = await openTestLog(db.database, { leaseMs: 800 });
  await first.stop();
  const entry = new Uint8Array(32).fill(7);
  await enqueue(db.database, second, [entry]);
  expect(await second.waitForProof(subjectOf(entry), 5_000)).not.toBeNull();
  await second.stop();
});
