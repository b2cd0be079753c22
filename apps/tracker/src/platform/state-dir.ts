// The directory of the tracker's keys, pictures and compiled code. It is believed only where no other user of this machine
// can get into it or put another in its place. The enemy made a directory beforehand where everybody may write, or
// waits for one that its owner left open.
import type { Stats } from "node:fs";
import { lstat, mkdir, readlink } from "node:fs/promises";
import path from "node:path";
import { err, ok, type Result } from "@underseal/foundation";

export interface StateDirError {
  /** `STATE_DIR_SHARED`: other users could read it, change it or replace it. */
  readonly code: "STATE_DIR_UNUSABLE" | "STATE_DIR_SHARED";
  readonly message: string;
}

const PRIVATE_DIR = 0o700;
const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;
const EVERYBODY_WRITES = 0o002;
/** In such a directory (`/tmp`) entries are renamed and removed by their owners alone. */
const STICKY = 0o1000;
const ROOT = 0;

/** Makes it where it is absent; one that others may use is left as it is. */
export const prepareStateDir = async (stateDir: string): Promise<Result<void, StateDirError>> => {
  // A slash at its end would look through a link.
  const directory = path.resolve(stateDir);
  try {
    await mkdir(directory, { recursive: true, mode: PRIVATE_DIR });
    const fault = faultOf(directory, await lstat(directory)) ?? (await findFaultAbove(directory));
    return fault === null ? ok(undefined) : err({ code: "STATE_DIR_SHARED", message: fault });
  } catch (cause) {
    return err(stateDirUnusable(stateDir, cause));
  }
};

/** For what the file system threw about the state directory or something in it. */
export const stateDirUnusable = (stateDir: string, cause: unknown): StateDirError => {
  const reason = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown reason";
  const remedy =
    reason === "ENOSPC"
      ? "free some disk space"
      : "make it a directory that you may write, or set UNDERSEAL_TRACKER_DIR to one";
  return { code: "STATE_DIR_UNUSABLE", message: `cannot use ${stateDir} (${reason}): ${remedy}` };
};

const faultOf = (directory: string, stats: Stats): string | null => {
  const { uid, mode } = stats;
  if (!stats.isDirectory()) {
    return `${directory} is a link: set UNDERSEAL_TRACKER_DIR to the directory that it leads to`;
  }
  if (uid !== ownUid()) return `${directory} belongs to another user: set UNDERSEAL_TRACKER_DIR to one of your own`;
  if ((mode & OTHERS_WRITE) !== 0) {
    return `other users may write to ${directory}: see that everything in it is yours, then run: chmod 700 ${quoted(directory)}`;
  }
  return (mode & OTHERS) === 0 ? null : `other users may look into ${directory}: run: chmod 700 ${quoted(directory)}`;
};

/** Whoever may rename what is above could put another directory in its place, also by the links that lead to it. */
const findFaultAbove = async (directory: string): Promise<string | null> => {
  const reached = await followWay(path.dirname(directory), path.sep);
  return reached.ok ? null : `${reached.error}; or set UNDERSEAL_TRACKER_DIR to a directory elsewhere`;
};

/**
 * Goes step by step as the file system does, through each link's own way too; `from` is a way without links. Answers where
 * it ends, or the first fault: what another user could have put there is not followed.
 */
const followWay = async (way: string, from: string): Promise<Result<string, string>> => {
  let reached = path.isAbsolute(way) ? path.parse(way).root : from;
  for (const name of way.split(path.sep)) {
    const place = path.join(reached, name);
    const stats = await lstat(place);
    const fault = faultAbove(place, stats);
    if (fault !== null) return err(fault);
    const next = stats.isSymbolicLink() ? await followWay(await readlink(place), reached) : ok(place);
    if (!next.ok) return next;
    reached = next.value;
  }
  return ok(reached);
};

const faultAbove = (above: string, stats: Stats): string | null => {
  const { uid, mode } = stats;
  if (uid !== ROOT && uid !== ownUid()) return `${above} belongs to another user, who could put another one there`;
  // What a link's own mode says means nothing.
  const isOpen = stats.isDirectory() && (mode & EVERYBODY_WRITES) !== 0 && (mode & STICKY) === 0;
  return isOpen
    ? `other users may write to ${above}, and could put another one there: run: chmod o-w ${quoted(above)}`
    : null;
};

/** For a shell: what is not plain stands between quotes. */
const quoted = (place: string): string => (/^[\w./-]+$/.test(place) ? place : `'${place.replaceAll("'", "'\\''")}'`);

const ownUid = (): number | undefined => process.geteuid?.();
