// How a check of a single piece ends: a verdict with reasons, or a refusal from the closed list.
import { bytesToBase64Url, err, type Result } from "@underseal/foundation";
import { FAILURES_OF_PIECES } from "./failures-of-pieces.ts";
import type { PieceStage } from "./piece-entry.ts";

export type PieceCode = keyof typeof FAILURES_OF_PIECES;

/** All codes, for tables that must be complete. */
export const pieceCodes = Object.keys(FAILURES_OF_PIECES) as readonly PieceCode[]; // `keys` forgets the names.

export interface PieceFailure {
  readonly code: PieceCode;
  readonly stage: PieceStage;
  readonly sentence: string;
  readonly remedy: string;
  /** Hash (base64url) of the statement at fault, where it is one. */
  readonly statement?: string;
}

/** What every verdict about a piece says, as carefully on the one side as on the other. */
export interface Reasons {
  readonly proven: readonly string[];
  readonly notProven: readonly string[];
}

export const refusePiece = (
  code: PieceCode,
  statement?: { readonly hash: Uint8Array },
): Result<never, PieceFailure> => {
  const { stage, sentence, remedy } = FAILURES_OF_PIECES[code];
  const concerned = statement === undefined ? {} : { statement: bytesToBase64Url(statement.hash) };
  return err({ code, stage, sentence, remedy, ...concerned });
};

/** For a refusal by the log code, whose codes the list repeats with remedies; `otherwise` for any that it does not. */
export const refusePieceAs = (error: { readonly code: string }, otherwise: PieceCode): Result<never, PieceFailure> =>
  refusePiece(isPieceCode(error.code) ? error.code : otherwise);

const isPieceCode = (code: string): code is PieceCode => Object.hasOwn(FAILURES_OF_PIECES, code);
