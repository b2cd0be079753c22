// What the page and the worker say to each other. Everything here survives structured cloning; keys are plain only
// while they cross, inside one process.
import type { Context, Header, LeafState, MinuteCounts, Picture } from "@underseal/evidence";
import type { Result } from "@underseal/foundation";
import type { CheckOutcome, Fault } from "./checks.ts";
import type { OpenFault, ShownCheckpoint } from "./open-capture.ts";
import type { DrawnBy } from "./verify-draws.ts";
import type { PlacedHash } from "./verify-records.ts";
import type { Expectation, SegmentEvidence } from "./verify-segment.ts";

interface OpenCaptureMessage extends Expectation {
  readonly segmentEvidence: SegmentEvidence;
  readonly captureHash: string;
  readonly blob: Uint8Array;
  readonly identity: string;
  /** The bitmap is scaled down to this width; the full size where it is smaller. */
  readonly widthMaxPx: number;
}

/** A verified picture, painted; tiles that are not shown are transparent in the bitmap. */
export interface PaintedPicture {
  readonly bitmap: ImageBitmap;
  readonly header: Header;
  readonly states: readonly LeafState[];
  readonly counts: Picture["counts"];
  readonly context: Context | null;
  readonly memo: string;
  readonly minutes: readonly MinuteCounts[];
  readonly at: number;
  readonly checks: readonly CheckOutcome[];
  readonly disclosure: string;
  readonly drawnBy: DrawnBy;
  readonly shown: ShownCheckpoint | null;
}

export interface ArrivedRecord extends PlacedHash {
  /** Unix seconds, by the platform's signed arrival. */
  readonly arrivedAt: number;
}

export interface WorkerJobs {
  readonly openCapture: { readonly input: OpenCaptureMessage; readonly output: Result<PaintedPicture, OpenFault> };
  /** The segment's records by hash and slot, all of them verified as before a picture is drawn. */
  readonly verifyRecords: {
    readonly input: Expectation & { readonly segmentEvidence: SegmentEvidence };
    readonly output: Result<readonly ArrivedRecord[], Fault>;
  };
  /** Opens something of its own, so that the code is loaded and compiled before the first picture is asked for. */
  readonly rehearse: { readonly input: Uint8Array; readonly output: boolean };
  readonly sealSeed: {
    readonly input: { readonly seed: Uint8Array; readonly recipient: string };
    readonly output: Uint8Array;
  };
  /** `null`: the words are not a recovery code, or not the one of this box. */
  readonly openSeed: {
    readonly input: { readonly box: Uint8Array; readonly words: string };
    readonly output: Uint8Array | null;
  };
}

export type JobName = keyof WorkerJobs;

export interface JobMessage<Name extends JobName = JobName> {
  readonly id: number;
  readonly name: Name;
  readonly input: WorkerJobs[Name]["input"];
}

export type JobAnswer =
  | { readonly id: number; readonly output: WorkerJobs[JobName]["output"] }
  | { readonly id: number; readonly crash: string };
