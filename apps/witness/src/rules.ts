import { equalBytes, err, ok, type Result } from "@underseal/foundation";
import {
  type AddCheckpointRequest,
  type Checkpoint,
  emptyRoot,
  type NoteSignature,
  parseAddCheckpoint,
  parseCheckpoint,
  parseNote,
  type TlogErrorCode,
  verifyCheckpoint,
  verifyConsistency,
} from "@underseal/tlog";
import type { WatchedLog } from "./watched.ts";

// What a witness decides (C2SP tlog-witness, add-checkpoint): first all that the request says by itself, then, with
// the log's newest checkpoint before it and nobody else at it, whether the log still tells the same story.

/** Answers other than yes. Those with a `code` say it to whoever submitted. */
export type Refusal =
  | { readonly status: 400 | 403 | 404 | 422; readonly code: TlogErrorCode | "LOG_UNKNOWN" | "EMPTY_ROOT_WRONG" }
  /** The witness is elsewhere: this is the size from which it wants to be led on. */
  | { readonly status: 409; readonly size: number };

export interface Submission {
  readonly log: WatchedLog;
  readonly request: AddCheckpointRequest;
  readonly checkpoint: Checkpoint;
  /** The note's text, and of its signatures those by the log, one for each of its keys. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const refuse = (refusal: Refusal): Result<never, Refusal> => err(refusal);

/** Reads and verifies a request body. Nothing here depends on what the witness has seen. */
export const readSubmission = (
  body: string,
  logsByOrigin: ReadonlyMap<string, WatchedLog>,
): Result<Submission, Refusal> => {
  const request = parseAddCheckpoint(body);
  if (!request.ok) return refuse({ status: 400, code: request.error.code });
  const note = parseNote(request.value.note);
  if (!note.ok) return refuse({ status: 400, code: note.error.code });
  const claimed = parseCheckpoint(note.value.text);
  if (!claimed.ok) return refuse({ status: 400, code: claimed.error.code });
  const log = logsByOrigin.get(claimed.value.origin);
  if (log === undefined) return refuse({ status: 404, code: "LOG_UNKNOWN" });
  const checkpoint = verifyCheckpoint(request.value.note, log.keys);
  if (!checkpoint.ok) return refuse({ status: 403, code: checkpoint.error.code });
  if (request.value.oldSize > checkpoint.value.size) return refuse({ status: 400, code: "SIZE_INVALID" });
  // One line for each key: a note may repeat them, and what is kept must leave room for our own.
  const signatures = log.keys.flatMap(
    ({ name, id }) => note.value.signatures.find((line) => line.name === name && line.keyId === id) ?? [],
  );
  return ok({ log, request: request.value, checkpoint: checkpoint.value, text: note.value.text, signatures });
};

/** Whether the submitted checkpoint continues the newest one; `null` where none has been cosigned. */
export const judgeSubmission = (
  { request, checkpoint }: Submission,
  newest: Checkpoint | null,
): Result<void, Refusal> => {
  const { oldSize, proof } = request;
  const size = newest?.size ?? 0;
  if (oldSize !== size) return refuse({ status: 409, size });
  if (checkpoint.size === 0 && !equalBytes(checkpoint.root, emptyRoot())) {
    return refuse({ status: 422, code: "EMPTY_ROOT_WRONG" });
  }
  // Every log continues an empty one, so there is nothing to prove.
  if (size === 0) return proof.length === 0 ? ok(undefined) : refuse({ status: 422, code: "PROOF_LENGTH" });
  const oldRoot = newest?.root ?? emptyRoot();
  const claim = { oldSize, oldRoot, newSize: checkpoint.size, newRoot: checkpoint.root, proof };
  const consistent = verifyConsistency(claim);
  return consistent.ok ? consistent : refuse({ status: 422, code: consistent.error.code });
};

/** Two roots of one size, both signed by the log: this alone convicts it. */
export const isEquivocation = (checkpoint: Checkpoint, newest: Checkpoint | null): boolean =>
  newest !== null && checkpoint.size === newest.size && !equalBytes(checkpoint.root, newest.root);
