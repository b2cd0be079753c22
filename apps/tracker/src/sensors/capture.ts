// One capture, seen from the daemon: a child process is started, asked, and gone.
import { once } from "node:events";
import { err, ok, type Result } from "@underseal/foundation";
import type { CaptureRequest } from "./capture-request.ts";
import { type ChildSettings, type SensorChild, spawnSensor } from "./child.ts";

export const CAPTURE_TIMEOUT_MS = 60_000;
const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

/** `code` is one of `CaptureError`'s, or `BAD_REQUEST`, `CAPTURE_FAILED` (the child broke), `CAPTURE_TIMEOUT`. */
export interface CaptureFailure {
  readonly code: string;
  readonly message: string;
}

/** Asks a new child for one capture and gives what its `commit` answered. The child is gone when this resolves. */
export const runCapture = async (
  request: Omit<CaptureRequest, "display">,
  settings: ChildSettings & { readonly timeoutMs?: number },
): Promise<Result<unknown, CaptureFailure>> => {
  const child = spawnSensor("./capture-process.ts", settings);
  const exited = once(child, "exit").catch(() => {});
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, settings.timeoutMs ?? CAPTURE_TIMEOUT_MS);
  child.stdin.end(JSON.stringify({ ...request, display: settings.display }));
  const answer = await readAnswer(child);
  await exited;
  clearTimeout(timer);
  if (late) return failure("CAPTURE_TIMEOUT", "the capture took too long and was stopped");
  return parseAnswer(answer) ?? failure("CAPTURE_FAILED", "the capture process ended without an answer");
};

const failure = (code: string, message: string): Result<never, CaptureFailure> => err({ code, message });

/** An answer larger than expected is no answer. */
const readAnswer = async (child: SensorChild): Promise<string> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of child.stdout) {
    length += chunk.length;
    if (length <= ANSWER_BYTES_MAX) chunks.push(chunk);
    else child.kill("SIGKILL");
  }
  return length <= ANSWER_BYTES_MAX ? Buffer.concat(chunks).toString("utf8") : "";
};

const parseAnswer = (text: string): Result<unknown, CaptureFailure> | null => {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== "object" || answer === null) return null;
    if ("value" in answer) return ok(answer.value);
    const error = "error" in answer ? answer.error : null;
    if (typeof error !== "object" || error === null || !("code" in error) || !("message" in error)) return null;
    return failure(String(error.code), String(error.message));
  } catch {
    return null;
  }
};
