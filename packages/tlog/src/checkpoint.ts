import { assert, base64ToBytes, bytesToBase64, ok, type Result } from "@underseal/foundation";
import { refuse, type TlogError } from "./errors.ts";
import type { NoteSigner, VerifierKey } from "./keys.ts";
import { HASH_BYTES } from "./merkle.ts";
import { signNote, verifyNote } from "./note.ts";

// C2SP tlog-checkpoint: what a log says of itself, signed. Exactly three lines. The format knows extension lines
// too; no auditor could check them, so ours has none and a checkpoint that brings some is refused.

export interface Checkpoint {
  /** The log's name, such as `log.example/underseal1`. */
  readonly origin: string;
  /** How many entries the log holds. */
  readonly size: number;
  /** 32 bytes. */
  readonly root: Uint8Array;
}

/** A whole number without leading zeros, at most 2^53 - 1; else `null`. */
export const parseCount = (text: string): number | null => {
  if (!/^(0|[1-9]\d{0,15})$/.test(text)) return null;
  const count = Number(text);
  return Number.isSafeInteger(count) ? count : null;
};

/** The signed text: three lines, each ending in a newline. */
export const formatCheckpoint = ({ origin, size, root }: Checkpoint): string => {
  assert(origin !== "" && !origin.includes("\n"), "a log's name is one line");
  assert(Number.isSafeInteger(size) && size >= 0, "a log size is a count");
  assert(root.length === HASH_BYTES, "a root hash has 32 bytes");
  return `${origin}\n${size}\n${bytesToBase64(root)}\n`;
};

/** Reads a note's text as a checkpoint. Error: `CHECKPOINT_MALFORMED`. */
export const parseCheckpoint = (text: string): Result<Checkpoint, TlogError> => {
  const [origin = "", sizeLine = "", rootLine = "", end, ...more] = text.split("\n");
  const size = parseCount(sizeLine);
  const root = base64ToBytes(rootLine);
  if (origin === "" || size === null || root === null || end !== "") return refuse("CHECKPOINT_MALFORMED");
  if (root.length !== HASH_BYTES || more.length > 0) return refuse("CHECKPOINT_MALFORMED");
  return ok({ origin, size, root });
};

/** Signs with the log's own key, whose name is the log's name. Returns the signed note. */
export const signCheckpoint = (checkpoint: Checkpoint, signer: NoteSigner): string => {
  assert(signer.name === checkpoint.origin, "a log signs under its own name");
  return signNote(formatCheckpoint(checkpoint), [signer]);
};

/**
 * Verifies a checkpoint against the keys of the logs that the caller accepts. A key speaks only for the log that it
 * is named after, so that one trusted log cannot sign for another. Errors: those of `verifyNote`,
 * `CHECKPOINT_MALFORMED`, `CHECKPOINT_ORIGIN_UNKNOWN`.
 */
export const verifyCheckpoint = (note: string, logKeys: readonly VerifierKey[]): Result<Checkpoint, TlogError> => {
  const verified = verifyNote(note, logKeys);
  if (!verified.ok) return verified;
  const checkpoint = parseCheckpoint(verified.value.text);
  if (!checkpoint.ok) return checkpoint;
  const { origin } = checkpoint.value;
  // A cosigner of that name saw the checkpoint; only a signer of that name made it.
  const speaksForItself = verified.value.signedBy.some(({ kind, name }) => kind === "signer" && name === origin);
  return speaksForItself ? checkpoint : refuse("CHECKPOINT_ORIGIN_UNKNOWN");
};
