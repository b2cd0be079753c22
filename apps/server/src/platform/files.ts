import { constants } from "node:fs";
import { access, mkdir, open, stat } from "node:fs/promises";
import path from "node:path";

/** The error number's name (`EACCES`, `ENOSPC`, …) of what a system call threw, or `null` for anything else. */
export const systemErrorCode = (error: unknown): string | null =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;

/**
 * Makes the names in a directory durable. A file that was synced but whose name was not is gone after a power
 * cut, so every durable write ends with this.
 */
export const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/**
 * Makes a directory and the missing ones above it. Node's own `recursive` never returns where the parent is there and
 * yet nothing can be made in it, as in /proc.
 */
export const makeDirectory = async (directory: string, mode: number): Promise<void> => {
  try {
    await mkdir(directory, { mode });
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === "EEXIST" && (await stat(directory)).isDirectory()) return;
    const parent = path.dirname(directory);
    if (code !== "ENOENT" || (await isThere(parent))) throw error;
    await makeDirectory(parent, mode);
    // The parent is there now, so this is the last time.
    await makeDirectory(directory, mode);
  }
};

const isThere = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

/** Whether a process with this id exists on this machine, whoever owns it. */
export const isProcessAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === "EPERM";
  }
};
