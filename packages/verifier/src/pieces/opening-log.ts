// The opened capture's place in the log that the terms pin.
import { logEntryOf, type Statement } from "@underseal/evidence";
import { ok, type Result } from "@underseal/foundation";
import {
  leafHash,
  parseNote,
  parsePinnedPolicy,
  parseTlogProof,
  verifyInclusion,
  verifyWitnessedCheckpoint,
} from "@underseal/tlog";
import { type PieceFailure, refusePiece } from "./piece-failure.ts";

export interface OpeningPlace {
  readonly terms: Statement<"terms">;
  readonly capture: Statement<"capture">;
  /** C2SP tlog-proof. */
  readonly proof: string;
}

/** The names of the witnesses that cosigned. */
export const checkOpeningLog = ({
  terms,
  capture,
  proof: text,
}: OpeningPlace): Result<readonly string[], PieceFailure> => {
  const policy = parsePinnedPolicy(terms.body.log);
  if (!policy.ok) return refusePiece("OPENING_TERMS_INVALID", terms);
  const proof = parseTlogProof(text);
  if (!proof.ok || proof.value.extra !== undefined) return refusePiece("OPENING_LOG_PROOF_INVALID", capture);
  const witnessed = verifyWitnessedCheckpoint(proof.value.checkpoint, policy.value);
  if (!witnessed.ok) {
    const isShort = witnessed.error.code === "QUORUM_MISSING";
    return refusePiece(isShort ? "OPENING_QUORUM_MISSED" : "OPENING_LOG_PROOF_INVALID", capture);
  }
  const { checkpoint, cosignatures } = witnessed.value;
  // A signature by an unknown key could be anything: every byte of an opening counts.
  const note = parseNote(proof.value.checkpoint);
  const isMinimal = note.ok && note.value.signatures.length === cosignatures.length + 1;
  if (!isMinimal) return refusePiece("OPENING_LOG_PROOF_INVALID", capture);
  const { size, root } = checkpoint;
  const { index, hashes } = proof.value;
  const entry = leafHash(logEntryOf(capture.hash));
  const included = verifyInclusion({ index, size, leafHash: entry, proof: hashes, root });
  return included.ok ? ok(cosignatures.map(({ key }) => key.name)) : refusePiece("OPENING_LOG_PROOF_INVALID", capture);
};
