import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { err, ok, type Random, type Result } from "@underseal/foundation";
import { findBinaries } from "./binaries.ts";
import { type Cluster, openCluster } from "./cluster.ts";
import type { EmbeddedPostgresError } from "./embedded-errors.ts";
import { preparePostgresDir } from "./postgres-dir.ts";
import { choosePostgresUser } from "./postgres-user.ts";
import { spawnPostmaster } from "./postmaster.ts";
import { removeForeignLock } from "./postmaster-lock.ts";
import { prepareSocketDir, removeSocketDir } from "./socket-dir.ts";

export type { EmbeddedPostgresError } from "./embedded-errors.ts";

export interface EmbeddedPostgres {
  /** Holds the password: never print it. */
  readonly url: string;
  /** Resolves when PostgreSQL ended although nobody called `stop`. */
  readonly died: Promise<{ readonly detail: string }>;
  /** Ends all connections, writes everything and returns when the process is gone. */
  stop(): Promise<void>;
}

export interface StartOptions {
  /** The server's data directory; the cluster is made below it at the first start. */
  readonly dataDir: string;
  readonly random: Random;
  /** Further `name=value` settings. Tests turn `fsync` off; a server never does. */
  readonly settings?: readonly string[];
  /** Where the binaries are copied when root's clone is private. */
  readonly copyParentDir?: string;
}

/**
 * Starts the PostgreSQL that came with the packages, on a socket in a private directory and no port. It ends when
 * this process ends, also by kill -9. One data directory has one server: a second start is `OCCUPIED`.
 */
export const startEmbeddedPostgres = async (
  options: StartOptions,
): Promise<Result<EmbeddedPostgres, EmbeddedPostgresError>> => {
  if (process.platform === "win32") return err(unsupportedWindows);
  const user = choosePostgresUser();
  const dataDir = path.resolve(options.dataDir);
  const postgresDir = await preparePostgresDir(dataDir, user);
  if (!postgresDir.ok) return postgresDir;
  const copyParentDir = options.copyParentDir ?? (user.isOther ? "/var/cache/underseal" : postgresDir.value);
  const binaries = await findBinaries({ linksParentDir: postgresDir.value, user, copyParentDir });
  if (!binaries.ok) return binaries;
  const clusterOptions = { postgresDir: postgresDir.value, binaries: binaries.value, user, random: options.random };
  const cluster = await openCluster(clusterOptions);
  if (!cluster.ok) return cluster;
  const socketDir = await prepareSocketDir(postgresDir.value, user);
  if (!socketDir.ok) return socketDir;
  const started = await startPatiently(
    () =>
      spawnPostmaster({
        binaries: binaries.value,
        user,
        dataDir: cluster.value.dataDir,
        socketDir: socketDir.value,
        settings: options.settings ?? [],
      }),
    { postmasterDataDir: cluster.value.dataDir, dataDir },
  );
  if (!started.ok) return started;
  const { died, stop } = started.value;
  return ok({
    died,
    url: socketUrl(cluster.value, socketDir.value),
    stop: async () => {
      await stop();
      await removeSocketDir(socketDir.value);
    },
  });
};

const unsupportedWindows: EmbeddedPostgresError = {
  code: "PLATFORM_UNSUPPORTED",
  message: "The embedded PostgreSQL is not started on Windows yet; set DATABASE_URL to a PostgreSQL 15 or newer.",
};

// A server whose starter was killed needs a moment to write everything before its directory is free again.
const OCCUPIED_RETRIES_MAX = 12;
const OCCUPIED_RETRY_MS = 250;

const startPatiently = async <T>(
  start: () => Promise<Result<T, EmbeddedPostgresError>>,
  directories: { readonly postmasterDataDir: string; readonly dataDir: string },
): Promise<Result<T, EmbeddedPostgresError>> => {
  for (let retries = 0; ; retries += 1) {
    await removeForeignLock(directories.postmasterDataDir);
    const started = await start();
    if (started.ok || started.error.code !== "OCCUPIED") return started;
    if (retries >= OCCUPIED_RETRIES_MAX) return err(occupied(directories.dataDir, started.error));
    await sleep(OCCUPIED_RETRY_MS);
  }
};

const occupied = (dataDir: string, error: EmbeddedPostgresError): EmbeddedPostgresError => ({
  ...error,
  message:
    `Another Underseal server is already running on ${dataDir}. Stop it first, ` +
    "or give this one a directory of its own with UNDERSEAL_DATA_DIR.",
});

const socketUrl = (cluster: Cluster, socketDir: string): string =>
  `postgres://postgres:${cluster.password}@/postgres?host=${encodeURIComponent(socketDir)}`;
