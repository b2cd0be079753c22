import { bytesToUtf8, equalBytes, err, ok, type Result } from "@underseal/foundation";
import {
  type Checkpoint,
  foldRoot,
  type Policy,
  proveConsistencyByTiles,
  type ReadTile,
  readTileNodes,
  rootNodes,
  type TlogErrorCode,
  tlogErrorSentence,
  verifyWitnessedCheckpoint,
  type WitnessedCheckpoint,
} from "@underseal/tlog";
import { type LogFiles, UnreachableError } from "./source.ts";

// One look at a log: is what it shows now signed as it must be, and does it continue what it showed before? All of it
// from the public files: no question is put that a log could answer to us alone.

export type AlarmCode =
  /** Two histories under one signature. */
  | "FORK"
  /** Fewer entries than it had. */
  | "ROLLBACK"
  /** Not, or wrongly, signed by the log. */
  | "BAD_SIGNATURE"
  /** Cosigned by too few of the policy's witnesses. */
  | "QUORUM_MISSING"
  /** Not a checkpoint at all. */
  | "UNREADABLE"
  /** The tiles are missing or belong to no checkpoint. */
  | "TILES";

export interface Alarm {
  readonly code: AlarmCode;
  readonly sentence: string;
  /** What the log shows now, byte for byte where that is text. */
  readonly shown: string;
}

export interface Look extends WitnessedCheckpoint {
  readonly note: string;
}

export interface CheckInput {
  readonly files: LogFiles;
  readonly policy: Policy;
  /** The newest checkpoint that an earlier look accepted; `null` at the first. */
  readonly seen: Checkpoint | null;
}

const alarmOf = (code: TlogErrorCode): AlarmCode => {
  if (code === "LOG_FORKED") return "FORK";
  if (code === "QUORUM_MISSING") return "QUORUM_MISSING";
  if (code.startsWith("TILE_")) return "TILES";
  const isUnsigned = /^NOTE_SIGN(ATURE_INVALID|ER_UNKNOWN)$|^CHECKPOINT_ORIGIN_UNKNOWN$/.test(code);
  return isUnsigned ? "BAD_SIGNATURE" : "UNREADABLE";
};

/** Looks once. Throws `UnreachableError` where the log's files cannot be had. */
export const checkLog = async ({ files, policy, seen }: CheckInput): Promise<Result<Look, Alarm>> => {
  const bytes = await files.read("checkpoint");
  if (bytes === null) throw new UnreachableError("there is no checkpoint at this address");
  const note = bytesToUtf8(bytes) ?? "";
  const refuse = (code: TlogErrorCode): Result<never, Alarm> =>
    err({ code: alarmOf(code), sentence: tlogErrorSentence(code), shown: note });
  const witnessed = verifyWitnessedCheckpoint(note, policy);
  if (!witnessed.ok) return refuse(witnessed.error.code);
  const { checkpoint } = witnessed.value;
  if (seen !== null && checkpoint.origin !== seen.origin) return refuse("CHECKPOINT_ORIGIN_UNKNOWN");
  if (seen !== null && checkpoint.size < seen.size) {
    const sentence = `The log shows ${checkpoint.size} entries, though it had ${seen.size}.`;
    return err({ code: "ROLLBACK", sentence, shown: note });
  }
  const shown = await checkTiles(checkpoint, seen, files.read);
  return shown === null ? ok({ ...witnessed.value, note }) : refuse(shown);
};

/** What is wrong with the tiles under a checkpoint, `null` if nothing is. */
const checkTiles = async (
  { size, root }: Checkpoint,
  seen: Checkpoint | null,
  readTile: ReadTile,
): Promise<TlogErrorCode | null> => {
  if (seen !== null && seen.size > 0) {
    const growth = { oldSize: seen.size, oldRoot: seen.root, newSize: size, newRoot: root, readTile };
    const continued = await proveConsistencyByTiles(growth);
    return continued.ok ? null : continued.error.code;
  }
  // Every log continues an empty one; that its tiles are there and its own can be seen all the same.
  const read = await readTileNodes({ size, nodes: rootNodes(size), readTile });
  if (!read.ok) return read.error.code;
  return equalBytes(foldRoot(size, read.value), root) ? null : "TILE_MISMATCH";
};
