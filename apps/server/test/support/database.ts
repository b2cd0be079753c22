import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { assert, bytesToHex, createSystemRandom } from "@underseal/foundation";
import pg from "pg";
import { isProcessAlive } from "../../src/platform/files.ts";
import { type Database, openDatabase } from "../../src/platform/postgres/database.ts";
import { startEmbeddedPostgres } from "../../src/platform/postgres/embedded.ts";
import { migrate } from "../../src/platform/postgres/migrate.ts";

// A fresh, migrated database for a test file: `const test = await createTestDatabase()` in beforeAll and
// `await test.stop()` in afterAll. All databases of a process share one embedded PostgreSQL, started at first use;
// TEST_DATABASE_URL names one to use instead (its user must be allowed to create databases and roles).

export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  stop(): Promise<void>;
}

export const createTestDatabase = async (options: { readonly migrated?: boolean } = {}): Promise<TestDatabase> => {
  const server = await borrowServer();
  const name = `underseal_test_${bytesToHex(createSystemRandom().bytes(6))}`;
  await runAsOwner(server.url, `create database ${name}`);
  const url = server.url.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);
  const opened = await openDatabase(url, { random: createSystemRandom() });
  assert(opened.ok, opened.ok ? "" : opened.error.message);
  if (options.migrated ?? true) {
    const migrated = await migrate(opened.value);
    assert(migrated.ok, migrated.ok ? "" : migrated.error.message);
  }
  return {
    url,
    database: opened.value,
    stop: async () => {
      await opened.value.close();
      await runAsOwner(server.url, `drop database ${name} with (force)`);
      await server.giveBack();
    },
  };
};

const runAsOwner = async (url: string, statement: string): Promise<void> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
};

interface BorrowedServer {
  readonly url: string;
  giveBack(): Promise<void>;
}

let borrowers = 0;
let shared: Promise<SharedPostgres> | null = null;

const borrowServer = async (): Promise<BorrowedServer> => {
  const given = process.env.TEST_DATABASE_URL;
  if (given !== undefined && given !== "") return { url: given, giveBack: async () => {} };
  borrowers += 1;
  shared ??= startSharedPostgres();
  const { url, stop } = await shared;
  return {
    url,
    giveBack: async () => {
      borrowers -= 1;
      if (borrowers > 0) return;
      shared = null;
      await stop();
    },
  };
};

// A test's data need not outlive a power cut.
const FAST_SETTINGS = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"];

export interface SharedPostgres {
  readonly url: string;
  /** Also removes its directory. */
  stop(): Promise<void>;
}

export const startSharedPostgres = async (): Promise<SharedPostgres> => {
  const directory = await createTestDir();
  const started = await startEmbeddedPostgres({
    dataDir: directory,
    random: createSystemRandom(),
    settings: FAST_SETTINGS,
  });
  assert(started.ok, started.ok ? "" : `${started.error.message} ${started.error.detail ?? ""}`);
  return {
    url: started.value.url,
    stop: async () => {
      await started.value.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
};

const PREFIX = "us-test-";

/** A short directory that another user may pass through (PostgreSQL runs as nobody for root). */
export const createTestDir = async (): Promise<string> => {
  await removeAbandonedDirs();
  const directory = await mkdtemp(path.join(tmpdir(), `${PREFIX}${process.pid}-`));
  await chmod(directory, 0o711);
  return directory;
};

/** What killed test runs left behind. */
const removeAbandonedDirs = async (): Promise<void> => {
  for (const name of await readdir(tmpdir())) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid === undefined || isProcessAlive(Number(pid))) continue;
    await rm(path.join(tmpdir(), name), { recursive: true, force: true }).catch(() => {});
  }
};
