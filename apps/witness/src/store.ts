import { readdir } from "node:fs/promises";
import path from "node:path";
import { bytesToHex, bytesToUtf8, err, ok, type Result, utf8ToBytes } from "@underseal/foundation";
import { type Checkpoint, parseCheckpoint, type VerifierKey, verifyNote } from "@underseal/tlog";
import type { WitnessStartError } from "./errors.ts";
import { createFile, readIfPresent, replaceFile } from "./files.ts";
import type { WatchedLog } from "./watched.ts";

// What the witness remembers: for each log, the newest note that it cosigned, with its own cosignature under it. So
// the file vouches for itself: nothing but this witness can have written it, and a flipped bit shows.

export interface Seen {
  readonly note: string;
  readonly checkpoint: Checkpoint;
  /** Unix seconds of our cosignature. */
  readonly time: number;
}

export const logsDirectory = (dataDir: string): string => path.join(dataDir, "logs");
export const evidenceDirectory = (dataDir: string): string => path.join(dataDir, "evidence");

/** How often a log may be convicted on this disk; once is enough, and anyone may send its notes again. */
const EVIDENCE_FILES_MAX = 64;

const fileOf = (dataDir: string, { hash }: WatchedLog): string => path.join(logsDirectory(dataDir), hash);

/** Whether anything has ever been cosigned here. */
export const hasCosigned = async (dataDir: string): Promise<boolean> =>
  (await readdir(logsDirectory(dataDir))).length > 0;

/** The newest note of a log, `null` where there is none. Error: `STATE_DAMAGED`. */
export const readSeen = async (
  dataDir: string,
  log: WatchedLog,
  ownKey: VerifierKey,
): Promise<Result<Seen | null, WitnessStartError>> => {
  const file = fileOf(dataDir, log);
  const bytes = await readIfPresent(file);
  if (bytes === null) return ok(null);
  const note = bytesToUtf8(bytes) ?? "";
  const verified = verifyNote(note, [ownKey]);
  if (!verified.ok) return err(damaged(file, log));
  const checkpoint = parseCheckpoint(verified.value.text);
  const [cosignature] = verified.value.cosignatures;
  if (!checkpoint.ok || checkpoint.value.origin !== log.origin || cosignature === undefined) {
    return err(damaged(file, log));
  }
  return ok({ note, checkpoint: checkpoint.value, time: cosignature.time });
};

/** On the disk, name and all, when this resolves. */
export const writeSeen = (dataDir: string, log: WatchedLog, seen: Seen): Promise<void> =>
  replaceFile(fileOf(dataDir, log), utf8ToBytes(seen.note));

/** Keeps both notes of a log that signed two histories. Returns the file, `null` where there are enough of them. */
export const keepEvidence = async (
  dataDir: string,
  { log, notes, root }: { readonly log: WatchedLog; readonly notes: readonly string[]; readonly root: Uint8Array },
): Promise<string | null> => {
  const directory = evidenceDirectory(dataDir);
  // Counted for each log: one that convicts itself often leaves the others their room.
  const ofLog = (await readdir(directory)).filter((name) => name.startsWith(`${log.hash}-`));
  if (ofLog.length >= EVIDENCE_FILES_MAX) return null;
  const file = path.join(directory, `${log.hash}-${bytesToHex(root).slice(0, 16)}`);
  await createFile(file, utf8ToBytes(notes.join("\n")));
  return file;
};

const damaged = (file: string, { origin }: WatchedLog): WitnessStartError => ({
  code: "STATE_DAMAGED",
  message:
    `What this witness remembers of the log ${origin} (${file}) is damaged, or was written with another key. Put ` +
    "it back from its newest backup; without it the witness could cosign a history that contradicts the one it knows.",
});
