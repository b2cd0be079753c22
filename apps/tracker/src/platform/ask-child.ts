// One question to a throw-away child process: JSON on its stdin, one line of JSON from its stdout, and it is gone,
// and its memory with it. For work that holds pixels or runs native code.
import { once } from "node:events";
import { err, ok, type Result } from "@underseal/foundation";
import { type Child, type ChildLimits, type ChildSettings, spawnChild } from "./child.ts";
import { watchMemory } from "./watch-memory.ts";

/**
 * `code` is one the child answered with, or one of ours:
 * - `CHILD_FAILED`: it ended without an answer: it broke, was killed, or could not be started;
 * - `CHILD_TIMEOUT`: it took too long and was stopped;
 * - `CHILD_MEMORY`: it took more memory than it may and was stopped.
 */
export interface ChildFailure {
  readonly code: string;
  readonly message: string;
}

export interface AskSettings extends ChildSettings {
  readonly timeoutMs: number;
  readonly limits?: ChildLimits;
}

const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

/**
 * Starts `file` (a module URL), asks, and gives what it answered. The child is gone when this resolves. `attachment`
 * follows the question's line as it is.
 */
export const askChild = async (
  file: URL,
  question: unknown,
  settings: AskSettings,
  attachment: Uint8Array = new Uint8Array(),
): Promise<Result<unknown, ChildFailure>> => {
  const child = spawnChild(file, settings, settings.limits);
  const exited = once(child, "exit").catch(() => {});
  const memory = watchMemory(child, settings.limits?.memoryBytesMax ?? Number.POSITIVE_INFINITY);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, settings.timeoutMs);
  child.stdin.write(`${JSON.stringify(question)}\n`);
  child.stdin.end(attachment);
  const answer = await readAnswer(child);
  await exited;
  clearTimeout(timer);
  memory.stop();
  if (isLate) return failure("CHILD_TIMEOUT", "the work took too long and was stopped");
  if (memory.isOver()) return failure("CHILD_MEMORY", "the work took too much memory and was stopped");
  return parseAnswer(answer) ?? failure("CHILD_FAILED", "the process ended without an answer");
};

const failure = (code: string, message: string): Result<never, ChildFailure> => err({ code, message });

const readAnswer = async (child: Child): Promise<string> => {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of child.stdout) {
    length += chunk.length;
    // An answer larger than expected is no answer.
    if (length <= ANSWER_BYTES_MAX) chunks.push(chunk);
    else child.kill("SIGKILL");
  }
  return Buffer.concat(chunks).toString("utf8");
};

const parseAnswer = (text: string): Result<unknown, ChildFailure> | null => {
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
