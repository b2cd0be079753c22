import { createHash } from "node:crypto";
import { chown, lstat, mkdir, rmdir } from "node:fs/promises";
import path from "node:path";
import { err, ok, type Result } from "@underseal/foundation";
import { systemErrorCode } from "../files.ts";
import type { EmbeddedPostgresError } from "./embedded-errors.ts";
import type { PostgresUser } from "./postgres-user.ts";

// The address of a Unix socket is at most 107 bytes (103 on macOS), name included.
const SOCKET_NAME = "/.s.PGSQL.5432";
const SOCKET_DIR_MAX_BYTES = 103 - SOCKET_NAME.length;

/**
 * A private directory for the socket: in the data directory, or where that path is too long, one in /tmp whose name
 * follows from the data directory, so that a killed server's is used again. A directory that somebody else put
 * there is refused.
 */
export const prepareSocketDir = async (
  postgresDir: string,
  user: PostgresUser,
): Promise<Result<string, EmbeddedPostgresError>> => {
  const preferred = path.join(postgresDir, "socket");
  const place = createHash("sha256").update(postgresDir).digest("hex").slice(0, 16);
  const directory =
    Buffer.byteLength(preferred) <= SOCKET_DIR_MAX_BYTES ? preferred : `/tmp/underseal-${user.uid}-${place}`;
  try {
    const made = await mkdir(directory, { mode: 0o700 }).then(
      () => true,
      (error: unknown) => {
        if (systemErrorCode(error) === "EEXIST") return false;
        throw error;
      },
    );
    if (made && user.isOther) await chown(directory, user.uid, user.gid);
    const found = await lstat(directory);
    const isOurs = found.isDirectory() && found.uid === user.uid && (found.mode & 0o077) === 0;
    return isOurs ? ok(directory) : err(notOurs(directory, null));
  } catch (error) {
    return err(notOurs(directory, error));
  }
};

/** After a stop nothing of ours stays in /tmp; where something is still in use the directory stays. */
export const removeSocketDir = (directory: string): Promise<void> => rmdir(directory).catch(() => {});

const notOurs = (directory: string, cause: unknown): EmbeddedPostgresError => ({
  code: "DATA_DIR_UNWRITABLE",
  message:
    `The directory ${directory} for the database's socket cannot be used (${systemErrorCode(cause) ?? "it belongs to somebody else"}). ` +
    "Remove it, or choose a shorter UNDERSEAL_DATA_DIR.",
  cause,
});
