// What this browser has seen of a log, and what others were shown of it: the tracker's checkpoint travels to the client
// inside a sealed file, past the platform, so a platform that shows each of them another log is caught here. Pure but
// for the tiles that are read.
import { bytesToBase64Url, equalBytes } from "@underseal/foundation";
import {
  type Checkpoint,
  decodeVerifierKey,
  formatNote,
  parseNote,
  proveConsistencyByTiles,
  type ReadTile,
  verifyCheckpoint,
} from "@underseal/tlog";

/** A checkpoint whose signature was checked, with the log's own signature and no other. */
export interface SeenCheckpoint extends Pick<Checkpoint, "size" | "root"> {
  readonly note: string;
}

/** `FORK`: two signed checkpoints of which none continues the other. `EQUIVOCATION`: two roots of one size.
 * `ROLLBACK`: a log that got shorter, or never showed the public what it signed. `WITHHELD`: what would compare the
 * two cannot be had for too long. That is no proof, but silence is what a fork would need. */
export const LOG_ALARM_CODES = ["FORK", "EQUIVOCATION", "ROLLBACK", "WITHHELD"] as const;
export type LogAlarmCode = (typeof LOG_ALARM_CODES)[number];

export interface LogAlarm {
  readonly code: LogAlarmCode;
  /** Both notes are signed with the log's own key: together they convict it, but for `WITHHELD`. `null`: none yet. */
  readonly knownNote: string | null;
  readonly shownNote: string;
  readonly atMs: number;
}

/** `unknown`: the tiles or the part of the log that it takes cannot be had now. */
export type Comparison = "consistent" | "unknown" | LogAlarmCode;

/**
 * What is kept of a note: anyone on the way may add signature lines, so it is rebuilt from its text and the log's own
 * line, and whoever adds junk cannot fill the memory with it. `null`: not signed by this log (its verifier key).
 */
export const seenCheckpoint = (log: string, note: string): SeenCheckpoint | null => {
  const key = decodeVerifierKey(log);
  if (!key.ok) return null;
  const { name, id } = key.value;
  const checkpoint = verifyCheckpoint(note, [key.value]);
  const parsed = parseNote(note);
  if (!checkpoint.ok || !parsed.ok) return null;
  const own = parsed.value.signatures.filter((line) => line.name === name && line.keyId === id).slice(0, 1);
  const { size, root } = checkpoint.value;
  return { size, root, note: formatNote({ text: parsed.value.text, signatures: own }) };
};

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
