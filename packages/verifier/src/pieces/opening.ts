// Chosen leaves of one capture (protocol §9): whether they are what a certified device committed to, in a record that
// the platform and the log had at the time that they signed.
import {
  isSignedBy,
  OPENING_MAX_BYTES,
  type Opening,
  phraseOf,
  readOpening,
  readStatement,
  rootOfLeaves,
  type Statement,
} from "@underseal/evidence";
import { bytesToBase64Url, equalBytes, ok, type Result } from "@underseal/foundation";
import { bytesOf } from "../bytes-of.ts";
import { countOf } from "../count-of.ts";
import { describeLeaves, type OpenedKind, type OpenedLeafSummary } from "./opened-leaves.ts";
import { checkOpeningLog } from "./opening-log.ts";
import { type PieceFailure, type Reasons, refusePiece } from "./piece-failure.ts";

export type { OpenedKind };

export interface OpeningVerdict extends Reasons {
  readonly contract: string;
  /** Hash (base64url) of the capture's record. */
  readonly capture: string;
  /** Unix seconds: by the device's clock, and when the platform had the record. */
  readonly capturedAt: number;
  readonly arrivedAt: number;
  /** Twelve words of the terms. */
  readonly phrase: string;
  readonly leaves: readonly OpenedLeafSummary[];
  readonly treeSize: number;
  /** Names of witnesses that cosigned the checkpoint. */
  readonly witnesses: readonly string[];
}

/** Any bytes are an honest answer; it never throws for what is in them. */
export const verifyOpening = (bytes: Uint8Array): Result<OpeningVerdict, PieceFailure> => {
  if (bytes.length > OPENING_MAX_BYTES) return refusePiece("OPENING_TOO_LARGE");
  const opening = readOpening(bytes);
  if (!opening.ok) return refusePiece("OPENING_MALFORMED");
  const statements = readStatements(opening.value);
  if (!statements.ok) return statements;
  const signed = checkStatements(statements.value);
  if (!signed.ok) return signed;
  const { terms, capture, arrival } = statements.value;
  const log = checkOpeningLog({ terms, capture, proof: opening.value.proof });
  if (!log.ok) return log;
  const { treeSize } = terms.body;
  const root = rootOfLeaves(opening.value, treeSize);
  const isCommitted = root.ok && equalBytes(root.value, bytesOf(capture.body.root));
  if (!isCommitted) return refusePiece("OPENING_ROOT_MISMATCH", capture);
  const leaves = describeLeaves(opening.value.leaves);
  if (leaves === null) return refusePiece("OPENING_LEAF_UNFIT", capture);
  return ok({
    contract: terms.body.contract,
    capture: bytesToBase64Url(capture.hash),
    capturedAt: capture.body.at,
    arrivedAt: arrival.body.at,
    phrase: phraseOf(terms.hash),
    leaves,
    treeSize,
    witnesses: log.value,
    ...reasonsOf(leaves.length, treeSize, log.value.length),
  });
};

interface OpeningStatements {
  readonly terms: Statement<"terms">;
  readonly device: Statement<"device">;
  readonly capture: Statement<"capture">;
  readonly arrival: Statement<"arrival">;
}

const readStatements = (opening: Opening): Result<OpeningStatements, PieceFailure> => {
  const terms = readStatement(opening.terms, "terms");
  const device = readStatement(opening.device, "device");
  const capture = readStatement(opening.capture, "capture");
  const arrival = readStatement(opening.arrival, "arrival");
  if (!terms.ok || !device.ok || !capture.ok || !arrival.ok) return refusePiece("OPENING_STATEMENT_MALFORMED");
  return ok({ terms: terms.value, device: device.value, capture: capture.value, arrival: arrival.value });
};

const checkStatements = ({ terms, device, capture, arrival }: OpeningStatements): Result<void, PieceFailure> => {
  const { client, freelancer, contract, platform } = terms.body;
  if (!isSignedBy(terms, [bytesOf(client.sign), bytesOf(freelancer.sign)]))
    return refusePiece("OPENING_TERMS_UNSIGNED", terms);
  const isOwn = device.body.person === freelancer.person && isSignedBy(device, [bytesOf(freelancer.sign)]);
  if (!isOwn) return refusePiece("OPENING_DEVICE_UNCERTIFIED", device);
  if (!belongs(capture, { terms, device })) return refusePiece("OPENING_CAPTURE_MISMATCH", capture);
  if (!isSignedBy(capture, [bytesOf(device.body.sign)])) return refusePiece("OPENING_CAPTURE_UNSIGNED", capture);
  const isAbout = arrival.body.contract === contract && equalBytes(bytesOf(arrival.body.statement), capture.hash);
  const isPlatforms = isAbout && isSignedBy(arrival, [bytesOf(platform)]);
  return isPlatforms ? ok(undefined) : refusePiece("OPENING_ARRIVAL_INVALID", arrival);
};

const belongs = (
  { body }: Statement<"capture">,
  { terms, device }: Pick<OpeningStatements, "terms" | "device">,
): boolean =>
  body.contract === terms.body.contract &&
  equalBytes(bytesOf(body.terms), terms.hash) &&
  body.device === device.body.device &&
  body.at >= device.body.notBefore &&
  body.at < device.body.notAfter;

const reasonsOf = (opened: number, treeSize: number, witnesses: number): Reasons => ({
  proven: [
    "Client and freelancer both signed the terms with the keys named in them.",
    "A device that the freelancer certified signed the capture's record, and the platform signed when it arrived.",
    "The record is in the log that both parties agreed on.",
    `The ${opened} opened leaves are exactly what that record committed to.`,
    ...(witnesses > 0
      ? [`${countOf(witnesses, "witness", "witnesses")} of the terms cosigned the log's checkpoint.`]
      : []),
  ],
  notProven: [
    `Of the other ${treeSize - opened} leaves nothing is shown, not even which of them hold pixels.`,
    "Nothing here proves that the picture is of honest work: only that it was fixed when it was recorded.",
    "Nothing here proves whose keys these are: compare the twelve words with the other side outside the platform.",
    "Whether the device was revoked, and whether the moment was drawn, is in the week's bundle.",
    ...(witnesses > 0 ? [] : ["No independent witness signed the log: it could show somebody else another history."]),
  ],
});
