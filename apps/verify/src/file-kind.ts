// Which of the three kinds a file is meant to be, by how it begins; whether it is one, the verifier says.
import { bytesToUtf8 } from "@underseal/foundation";
import type { FileKind } from "./messages.ts";

/** Canonical JSON has its fields in order, so the first one tells. */
const OPENING_START = '{"arrival":';
const NOTE_START_BYTES = 4_096;
const SIGNATURE_LINE = "\n\n\u2014 ";

export const kindOf = (bytes: Uint8Array): FileKind => {
  // A few bytes more or less may divide a character at the end; only the beginning counts.
  const start = new TextDecoder().decode(bytes.subarray(0, NOTE_START_BYTES));
  if (start.startsWith(OPENING_START)) return "opening";
  return !start.startsWith("{") && start.includes(SIGNATURE_LINE) && isText(bytes) ? "checkpoint" : "bundle";
};

const isText = (bytes: Uint8Array): boolean => bytes.length < 1_000_000 && bytesToUtf8(bytes) !== null;
