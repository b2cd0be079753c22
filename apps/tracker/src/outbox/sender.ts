// Sends what waits, in order, until the server has answered each record and holds each blob. A server that answers
// late, twice or never changes nothing: records are idempotent by their bytes, blobs by their digest.
import { readFile, unlink } from "node:fs/promises";
import { type Api, type ApiError, evidenceRoutes, isTransient, type ProblemCode } from "@underseal/api";
import { bytesToHex } from "@underseal/foundation";
import { parseTlogProof } from "@underseal/tlog";
import type { TrackerClock } from "../platform/clock.ts";
import type { Outbox, PendingBlob, PendingRecord } from "./outbox.ts";

export interface SenderDeps {
  readonly api: Api;
  readonly outbox: Outbox;
  readonly clock: TrackerClock;
  readonly onEvent: (event: SenderEvent) => void;
}

export type SenderEvent =
  | { readonly type: "admitted"; readonly record: string }
  | { readonly type: "stored"; readonly digest: string }
  | { readonly type: "refused"; readonly record: string; readonly problem: string }
  | { readonly type: "blob-refused"; readonly digest: string; readonly problem: string }
  | { readonly type: "offline"; readonly detail: string };

const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 60_000;
const IDLE_MS = 1_000;

/** What a blob can be refused for whatever we do; all else (a clock that is off, a lost device) may pass. */
const BLOB_REFUSALS: ReadonlySet<string> = new Set<ProblemCode>([
  "BLOB_UNKNOWN",
  "BLOB_DIGEST_MISMATCH",
  "BODY_TOO_LARGE",
]);

/** Sends until `signal` aborts. Resolves when nothing is under way any more. */
export const runSender = async (deps: SenderDeps, signal: AbortSignal): Promise<void> => {
  let retryMs = RETRY_MS_MIN;
  while (!signal.aborted) {
    const outcome = await sendOnce(deps);
    retryMs = outcome === "offline" ? Math.min(retryMs * 2, RETRY_MS_MAX) : RETRY_MS_MIN;
    if (outcome !== "sent") await deps.clock.wait(outcome === "offline" ? retryMs : IDLE_MS, signal);
  }
};

/** Sends until nothing waits, or the server cannot be reached. */
export const drainOutbox = async (deps: SenderDeps): Promise<"empty" | "offline"> => {
  for (;;) {
    const outcome = await sendOnce(deps);
    if (outcome !== "sent") return outcome === "idle" ? "empty" : "offline";
  }
};

type Outcome = "sent" | "idle" | "offline";

/** One record of each contract, then one blob. */
const sendOnce = async (deps: SenderDeps): Promise<Outcome> => {
  const records = deps.outbox.pendingRecords();
  for (const record of records) {
    if ((await sendRecord(deps, record)) === "offline") return "offline";
  }
  const blob = deps.outbox.pendingBlobs()[0];
  if (blob !== undefined && (await sendBlob(deps, blob)) === "offline") return "offline";
  return records.length > 0 || blob !== undefined ? "sent" : "idle";
};

const sendRecord = async ({ api, outbox, onEvent }: SenderDeps, record: PendingRecord): Promise<Outcome> => {
  const answer = await api.call(evidenceRoutes.registerStatement, { body: record.envelope });
  const name = bytesToHex(record.hash.subarray(0, 6));
  if (answer.ok) {
    const { arrival, proof } = answer.value;
    outbox.markAdmitted(record.hash, { arrival, checkpoint: checkpointOf(proof) });
    onEvent({ type: "admitted", record: name });
    return "sent";
  }
  if (mayBeAdmittedLater(answer.error)) return offline(onEvent, answer.error);
  const problem = answer.error.code;
  outbox.markRefused(record, problem);
  onEvent({ type: "refused", record: name, problem });
  return "sent";
};

const sendBlob = async ({ api, outbox, onEvent }: SenderDeps, blob: PendingBlob): Promise<Outcome> => {
  const refuse = (problem: string): Outcome => {
    outbox.markBlobRefused(blob.digest, problem);
    onEvent({ type: "blob-refused", digest: blob.digest, problem });
    return "sent";
  };
  const body = await readIfThere(blob.file);
  if (body === null) return refuse("FILE_MISSING");
  const input = { params: { digest: blob.digest }, body: new Uint8Array(body) };
  const answer = await api.call(evidenceRoutes.putBlob, input);
  if (!answer.ok)
    return BLOB_REFUSALS.has(answer.error.code) ? refuse(answer.error.code) : offline(onEvent, answer.error);
  outbox.markStored(blob.digest, answer.value.receipt);
  // A file that stays is a leftover, which the next start removes.
  await unlink(blob.file).catch(() => {});
  onEvent({ type: "stored", digest: blob.digest });
  return "sent";
};

const readIfThere = (file: string): Promise<Buffer | null> =>
  readFile(file).catch((cause) => {
    if (cause.code === "ENOENT") return null;
    throw cause;
  });

/** Our clock may be ahead of the server's: time mends that, and a refusal would end the chain. */
const mayBeAdmittedLater = (error: ApiError): boolean => isTransient(error) || error.code === "SLOT_IN_FUTURE";

const offline = (onEvent: SenderDeps["onEvent"], error: ApiError): Outcome => {
  onEvent({ type: "offline", detail: error.detail ?? error.code });
  return "offline";
};

/** The checkpoint that a proof leads to: what our next blob tells the client past the platform. */
const checkpointOf = (proof: string | null): string | null => {
  const parsed = proof === null ? null : parseTlogProof(proof);
  return parsed?.ok ? parsed.value.checkpoint : null;
};
