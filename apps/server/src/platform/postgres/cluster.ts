import { spawn } from "node:child_process";
import { chmod, chown, lstat, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { assert, bytesToBase64Url, err, ok, type Random, type Result } from "@underseal/foundation";
import { syncDirectory, systemErrorCode } from "../files.ts";
import type { PostgresBinaries } from "./binaries.ts";
import type { EmbeddedPostgresError } from "./embedded-errors.ts";
import { unwritable } from "./postgres-dir.ts";
import type { PostgresUser } from "./postgres-user.ts";

// One PostgreSQL cluster in our data directory:
//   postgres/cluster/data      owned by the user that PostgreSQL runs as, 0700
//   postgres/cluster/password  ours, 0600
// It is made under a draft name and renamed when complete, so a start that dies half way leaves no half cluster.

export interface Cluster {
  readonly dataDir: string;
  readonly password: string;
}

export const openCluster = async (options: {
  readonly postgresDir: string;
  readonly binaries: PostgresBinaries;
  readonly user: PostgresUser;
  readonly random: Random;
}): Promise<Result<Cluster, EmbeddedPostgresError>> => {
  const clusterDir = path.join(options.postgresDir, "cluster");
  try {
    const present = await readCluster(clusterDir);
    if (present !== null) return ok(present);
    const made = await createCluster(clusterDir, options);
    if (!made.ok) return made;
    const cluster = await readCluster(clusterDir);
    assert(cluster !== null, "a cluster that was just made is there");
    return ok(cluster);
  } catch (error) {
    return err(unwritable(options.postgresDir, error));
  }
};

const readCluster = async (clusterDir: string): Promise<Cluster | null> => {
  const present = await lstat(clusterDir).catch(() => null);
  if (present === null) return null;
  const password = await readFile(path.join(clusterDir, "password"), "utf8");
  return { dataDir: path.join(clusterDir, "data"), password: password.trim() };
};

const PASSWORD_BYTES = 24;

const createCluster = async (
  clusterDir: string,
  options: { readonly binaries: PostgresBinaries; readonly user: PostgresUser; readonly random: Random },
): Promise<Result<null, EmbeddedPostgresError>> => {
  const draftDir = `${clusterDir}.new-${process.pid}`;
  const draft = { data: path.join(draftDir, "data"), password: path.join(draftDir, "password") };
  await mkdir(draft.data, { recursive: true, mode: 0o711 });
  await chmod(draft.data, 0o700);
  await writePassword(draft.password, bytesToBase64Url(options.random.bytes(PASSWORD_BYTES)));
  if (options.user.isOther) {
    await chmod(draftDir, 0o711);
    await chown(draft.data, options.user.uid, options.user.gid);
    await chown(draft.password, options.user.uid, options.user.gid);
  }
  const initialised = await runInitdb(draft, options);
  if (!initialised.ok) {
    await rm(draftDir, { recursive: true, force: true });
    return initialised;
  }
  if (options.user.isOther) await chown(draft.password, 0, 0);
  await keepDraft(draftDir, clusterDir);
  return ok(null);
};

const writePassword = async (file: string, password: string): Promise<void> => {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.writeFile(`${password}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const runInitdb = (
  draft: { readonly data: string; readonly password: string },
  options: { readonly binaries: PostgresBinaries; readonly user: PostgresUser },
): Promise<Result<null, EmbeddedPostgresError>> => {
  const args = ["-D", draft.data, "-U", "postgres", "--auth=scram-sha-256", `--pwfile=${draft.password}`];
  args.push("--locale-provider=builtin", "--locale=C.UTF-8", "-E", "UTF8", "-k");
  return new Promise((resolve) => {
    let output = "";
    const keepTail = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-2_000);
    };
    const child = spawn(options.binaries.initdb, args, {
      env: options.binaries.env,
      cwd: "/",
      stdio: ["ignore", "pipe", "pipe"],
      ...options.user.spawnOptions,
    });
    child.stdout.on("data", keepTail);
    child.stderr.on("data", keepTail);
    child.on("error", (cause) => resolve(err(initdbFailed(draft.data, String(cause)))));
    child.on("close", (exitCode) => resolve(exitCode === 0 ? ok(null) : err(initdbFailed(draft.data, output.trim()))));
  });
};

const initdbFailed = (dataDir: string, detail: string): EmbeddedPostgresError => {
  const full = /No space left on device/.test(detail);
  return {
    code: full ? "DATA_DIR_UNWRITABLE" : "START_FAILED",
    message: full
      ? `There is no space left for the database in ${dataDir}. Free some and start again.`
      : "The embedded PostgreSQL could not make its data directory; set DATABASE_URL to a PostgreSQL 15 or newer.",
    detail,
  };
};

/** Two first starts at once each make a cluster; the rename decides which one stays. */
const keepDraft = async (draftDir: string, clusterDir: string): Promise<void> => {
  try {
    await rename(draftDir, clusterDir);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    await rm(draftDir, { recursive: true, force: true });
  }
  await syncDirectory(path.dirname(clusterDir));
};
