// What page and worker say to each other.
import type { Result } from "@underseal/foundation";
import type { Verdict, VerificationFailure, VerificationStage } from "@underseal/verifier";
import type { CheckpointVerdict, OpeningVerdict, PieceFailure } from "@underseal/verifier/pieces";

export interface CheckRequest {
  readonly bytes: Uint8Array;
  readonly kind: FileKind;
  readonly everyRound: boolean;
  /** Of a checkpoint. */
  readonly keys: readonly string[];
  readonly quorum: number;
}

export type FileKind = "bundle" | "opening" | "checkpoint";

export type Outcome =
  | { readonly kind: "bundle"; readonly result: Result<Verdict, VerificationFailure> }
  | { readonly kind: "opening"; readonly result: Result<OpeningVerdict, PieceFailure> }
  | { readonly kind: "checkpoint"; readonly result: Result<CheckpointVerdict, PieceFailure> };

export type WorkerMessage = { readonly stage: VerificationStage } | { readonly outcome: Outcome };
