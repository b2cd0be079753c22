// One question to a throw-away child process: JSON on its stdin, one line of JSON from its stdout, and it is gone,
// and its memory with it. For work that holds pixels or runs native code.
import { once } from "node:events";
import { err, ok, type Result } from "@underseal/foundation";
import { type ChildSettings, spawnChild } from "./child.ts";

/** `code` is one the child answered with, or `CHILD_FAILED` (it broke), or `CHILD_TIMEOUT`. */
export interface ChildFailure {
  readonly code: string;
  readonly message: string;
}

const ANSWER_BYTES_MAX = 4 * 1024 * 1024;

/** Starts `file` (a module URL), asks, and gives what it answered. The child is gone when this resolves. */
export const askChild = async (
  file: URL,
  question: unknown,
  settings: ChildSettings & { readonly timeoutMs: number },
): Promise<Result<unknown, ChildFailure>> => {
  const child = spawnChild(file, settings);
  const exited = once(child, "exit").catch(() => {});
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, settings.timeoutMs);
  child.stdin.end(JSON.stringify(question));
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of child.stdout) {
    length += chunk.length;
    // An answer larger than expected is no answer.
    if (length <= ANSWER_BYTES_MAX) chunks.push(chunk);
    else child.kill("SIGKILL");
  }
  await exited;
  clearTimeout(timer);
  if (late) return failure("CHILD_TIMEOUT", "the work took too long and was stopped");
  return (
    parseAnswer(Buffer.concat(chunks).toString("utf8")) ??
    failure("CHILD_FAILED", "the process ended without an answer")
  );
};

const failure = (code: string, message: string): Result<never, ChildFailure> => err({ code, message });

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
