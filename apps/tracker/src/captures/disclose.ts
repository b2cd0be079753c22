// The disclosure of a capture, as the daemon asks its child for it. What is sent is exactly the
// map of the request.
import type { MinuteCounts } from "@underseal/evidence";
import { err, ok, type Result } from "@underseal/foundation";
import { askChild, type ChildFailure } from "../platform/ask-child.ts";
import type { ChildSettings } from "../platform/child.ts";
import type { VaultRequest } from "./vault-request.ts";

export interface DiscloseRequest extends VaultRequest {
  /** Hash of the capture's statement (base64url). */
  readonly capture: string;
  readonly mapSalt: string;
  readonly memo: string;
  readonly minutes: readonly MinuteCounts[];
  readonly activitySalt: string;
  readonly checkpoint: string;
  /** The client's recipient, then the freelancer's. */
  readonly recipients: readonly string[];
  readonly freelancerRecipient: string;
  /** Where the blobs are written; `null`: nowhere, they are only measured. */
  readonly blobDir: string | null;
}

interface StoredBlob {
  readonly digest: string;
  readonly bytes: number;
  readonly file: string;
}

/** The fields of the disclosure record, and where the blobs lie until they are sent. */
export interface Disclosed {
  readonly mapC: string;
  readonly redactedPermille: number;
  readonly wrapC: string;
  readonly visible: StoredBlob;
  readonly hidden: StoredBlob;
}

const DISCLOSE_TIMEOUT_MS = 60_000;

export const discloseCapture = async (
  request: DiscloseRequest,
  settings: ChildSettings,
): Promise<Result<Disclosed, ChildFailure>> => {
  const file = new URL("./disclose-process.ts", import.meta.url);
  const answer = await askChild(file, request, { ...settings, timeoutMs: DISCLOSE_TIMEOUT_MS });
  // The child is our own code of the same version, and it answered with a value of this type.
  return answer.ok ? ok(answer.value as Disclosed) : err(answer.error);
};
