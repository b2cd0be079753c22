import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { err, ok, type Result } from "@underseal/foundation";
import { makeDirectory, systemErrorCode } from "./files.ts";

export interface DataDirError {
  readonly code: "DATA_DIR_UNWRITABLE";
  readonly message: string;
  readonly cause?: unknown;
}

/** Makes the data directory and sees whether it can be used, before anything is started on it. */
export const prepareDataDir = async (dataDir: string): Promise<Result<null, DataDirError>> => {
  try {
    await makeDirectory(dataDir, 0o700);
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return ok(null);
  } catch (cause) {
    return err({
      code: "DATA_DIR_UNWRITABLE",
      message:
        `The data directory ${dataDir} cannot be used (${systemErrorCode(cause) ?? "unknown error"}). ` +
        "Make it writable for the user that starts Underseal, or choose another with UNDERSEAL_DATA_DIR.",
      cause,
    });
  }
};
