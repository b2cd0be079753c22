// One capture, seen from the daemon: a child process is started, asked, and gone.
import { err, ok, type Result } from "@underseal/foundation";
import type { Commitment } from "../captures/commit.ts";
import { askChild } from "../platform/ask-child.ts";
import type { ChildSettings } from "../platform/child.ts";
import { type FaultCode, isFaultCode } from "../reduction/faults.ts";
import { READER_MEMORY_BYTES_MAX } from "../reduction/reader.ts";
import type { CaptureRequest } from "./capture-request.ts";

const CAPTURE_TIMEOUT_MS = 60_000;
/** Of the second attempt, which looks for nothing. */
const UNREAD_TIMEOUT_MS = 20_000;
/** Twice what was measured, 0.15 GiB for a screen of 1920×1080 and 0.54 GiB for one of 7680×4320, and its reader's. */
const CAPTURE_MEMORY_BYTES_MAX = 1_024 * 1024 * 1024 + READER_MEMORY_BYTES_MAX;

export interface CaptureSettings extends ChildSettings {
  readonly timeoutMs?: number;
  readonly memoryBytesMax?: number;
}

export interface CaptureFailure {
  readonly code: FaultCode;
  readonly message: string;
}

/**
 * Asks a new child for one capture. One that is lost on the way (it broke, was killed, took too long or too much) is
 * asked for once more by a child that only takes the picture and withholds all of it: the freelancer keeps the time.
 */
export const runCapture = async (
  request: Omit<CaptureRequest, "display">,
  settings: CaptureSettings,
): Promise<Result<Commitment, CaptureFailure>> => {
  const first = await askCapture(request, { timeoutMs: CAPTURE_TIMEOUT_MS, ...settings });
  if (first.ok || !isLost(first.error.code)) return first;
  // What limits the first attempt is not what it would take to look and seal.
  const second = { ...settings, timeoutMs: UNREAD_TIMEOUT_MS, memoryBytesMax: CAPTURE_MEMORY_BYTES_MAX };
  return askCapture({ ...request, fallback: { shows: "nothing", code: first.error.code } }, second);
};

const isLost = (code: FaultCode): boolean => code.startsWith("CHILD_");

const askCapture = async (
  request: Omit<CaptureRequest, "display">,
  settings: CaptureSettings & { readonly timeoutMs: number },
): Promise<Result<Commitment, CaptureFailure>> => {
  const file = new URL("./capture-process.ts", import.meta.url);
  const question = { ...request, display: settings.display };
  const limits = { memoryBytesMax: settings.memoryBytesMax ?? CAPTURE_MEMORY_BYTES_MAX, writesFiles: true };
  const answer = await askChild(file, question, { ...settings, limits });
  // The child is our own code of the same version; what it answers is a commitment.
  if (answer.ok) return ok(answer.value as Commitment);
  const { code, message } = answer.error;
  return err({ code: isFaultCode(code) ? code : "CAPTURE_FAILED", message });
};
