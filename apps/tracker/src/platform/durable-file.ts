import { constants, existsSync } from "node:fs";
import { open, rename, unlink } from "node:fs/promises";
import path from "node:path";

const PRIVATE = 0o600;

/**
 * Writes a file that is either there whole after a power cut or not at all: a temporary name, the bytes synced, the
 * final name, the directory synced. Throws what the file system throws (`ENOSPC`, `EACCES`), leaving nothing behind.
 */
export const writeFileDurably = async (file: string, bytes: Uint8Array): Promise<void> => {
  const temporary = `${file}.tmp`;
  try {
    const handle = await open(temporary, "w", PRIVATE);
    try {
      await handle.writeFile(bytes);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
    await syncDirectory(path.dirname(file));
  } catch (cause) {
    if (existsSync(temporary)) await unlink(temporary);
    throw cause;
  }
};

const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
