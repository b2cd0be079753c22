import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { err, ok, type Result } from "@underseal/foundation";
import type { WitnessStartError } from "./errors.ts";

const SQLITE_BUSY = 5;

const isBusy = (cause: unknown): boolean =>
  cause instanceof Error && "errcode" in cause && cause.errcode === SQLITE_BUSY;

/**
 * Keeps a second witness out of a data directory: two that each remember only their own cosignatures would together
 * cosign a fork. The system lets go of the lock when the process ends, however it ends, which a file with a process
 * number in it cannot promise. Returns what lets go of it.
 */
export const lockDirectory = (directory: string): Result<() => void, WitnessStartError> => {
  const lock = new DatabaseSync(path.join(directory, "lock"));
  try {
    lock.exec("begin exclusive");
    return ok(() => lock.close());
  } catch (cause) {
    lock.close();
    if (!isBusy(cause)) throw cause;
    const message = `Another witness is running with the data directory ${directory}: stop it first.`;
    return err({ code: "DATA_DIR_IN_USE", message, cause });
  }
};
