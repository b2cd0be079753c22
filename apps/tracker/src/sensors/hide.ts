// What is on an area of the screen now, to be withheld wherever it comes back: a child process looks, and is gone.
import { err, ok, type Result } from "@underseal/foundation";
import type { Rect, RememberedTile } from "@underseal/redaction";
import { askChild, type ChildFailure } from "../platform/ask-child.ts";
import type { ChildSettings } from "../platform/child.ts";

export interface HideRequest {
  /** In pixels of the virtual desktop that all monitors make. */
  readonly area: Rect;
  /** 32 bytes, base64url. */
  readonly key: string;
}

const HIDE_TIMEOUT_MS = 60_000;

/** At the usual priority, since somebody waits. No tiles where the area is of one colour: nothing could be recognised. */
export const rememberArea = async (
  request: HideRequest,
  settings: ChildSettings,
): Promise<Result<readonly RememberedTile[], ChildFailure>> => {
  const file = new URL("./hide-process.ts", import.meta.url);
  const question = { ...request, display: settings.display };
  const answer = await askChild(file, question, { ...settings, timeoutMs: HIDE_TIMEOUT_MS });
  // The child is our own code of the same version, and it answered with a value of this type.
  return answer.ok ? ok(answer.value as readonly RememberedTile[]) : err(answer.error);
};
