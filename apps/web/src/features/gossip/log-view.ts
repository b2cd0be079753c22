// What this browser has seen of a log, and what others were shown of it: the tracker's checkpoint travels to the client
// inside a sealed file, past the platform, so a platform that shows each of them another log is caught here. Pure but
// for the tiles that are read.
import { bytesToBase64Url, equalBytes } from "@underseal/foundation";
import { type Checkpoint, proveConsistencyByTiles, type ReadTile } from "@underseal/tlog";

/** A checkpoint whose signature was checked, as it was signed. */
export interface SeenCheckpoint extends Pick<Checkpoint, "size" | "root"> {
  readonly note: string;
}

/** `FORK`: two signed checkpoints of which none continues the other. `EQUIVOCATION`: two roots of one size.
 * `ROLLBACK`: a log that got shorter, or never showed the public what it signed. */
export type LogAlarmCode = "FORK" | "EQUIVOCATION" | "ROLLBACK";

export interface LogAlarm {
  readonly code: LogAlarmCode;
  /** Both notes are signed with the log's own key: together they convict it. */
  readonly knownNote: string;
  readonly shownNote: string;
  readonly atMs: number;
}

/** `unknown`: the tiles or the part of the log that it takes cannot be had now. */
export type Comparison = "consistent" | "unknown" | LogAlarmCode;

/** Whether the larger checkpoint continues the smaller one, by the log's public tiles. */
export const compareCheckpoints = async (
  a: SeenCheckpoint,
  b: SeenCheckpoint,
  readTile: ReadTile,
): Promise<Comparison> => {
  if (a.size === b.size) return equalBytes(a.root, b.root) ? "consistent" : "EQUIVOCATION";
  const [older, newer] = a.size < b.size ? [a, b] : [b, a];
  // Every log continues an empty one.
  if (older.size === 0) return "consistent";
  const claim = { oldSize: older.size, oldRoot: older.root, newSize: newer.size, newRoot: newer.root, readTile };
  const proven = await proveConsistencyByTiles(claim).catch(() => null);
  if (proven === null) return "unknown";
  if (proven.ok) return "consistent";
  return proven.error.code === "LOG_FORKED" ? "FORK" : "unknown";
};

/** Names a checkpoint that was compared already. */
export const checkpointName = ({ size, root }: Pick<SeenCheckpoint, "size" | "root">): string =>
  `${size} ${bytesToBase64Url(root)}`;
