// What a server answers to a record, checked: its arrival by the platform's key and its place in the log by the log's
// key, both from the terms. Pure but for the view it is compared with.
import type { LoggedAnswer } from "@underseal/api";
import { isSignedBy, logEntryOf, readStatement } from "@underseal/evidence";
import { base64UrlToBytes, bytesToBase64Url, equalBytes, err, ok, type Result } from "@underseal/foundation";
import { parseTlogProof, verifyTlogProof } from "@underseal/tlog";
import { logKeyOf, type TermsInForce } from "../session/terms.ts";
import type { PendingRecord } from "./outbox.ts";

/** The newest checkpoint that a log has shown us. */
export interface LogView {
  readonly size: number;
  readonly root: Uint8Array;
  /** As it was signed. */
  readonly note: string;
}

/** `LOG_ROLLBACK`: a log got shorter. `LOG_EQUIVOCATION`: two signed roots for one size. */
export type AnswerFault = "ARRIVAL_INVALID" | "PROOF_INVALID" | "LOG_ROLLBACK" | "LOG_EQUIVOCATION";

/** Whether the platform has signed that it had this record. */
export const isArrivalOf = (
  { arrival }: Pick<LoggedAnswer, "arrival">,
  { hash, contract }: Pick<PendingRecord, "hash" | "contract">,
  { body }: TermsInForce,
): boolean => {
  const read = readStatement(arrival, "arrival");
  if (!read.ok || !isSignedBy(read.value, [base64UrlToBytes(body.platform) ?? new Uint8Array()])) return false;
  return read.value.body.statement === bytesToBase64Url(hash) && read.value.body.contract === contract;
};

/** The view that the proof leads to. Answers come one after the other, so the log they show only grows. */
export const viewAfter = (
  proof: string,
  hash: Uint8Array,
  { body }: TermsInForce,
  known: LogView | null,
): Result<LogView, AnswerFault> => {
  const key = logKeyOf(body);
  const parsed = parseTlogProof(proof);
  const logged = verifyTlogProof({ text: proof, entry: logEntryOf(hash), logKeys: key === null ? [] : [key] });
  if (!logged.ok || !parsed.ok) return err("PROOF_INVALID");
  const { size, root } = logged.value;
  if (known !== null && size < known.size) return err("LOG_ROLLBACK");
  if (known !== null && size === known.size && !equalBytes(root, known.root)) return err("LOG_EQUIVOCATION");
  return ok({ size, root, note: parsed.value.checkpoint });
};
