// Why a bundle was refused. The list is closed and each entry says where the check stands, what is wrong and what to
// do, so that no failure can reach a person without a sentence.
import { bytesToBase64Url, err, type Result } from "@underseal/foundation";
import type { VerificationStage } from "./failure-entry.ts";
import { FAILURES_OF_PARTIES } from "./failures-of-parties.ts";
import { FAILURES_OF_PROOFS } from "./failures-of-proofs.ts";
import { FAILURES_OF_RECORDS } from "./failures-of-records.ts";

const FAILURES = { ...FAILURES_OF_PARTIES, ...FAILURES_OF_RECORDS, ...FAILURES_OF_PROOFS };

export type VerificationCode = keyof typeof FAILURES;

/** All codes, for tables that must be complete. */
export const verificationCodes = Object.keys(FAILURES) as readonly VerificationCode[]; // `keys` forgets the names.

export interface VerificationFailure {
  readonly code: VerificationCode;
  readonly stage: VerificationStage;
  readonly sentence: string;
  readonly remedy: string;
  /** Hash (base64url) of the statement at fault, where it is one. */
  readonly statement?: string;
}

export const refuse = (
  code: VerificationCode,
  statement?: { readonly hash: Uint8Array },
): Result<never, VerificationFailure> => {
  const { stage, sentence, remedy } = FAILURES[code];
  return err({
    code,
    stage,
    sentence,
    remedy,
    ...(statement === undefined ? {} : { statement: bytesToBase64Url(statement.hash) }),
  });
};

/** For people: what is wrong, and then what to do about it. */
export const explainFailure = ({ code }: Pick<VerificationFailure, "code">): string =>
  `${FAILURES[code].sentence} ${FAILURES[code].remedy}`;
