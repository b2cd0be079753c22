import { type Envelope, logEntryOf, readStatement, type StatementBody } from "@underseal/evidence";
import { assert, type ContractId } from "@underseal/foundation";
import type { TermsRow } from "./store.ts";

/** Terms that both sides signed, in force in [validFromMs, validUntilMs) while the contract is active. */
export interface Terms {
  readonly contractId: ContractId;
  readonly version: number;
  /** The statement hash, over both signatures: what records name. */
  readonly hash: Uint8Array;
  readonly body: StatementBody<"terms">;
  readonly envelope: Envelope;
  /** The 32 bytes that stand for these terms in the log. */
  readonly entry: Uint8Array;
  readonly acceptedAtMs: number;
  readonly validFromMs: number;
  /** When the next version begins; `null` while there is none. */
  readonly validUntilMs: number | null;
}

export const toTerms = (row: TermsRow): Terms => {
  const statement = readStatement(row.envelope, "terms");
  assert(statement.ok, "stored terms were read before they were stored");
  return {
    contractId: row.contractId,
    version: row.version,
    hash: statement.value.hash,
    body: statement.value.body,
    envelope: row.envelope,
    entry: logEntryOf(statement.value.hash),
    acceptedAtMs: row.acceptedAt.getTime(),
    validFromMs: row.validFrom.getTime(),
    validUntilMs: row.validUntil?.getTime() ?? null,
  };
};
