// From sealed bytes to a picture: every record is verified first, then the blob is opened and checked against them.
// The one entry for the worker; also what the tests call.

import type { Picture, Statement } from "@underseal/evidence";
import type { OpenError } from "@underseal/evidence/open";
import { openVisible } from "@underseal/evidence/open";
import { base64UrlToBytes, bytesToBase64Url, err, ok, type Redacted, type Result } from "@underseal/foundation";
import { type CheckName, type CheckOutcome, type Fault, fault, outcomesUpTo } from "./checks.ts";
import { type LogKey, recallCheckpoint } from "./log-key.ts";
import { createMemory, type Memory } from "./memory.ts";
import type { DrawnBy } from "./verify-draws.ts";
import { type Expectation, type SegmentEvidence, type VerifiedSegment, verifySegment } from "./verify-segment.ts";

export interface OpenRequest extends Expectation {
  readonly segmentEvidence: SegmentEvidence;
  /** Statement hash of the capture, base64url. */
  readonly captureHash: string;
  readonly blob: Uint8Array;
  readonly identity: Redacted<string>;
}

/** A checkpoint of the log as somebody showed it to us; its signature was checked. */
export interface ShownCheckpoint {
  /** The log's verifier key. */
  readonly log: string;
  readonly size: number;
  readonly root: Uint8Array;
  readonly note: string;
}

export interface OpenedCapture {
  readonly picture: Picture;
  /** Statement hash of the disclosure that named the file. */
  readonly disclosure: string;
  readonly drawnBy: DrawnBy;
  /** What the freelancer's tracker had seen of the log: told past the platform, sealed. `null`: nothing yet. */
  readonly shown: ShownCheckpoint | null;
  /** Whole Unix seconds, from the device's signed record. */
  readonly at: number;
  readonly checks: readonly CheckOutcome[];
}

export interface OpenFault extends Fault {
  /** Where it came so far that a disclosure was found: the ground for a complaint. */
  readonly disclosure: string | null;
  readonly checks: readonly CheckOutcome[];
}

/** The picture with the list of what was checked; or the first fault, with nothing to draw. */
export const openCapture = async (
  request: OpenRequest,
  memory: Memory = createMemory(),
): Promise<Result<OpenedCapture, OpenFault>> => {
  const verified = verifySegment(request.segmentEvidence, request, memory);
  if (!verified.ok) return refuse(verified.error);
  const disclosed = findDisclosed(verified.value, request.captureHash);
  if (!disclosed.ok) return refuse(disclosed.error);
  const { capture, segment, disclosure } = disclosed.value;
  const picture = await openVisible(request.blob, request.identity, {
    captureHash: base64UrlToBytes(request.captureHash) ?? new Uint8Array(),
    capture: capture.body,
    disclosure: disclosure.body,
    segment: segment.body,
    treeSize: verified.value.terms.body.treeSize,
  });
  const named = bytesToBase64Url(disclosure.hash);
  if (!picture.ok) return refuse(faultOf(picture.error), named);
  const { areAccountsAnnounced, drawnBy, logKey } = verified.value;
  const shown = readShown(picture.value.checkpoint, logKey, memory);
  const skipped: readonly CheckName[] = [
    ...(areAccountsAnnounced ? [] : (["accounts"] as const)),
    ...(drawnBy === "open" ? (["draw"] as const) : []),
  ];
  const checks = outcomesUpTo(null, skipped);
  return ok({ picture: picture.value, disclosure: named, at: capture.body.at, drawnBy, shown, checks });
};

const refuse = (found: Fault, disclosure: string | null = null): Result<never, OpenFault> =>
  err({ ...found, disclosure, checks: outcomesUpTo(found.check) });

/** A note that this log did not sign says nothing about the log. */
const readShown = (note: string, logKey: LogKey, memory: Memory): ShownCheckpoint | null => {
  const checkpoint = note === "" ? null : recallCheckpoint(memory, note, logKey);
  if (!checkpoint?.ok) return null;
  const { size, root } = checkpoint.value;
  return { log: logKey.name, size, root, note };
};

interface Disclosed {
  readonly capture: Statement<"capture">;
  readonly segment: Statement<"segment">;
  readonly disclosure: Statement<"disclosure">;
}

const findDisclosed = (verified: VerifiedSegment, captureHash: string): Result<Disclosed, Fault> => {
  const capture = verified.captures.get(captureHash);
  const segment = verified.segments.find(({ body }) => body.captures.includes(captureHash));
  const disclosure = verified.disclosures
    .filter(({ body }) => body.capture === captureHash)
    .toSorted((a, b) => b.body.ver - a.body.ver)[0];
  if (capture === undefined || segment === undefined) {
    return err(fault("chain", "MISSING", "no signed segment lists this capture"));
  }
  if (bytesToBase64Url(capture.hash) !== captureHash || disclosure === undefined) {
    return err(fault("chain", "MISSING", "no signed disclosure names this capture"));
  }
  return ok({ capture, segment, disclosure });
};

const CHECK_BY_CODE: Readonly<Record<OpenError["code"], CheckName>> = {
  DIGEST: "digest",
  UNDECRYPTABLE: "decryption",
  // What does not even have the documented form has no map to begin with.
  MANIFEST: "map",
  MAP: "map",
  ROOT: "root",
  CAP: "shares",
  ACTIVITY: "activity",
};

const faultOf = ({ code, detail }: OpenError): Fault => fault(CHECK_BY_CODE[code], code, detail);
