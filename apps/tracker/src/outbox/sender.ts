// Sends what waits, in order, until the server has answered each record and holds each blob. A server that answers
// late, twice or never changes nothing: records are idempotent by their bytes, blobs by their digest.
import { readFile, unlink } from "node:fs/promises";
import {
  type Api,
  type ApiError,
  evidenceRoutes,
  isTransient,
  type LoggedAnswer,
  type ProblemCode,
} from "@underseal/api";
import { readAnyStatement } from "@underseal/evidence";
import { base64UrlToBytes, bytesToHex } from "@underseal/foundation";
import type { TrackerClock } from "../platform/clock.ts";
import { logNameOf, type TermsInForce } from "../session/terms.ts";
import { type AnswerFault, isArrivalOf, viewAfter } from "./answer.ts";
import type { Heads } from "./head.ts";
import type { LogStore } from "./log-store.ts";
import type { Outbox, PendingBlob, PendingRecord } from "./outbox.ts";

export interface SenderDeps {
  readonly api: Api;
  readonly outbox: Outbox;
  readonly log: LogStore;
  readonly heads: Heads;
  readonly termsOf: (termsHash: Uint8Array) => TermsInForce | null;
  readonly clock: TrackerClock;
  readonly onEvent: (event: SenderEvent) => void;
}

export type SenderEvent =
  | { readonly type: "admitted"; readonly record: string }
  | { readonly type: "stored"; readonly digest: string }
  | { readonly type: "refused"; readonly record: string; readonly problem: string }
  | { readonly type: "blob-refused"; readonly digest: string; readonly problem: string }
  /** The server answered what cannot be true; the answer is kept as evidence. */
  | { readonly type: "alarm"; readonly record: string; readonly code: AnswerFault }
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
  let held = 0;
  for (const record of records) {
    const outcome = await sendRecord(deps, record);
    if (outcome === "offline") return "offline";
    if (outcome === "held") held += 1;
  }
  const blob = deps.outbox.pendingBlobs()[0];
  if (blob !== undefined && (await sendBlob(deps, blob)) === "offline") return "offline";
  if (records.length > held || blob !== undefined) return "sent";
  return held > 0 ? "offline" : "idle";
};

/** `held`: the server says nothing about the chain of this contract, so nothing of it may be sent. */
const sendRecord = async (deps: SenderDeps, record: PendingRecord): Promise<"sent" | "held" | "offline"> => {
  const { api, outbox, onEvent } = deps;
  const head = await deps.heads.confirm(record.contract);
  if (head !== "known") {
    onEvent({ type: "offline", detail: "the server does not say where this device's chain stands" });
    return head === "refused" ? "held" : "offline";
  }
  // The answer may have been that this record is never to be sent.
  if (!outbox.isPending(record.hash)) return "sent";
  const answer = await api.call(evidenceRoutes.registerStatement, { body: record.envelope });
  if (answer.ok) return admit(deps, record, answer.value);
  if (mayBeAdmittedLater(answer.error)) return offline(onEvent, answer.error);
  const problem = answer.error.code;
  outbox.markRefused(record, problem);
  onEvent({ type: "refused", record: nameOf(record), problem });
  return "sent";
};

/** Without the platform's own word that it had the record it waits on; what else the answer says is checked too. */
const admit = (deps: SenderDeps, record: PendingRecord, answer: LoggedAnswer): "sent" | "offline" => {
  const { outbox, onEvent } = deps;
  const terms = termsNamedIn(deps, record);
  if (terms !== null && !isArrivalOf(answer, record, terms)) {
    outbox.transact(() => keepEvidence(deps, record, { answer, terms, code: "ARRIVAL_INVALID" }));
    tellAlarm(deps, record, "ARRIVAL_INVALID");
    return offline(onEvent, { code: "NETWORK", detail: "the server's arrival is not signed as the terms say" });
  }
  const fault = outbox.transact(() => {
    const view = terms === null || answer.proof === null ? null : keepView(deps, record, answer.proof, terms);
    if (terms !== null && view?.ok === false) keepEvidence(deps, record, { answer, terms, code: view.error });
    outbox.markAdmitted(record.hash, { arrival: answer.arrival, checkpoint: view?.ok ? view.value.note : null });
    return view?.ok === false ? view.error : null;
  });
  if (fault !== null) tellAlarm(deps, record, fault);
  onEvent({ type: "admitted", record: nameOf(record) });
  return "sent";
};

const nameOf = ({ hash }: PendingRecord): string => bytesToHex(hash.subarray(0, 6));

const tellAlarm = ({ onEvent }: SenderDeps, record: PendingRecord, code: AnswerFault): void =>
  onEvent({ type: "alarm", record: nameOf(record), code });

/** Inside a transaction. */
const keepView = ({ log }: SenderDeps, { hash }: PendingRecord, proof: string, terms: TermsInForce) => {
  const name = logNameOf(terms.body);
  const view = viewAfter(proof, hash, terms, log.viewOf(name));
  if (view.ok) log.keepView(name, view.value);
  return view;
};

interface Evidence {
  readonly answer: LoggedAnswer;
  readonly terms: TermsInForce;
  readonly code: AnswerFault;
}

/** Inside a transaction. */
const keepEvidence = ({ log, clock }: SenderDeps, { hash }: PendingRecord, { answer, terms, code }: Evidence): void => {
  const name = logNameOf(terms.body);
  const evidence = { record: hash, answer: JSON.stringify(answer), knownNote: log.viewOf(name)?.note ?? "" };
  log.raise(name, { code, atMs: clock.now(), ...evidence });
};

const termsNamedIn = ({ termsOf }: SenderDeps, { envelope }: PendingRecord): TermsInForce | null => {
  const statement = readAnyStatement(envelope);
  const hash = statement.ok && "terms" in statement.value.body ? base64UrlToBytes(statement.value.body.terms) : null;
  return hash === null ? null : termsOf(hash);
};

const sendBlob = async ({ api, outbox, onEvent }: SenderDeps, blob: PendingBlob): Promise<"sent" | "offline"> => {
  const refuse = (problem: string): "sent" => {
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

const offline = (onEvent: SenderDeps["onEvent"], error: ApiError): "offline" => {
  onEvent({ type: "offline", detail: error.detail ?? error.code });
  return "offline";
};
