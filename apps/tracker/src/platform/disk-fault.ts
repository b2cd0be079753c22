// A full or broken disk is bad luck, not a broken assumption: it ends the work with a sentence. Both the file system
// and SQLite report it by throwing, from wherever something was being stored.

const FULL = new Set(["ENOSPC", "EDQUOT"]);
const BROKEN = new Set(["EIO", "EROFS"]);

// SQLite's primary result codes.
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_FULL = 13;

/** What to tell the person, or `null` where `cause` is something else. */
export const explainDiskFault = (cause: unknown): string | null => {
  if (!(cause instanceof Error)) return null;
  const code = "code" in cause ? String(cause.code) : "";
  // Extended codes carry the primary one in their lowest byte.
  const sqliteCode = "errcode" in cause ? Number(cause.errcode) & 0xff : null;
  if (FULL.has(code) || sqliteCode === SQLITE_FULL) {
    return "the disk is full: what was accepted until now is kept; free some space and start again";
  }
  if (BROKEN.has(code) || sqliteCode === SQLITE_IOERR || sqliteCode === SQLITE_READONLY) {
    return `the disk cannot be written (${cause.message}): what was accepted until now is kept; check the disk and start again`;
  }
  return null;
};
