// From sealed bytes to a picture: every record is verified first, then the blob is opened and checked against them.
// The one entry for the worker; also what the tests call.

import type { Picture, Statement } from "@underseal/evidence";
import type { OpenError } from "@underseal/evidence/open";
import { openVisible } from "@underseal/evidence/open";
import { base64UrlToBytes, bytesToBase64Url, err, ok, type Redacted, type Result } from "@underseal/foundation";
import { type CheckName, type CheckOutcome, type Fault, fault, outcomesUpTo } from "./checks.ts";
import { type Expectation, type SegmentEvidence, type VerifiedSegment, verifySegment } from "./verify-segment.ts";

export interface OpenRequest extends Expectation {
  readonly segmentEvidence: SegmentEvidence;
  /** Statement hash of the capture, base64url. */
  readonly captureHash: string;
  readonly blob: Uint8Array;
  readonly identity: Redacted<string>;
}

export interface OpenedCapture {
  readonly picture: Picture;
  /** Whole Unix seconds, from the device's signed record. */
  readonly at: number;
  readonly checks: readonly CheckOutcome[];
}

export interface OpenFault extends Fault {
  readonly checks: readonly CheckOutcome[];
}

/** The picture with the list of what was checked; or the first fault, with nothing to draw. */
export const openCapture = async (request: OpenRequest): Promise<Result<OpenedCapture, OpenFault>> => {
  const verified = verifySegment(request.segmentEvidence, request);
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
  if (!picture.ok) return refuse(faultOf(picture.error));
  const skipped: readonly CheckName[] = verified.value.areAccountsAnnounced ? [] : ["accounts"];
  return ok({ picture: picture.value, at: capture.body.at, checks: outcomesUpTo(null, skipped) });
};

const refuse = (found: Fault): Result<never, OpenFault> => err({ ...found, checks: outcomesUpTo(found.check) });

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
