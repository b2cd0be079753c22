import { constants } from "node:fs";
import { open } from "node:fs/promises";

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

/** Whether a process with this id exists on this machine, whoever owns it. */
export const isProcessAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemErrorCode(error) === "EPERM";
  }
};
