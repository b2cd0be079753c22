import { constants } from "node:fs";
import { link, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";

// Files that must survive a power cut, for whoever keeps a promise by remembering: a witness and a monitor.

const PRIVATE_FILE = 0o600;
const PRIVATE_DIRECTORY = 0o700;

/** The error number's name (`EACCES`, `ENOSPC`, …) of what a system call threw, or `null` for anything else. */
export const systemErrorCode = (error: unknown): string | null =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;

/** Makes a private directory if it is missing. The one above it must be there. */
export const makeDirectory = async (directory: string): Promise<void> => {
  try {
    await mkdir(directory, { mode: PRIVATE_DIRECTORY });
    await syncDirectory(path.dirname(directory));
  } catch (error) {
    if (systemErrorCode(error) !== "EEXIST") throw error;
  }
};

/** `null` where there is no such file; throws what else goes wrong. */
export const readIfPresent = async (file: string): Promise<Uint8Array | null> => {
  try {
    return await readFile(file);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw error;
  }
};

/**
 * Replaces a file so that after a power cut it is either the old one or the new one, whole: a temporary name, the
 * bytes synced, the final name, the directory synced. One writer for each file at a time.
 */
export const replaceFile = async (file: string, bytes: Uint8Array): Promise<void> => {
  const draft = `${file}.new`;
  try {
    await writeSynced(draft, bytes);
    await rename(draft, file);
  } catch (cause) {
    await rm(draft, { force: true });
    throw cause;
  }
  await syncDirectory(path.dirname(file));
};

/** Makes a file that is not there yet. `false` where it is: an existing one is never touched. */
export const createFile = async (file: string, bytes: Uint8Array): Promise<boolean> => {
  const draft = `${file}.new`;
  try {
    await writeSynced(draft, bytes);
    // `link`, unlike `rename`, refuses an existing name.
    await link(draft, file);
  } catch (error) {
    if (systemErrorCode(error) !== "EEXIST") throw error;
    return false;
  } finally {
    await rm(draft, { force: true });
  }
  await syncDirectory(path.dirname(file));
  return true;
};

const writeSynced = async (file: string, bytes: Uint8Array): Promise<void> => {
  const handle = await open(file, "w", PRIVATE_FILE);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** A file that was synced but whose name was not is gone after a power cut. */
const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
