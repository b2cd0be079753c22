// Private files that are there whole after a power cut or not at all: a temporary name, the bytes synced, the final name,
// the directory synced. The temporary file is made anew under a name that nobody can foresee, so nothing that was put
// there beforehand, a link least of all, is ever written to.
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { link, lstat, open, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { MINUTE_MS } from "@underseal/foundation";

const PRIVATE = 0o600;
const TEMPORARY_NAME = /\.[0-9a-f]{16}\.tmp$/;
/** Writing takes less than a second: what is older was left by a process that was killed. */
const STALE_MS = 10 * MINUTE_MS;
const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW, O_RDONLY } = constants;

/** In place of what is there. Throws what the file system throws (`ENOSPC`, `EACCES`), leaving nothing behind. */
export const writeFileDurably = (file: string, bytes: Uint8Array): Promise<void> =>
  place(file, bytes, (temporary) => rename(temporary, file));

/** Where nothing is there yet; of several that try at once one succeeds, and its file stays. Throws as above. */
export const createFileDurably = (file: string, bytes: Uint8Array): Promise<void> =>
  place(file, bytes, async (temporary) => {
    await link(temporary, file).catch((cause) => {
      if (cause.code !== "EEXIST") throw cause;
    });
  });

/**
 * Removes what killed writers left in a directory; it may hold secrets. Files of those that write now stay. `nowMs`: of the
 * machine's own clock, which files bear. A directory that is absent or cannot be read is passed over.
 */
export const removeStaleTemporaries = async (directory: string, nowMs: number): Promise<void> => {
  for (const name of await readdir(directory).catch(() => [])) {
    if (!TEMPORARY_NAME.test(name)) continue;
    const file = path.join(directory, name);
    // One that is gone by now was being written.
    const stats = await lstat(file).catch(() => null);
    if (stats?.isFile() && stats.mtimeMs < nowMs - STALE_MS) await rm(file, { force: true });
  }
};

const place = async (
  file: string,
  bytes: Uint8Array,
  giveName: (temporary: string) => Promise<void>,
): Promise<void> => {
  const temporary = `${file}.${randomBytes(8).toString("hex")}.tmp`;
  const handle = await open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, PRIVATE);
  try {
    try {
      await handle.writeFile(bytes);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await giveName(temporary);
    await syncDirectory(path.dirname(file));
  } finally {
    await rm(temporary, { force: true });
  }
};

const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
