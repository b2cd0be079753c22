import { readFile, readlink, realpath, rm } from "node:fs/promises";
import path from "node:path";

/**
 * Removes a lock file whose process id now belongs to something else, as after a restarted container or machine:
 * PostgreSQL itself only asks whether the process exists. A postmaster's working directory is its data directory,
 * so that tells them apart. Where nothing can be known (no /proc) the file stays and PostgreSQL decides.
 */
export const removeForeignLock = async (dataDir: string): Promise<void> => {
  const lockFile = path.join(dataDir, "postmaster.pid");
  const lock = await readFile(lockFile, "utf8").catch(() => null);
  const pid = lock?.split("\n")[0]?.trim() ?? "";
  if (!/^\d+$/.test(pid)) return;
  const workingDir = await readlink(`/proc/${pid}/cwd`).catch(() => null);
  if (workingDir === null || workingDir === (await realpath(dataDir))) return;
  await rm(lockFile, { force: true });
};
