// Each demo has a folder of its own under the system's temporary one, named after its process, so that what a killed
// demo left behind can be told from what a running one uses.
import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";

const PREFIX = "underseal-demo-";

export const createWorkDir = async (temporaryDir: string): Promise<string> => {
  await removeAbandoned(temporaryDir);
  const directory = path.join(temporaryDir, `${PREFIX}${process.pid}`);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { mode: 0o711 });
  return directory;
};

const removeAbandoned = async (temporaryDir: string): Promise<void> => {
  for (const name of await readdir(temporaryDir)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)$`).exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    // Another person's leftovers are theirs to remove.
    await rm(path.join(temporaryDir, name), { recursive: true, force: true }).catch(() => {});
  }
};

const isAlive = (pid: number): boolean => {
  if (existsSync(`/proc/${pid}`)) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (cause) {
    return cause instanceof Error && "code" in cause && cause.code === "EPERM";
  }
};
