import { spawn } from "node:child_process";
import { chmod, mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import { err, ok, type Result } from "@underseal/foundation";
import { isProcessAlive, systemErrorCode } from "../files.ts";
import type { EmbeddedPostgresError } from "./embedded-errors.ts";
import type { PostgresUser } from "./postgres-user.ts";

/** The folder that holds the cluster and the library links; the other user may pass through it, not list it. */
export const preparePostgresDir = async (
  dataDir: string,
  user: PostgresUser,
): Promise<Result<string, EmbeddedPostgresError>> => {
  const postgresDir = path.join(dataDir, "postgres");
  const mode = user.isOther ? 0o711 : 0o700;
  try {
    await mkdir(dataDir, { recursive: true, mode });
    await mkdir(postgresDir, { recursive: true, mode });
    if (user.isOther) for (const directory of [dataDir, postgresDir]) await chmod(directory, mode);
    await removeAbandonedDrafts(postgresDir);
    return (await canReach(postgresDir, user)) ? ok(postgresDir) : err(unreachable(dataDir));
  } catch (error) {
    return err(unwritable(dataDir, error));
  }
};

/** Drafts of starters that are no longer alive; their names end with the starter's process id. */
const removeAbandonedDrafts = async (postgresDir: string): Promise<void> => {
  for (const name of await readdir(postgresDir)) {
    const starter = /\.new-(\d+)$/.exec(name)?.[1];
    if (starter === undefined || isProcessAlive(Number(starter))) continue;
    await rm(path.join(postgresDir, name), { recursive: true, force: true });
  }
};

/** Asks as that user: what it may pass depends on every folder above, and on more than their modes. */
const canReach = (directory: string, user: PostgresUser): Promise<boolean> =>
  new Promise((resolve) => {
    const child = spawn("/bin/sh", ["-c", 'cd "$1"', "sh", directory], {
      cwd: "/",
      stdio: "ignore",
      ...user.spawnOptions,
    });
    child.on("error", () => resolve(false));
    child.on("close", (exitCode) => resolve(exitCode === 0));
  });

const unreachable = (dataDir: string): EmbeddedPostgresError => ({
  code: "DATA_DIR_UNWRITABLE",
  message:
    `PostgreSQL may not use ${dataDir}: as root it runs as the user nobody, who cannot pass one of the folders above ` +
    "it. Choose a directory that is not inside a private one with UNDERSEAL_DATA_DIR.",
});

export const unwritable = (dataDir: string, error: unknown): EmbeddedPostgresError => ({
  code: "DATA_DIR_UNWRITABLE",
  message:
    `The data directory ${dataDir} cannot be used (${systemErrorCode(error) ?? "unknown error"}). ` +
    "Make it writable for the user that starts Underseal, or choose another with UNDERSEAL_DATA_DIR.",
  cause: error,
});
