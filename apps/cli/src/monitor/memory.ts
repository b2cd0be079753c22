import path from "node:path";
import { bytesToUtf8, err, ok, type Result, utf8ToBytes } from "@underseal/foundation";
import { type Checkpoint, type Policy, verifyCheckpoint } from "@underseal/tlog";
import { makeDirectory, readIfPresent, replaceFile } from "@underseal/witness/files";

// What the monitor remembers: the newest note that it accepted, as it was signed, in a file of its own. And what it
// keeps when the log contradicts it: both notes and every file that the log handed out at that look.

export interface Remembered {
  readonly note: string;
  readonly checkpoint: Checkpoint;
}

/** `null` where there is nothing yet. The error is a sentence. */
export const recall = async (file: string, policy: Policy): Promise<Result<Remembered | null, string>> => {
  const bytes = await readIfPresent(file);
  if (bytes === null) return ok(null);
  const note = bytesToUtf8(bytes) ?? "";
  const keys = policy.logs.map(({ key }) => key);
  const checkpoint = verifyCheckpoint(note, keys);
  if (checkpoint.ok) return ok({ note, checkpoint: checkpoint.value });
  return err(
    `${file} is damaged, or remembers another log: put it back from a backup, ` +
      "or name a new file to begin again (what changed in between then goes unseen)",
  );
};

export const remember = (file: string, note: string): Promise<void> => replaceFile(file, utf8ToBytes(note));

export interface Evidence {
  /** The remembered note; `null` where the first look raised the alarm. */
  readonly seen: string | null;
  readonly shown: string;
  /** What the log handed out, by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Keeps the evidence in a folder beside the state. Returns it. One alarm ends the monitor, so there is one a run. */
export const keepEvidence = async (stateFile: string, nowMs: number, evidence: Evidence): Promise<string> => {
  const root = `${stateFile}.evidence`;
  const folder = path.join(root, new Date(nowMs).toISOString().replaceAll(":", ""));
  await makeDirectory(root);
  await makeDirectory(folder);
  if (evidence.seen !== null) await replaceFile(path.join(folder, "seen"), utf8ToBytes(evidence.seen));
  await replaceFile(path.join(folder, "shown"), utf8ToBytes(evidence.shown));
  for (const [name, bytes] of evidence.files) {
    // Names of our own making, so flat and harmless.
    await replaceFile(path.join(folder, name.replaceAll("/", "-")), bytes);
  }
  return folder;
};
