// One capture, seen from the daemon: a child process is started, asked, and gone.
import { err, ok, type Result } from "@underseal/foundation";
import type { Commitment } from "../captures/commit.ts";
import { askChild, type ChildFailure } from "../platform/ask-child.ts";
import type { ChildSettings } from "../platform/child.ts";
import type { CaptureRequest } from "./capture-request.ts";

const CAPTURE_TIMEOUT_MS = 60_000;

/**
 * Asks a new child for one capture. `code` of a failure is one of `CaptureError`'s, `BAD_REQUEST`, `VAULT_UNUSABLE`,
 * `CAPTURE_FAILED`, or what `askChild` says.
 */
export const runCapture = async (
  request: Omit<CaptureRequest, "display">,
  settings: ChildSettings & { readonly timeoutMs?: number },
): Promise<Result<Commitment, ChildFailure>> => {
  const file = new URL("./capture-process.ts", import.meta.url);
  const question = { ...request, display: settings.display };
  const answer = await askChild(file, question, { timeoutMs: CAPTURE_TIMEOUT_MS, ...settings });
  // The child is our own code of the same version; what it answers is a commitment.
  return answer.ok ? ok(answer.value as Commitment) : err(answer.error);
};
