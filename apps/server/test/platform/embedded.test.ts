import { type ChildProcess, spawn } from "node:child_process";
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { assert, createSystemRandom } from "@underseal/foundation";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isProcessAlive } from "../../src/platform/files.ts";
import { openDatabase } from "../../src/platform/postgres/database.ts";
import { startEmbeddedPostgres } from "../../src/platform/postgres/embedded.ts";
import { createTestDir } from "../support/database.ts";

const random = createSystemRandom();
let dataDir: string;
beforeAll(async () => {
  dataDir = await createTestDir();
});
afterAll(() => rm(dataDir, { recursive: true }));

const start = async (directory = dataDir) => {
  const started = await startEmbeddedPostgres({ dataDir: directory, random });
  assert(started.ok, started.ok ? "" : `${started.error.code} ${started.error.message} ${started.error.detail}`);
  return started.value;
};
const run = async (url: string, statement: string): Promise<readonly unknown[]> => {
  const database = await openDatabase(url, { random });
  assert(database.ok, "the database opens");
  try {
    return (await sql.raw(statement).execute(database.value.kysely)).rows;
  } finally {
    await database.value.close();
  }
};
const lockFile = () => path.join(dataDir, "postgres/cluster/data/postmaster.pid");
const postmasterPid = async () => Number((await readFile(lockFile(), "utf8")).split("\n")[0]);
const waitUntilGone = async (pid: number) => {
  for (let waits = 0; isProcessAlive(pid) && waits < 100; waits += 1) await sleep(100);
  return !isProcessAlive(pid);
};

test("it starts on a socket alone, as an unprivileged user, with checksums and scram, and keeps what was written", async () => {
  const first = await start();
  await run(first.url, "create table kept as select 1 as one");
  expect(
    await run(
      first.url,
      `select current_setting('listen_addresses') as tcp, current_setting('fsync') as fsync,
      current_setting('data_checksums') as sums, current_setting('password_encryption') as auth`,
    ),
  ).toEqual([{ tcp: "", fsync: "on", sums: "on", auth: "scram-sha-256" }]);
  const owner = (await stat(path.join(dataDir, "postgres/cluster/data"))).uid;
  expect(owner).not.toBe(0);
  const password = await stat(path.join(dataDir, "postgres/cluster/password"));
  expect([password.mode & 0o777, password.uid]).toEqual([0o600, process.getuid?.()]);
  const pid = await postmasterPid();
  await first.stop();
  expect(isProcessAlive(pid)).toBe(false);

  const second = await start();
  expect(await run(second.url, "select one from kept")).toEqual([{ one: 1 }]);
  await second.stop();
});

test("a second start on one data directory is refused with a remedy, and the first goes on", async () => {
  const first = await start();
  try {
    const second = await startEmbeddedPostgres({ dataDir, random });
    expect(second).toMatchObject({
      ok: false,
      error: { code: "OCCUPIED", message: expect.stringContaining("UNDERSEAL_DATA_DIR") },
    });
    expect(await run(first.url, "select 1 as one")).toEqual([{ one: 1 }]);
  } finally {
    await first.stop();
  }
});

/** Another process that starts PostgreSQL on the directory and stays until it is killed. */
const startElsewhere = async (): Promise<{ readonly child: ChildProcess; readonly url: string }> => {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, "../support/start-postgres.ts"), dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  assert(child.stdout !== null, "its words are piped");
  for await (const line of createInterface(child.stdout)) return { child, url: line };
  throw new Error("the other process ended early");
};

describe("after kill -9", () => {
  test("of the process that started it, PostgreSQL ends, and the next start has every acknowledged row", async () => {
    const { child, url } = await startElsewhere();
    await run(url, "create table if not exists acknowledged (n int)");
    await run(url, "insert into acknowledged select generate_series(1, 500)");
    const pid = await postmasterPid();
    child.kill("SIGKILL");
    // The very next start must wait for the old server's end by itself.
    const next = await start();
    expect(await waitUntilGone(pid)).toBe(true);
    expect(await run(next.url, "select count(*) as n from acknowledged")).toEqual([{ n: 500n }]);
    await next.stop();
  });

  test("of PostgreSQL itself, its starter is told, and the next start recovers", async () => {
    const first = await start();
    await run(first.url, "create table recovered as select 7 as seven");
    process.kill(await postmasterPid(), "SIGKILL");
    await first.died;
    await first.stop();
    const next = await start();
    expect(await run(next.url, "select seven from recovered")).toEqual([{ seven: 7 }]);
    await next.stop();
  });

  test("a lock file whose number now belongs to another program does not stop the start", async () => {
    await writeFile(lockFile(), `${process.pid}\n${path.dirname(lockFile())}\n0\n5432\n`);
    const next = await start();
    await next.stop();
  });

  test("half a cluster of a starter that died is thrown away", async () => {
    const abandoned = path.join(dataDir, "postgres/cluster.new-999999999");
    await mkdir(abandoned);
    await (await start()).stop();
    expect(await readdir(path.dirname(abandoned))).not.toContain("cluster.new-999999999");
  });
});

test("a data directory whose path is too long for a socket works too", async () => {
  const deep = path.join(dataDir, "d".repeat(60), "e".repeat(60));
  await mkdir(deep, { recursive: true });
  for (const directory of [path.dirname(deep), deep]) await chmod(directory, 0o711);
  const postgres = await start(deep);
  expect(await run(postgres.url, "select 1 as one")).toEqual([{ one: 1 }]);
  const socketDir = decodeURIComponent(postgres.url.split("host=")[1] ?? "");
  expect(socketDir).toMatch(/^\/tmp\/underseal-/);
  await postgres.stop();
  await expect(stat(socketDir)).rejects.toThrow("ENOENT");
});

test("a data directory below a file, or inside somebody's private one, is refused with a remedy", async () => {
  const file = path.join(dataDir, "file");
  await writeFile(file, "");
  expect(await startEmbeddedPostgres({ dataDir: path.join(file, "data"), random })).toMatchObject({
    ok: false,
    error: { code: "DATA_DIR_UNWRITABLE", message: expect.stringContaining("UNDERSEAL_DATA_DIR") },
  });
  if (process.getuid?.() !== 0) return;
  const privateDir = path.join(dataDir, "private");
  await mkdir(privateDir, { mode: 0o700 });
  expect(await startEmbeddedPostgres({ dataDir: path.join(privateDir, "data"), random })).toMatchObject({
    ok: false,
    error: { code: "DATA_DIR_UNWRITABLE", message: expect.stringContaining("nobody") },
  });
});
