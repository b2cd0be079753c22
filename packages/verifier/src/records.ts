// Device records one by one, and as chains: each is signed by a certified device of the freelancer, under terms in
// force, and names the one before it, so that nothing in the middle can be left out or put in.
import { isSignedBy, type Statement } from "@underseal/evidence";
import { bytesToBase64Url, ok, type Result, SECOND_MS, SEGMENT_MS } from "@underseal/foundation";
import { bytesOf } from "./bytes-of.ts";
import type { Devices } from "./devices.ts";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { BundledRecord, DeviceRecord, ParsedBundle } from "./parse.ts";
import type { AgreedTerms, TermsByHash } from "./terms.ts";

export const SEGMENT_SECONDS = SEGMENT_MS / SECOND_MS;

export interface CheckedRecord extends BundledRecord {
  readonly terms: AgreedTerms;
  /** The statement's hash as other statements write it. */
  readonly hash: string;
}

/** The records of one device, by sequence number, without gaps. */
export type DeviceChain = readonly CheckedRecord[];

const FIRST_PREV = bytesToBase64Url(new Uint8Array(32));

export interface RecordContext {
  readonly devices: Devices;
  readonly terms: TermsByHash;
}

/** The chains, in the order of their device ids. */
export const checkRecords = (
  bundle: ParsedBundle,
  context: RecordContext,
): Result<readonly DeviceChain[], VerificationFailure> => {
  const chains: CheckedRecord[][] = [];
  let before: CheckedRecord | undefined;
  for (const record of bundle.records) {
    const checked = checkRecord(record, bundle.contract, context);
    if (!checked.ok) return checked;
    if (!follows(checked.value, before)) return refuse("RECORD_CHAIN_BROKEN", record.statement);
    if (isOfSameDevice(checked.value, before)) chains.at(-1)?.push(checked.value);
    else chains.push([checked.value]);
    before = checked.value;
  }
  return ok(chains);
};

const checkRecord = (
  record: BundledRecord,
  contract: string,
  context: RecordContext,
): Result<CheckedRecord, VerificationFailure> => {
  const { statement } = record;
  const { body } = statement;
  if (body.contract !== contract) return refuse("RECORD_CONTRACT_MISMATCH", statement);
  const terms = context.terms.get(body.terms);
  if (terms === undefined) return refuse("RECORD_TERMS_UNKNOWN", statement);
  const device = context.devices.get(body.device);
  if (device === undefined) return refuse("RECORD_DEVICE_UNKNOWN", statement);
  if (!isWithinValidity(device, body.at)) return refuse("RECORD_OUTSIDE_VALIDITY", statement);
  if (!isInForce(statement, terms, context.terms)) return refuse("RECORD_TERMS_NOT_IN_FORCE", statement);
  if (!fitsProfile(statement, terms)) return refuse("RECORD_PROFILE_FORBIDS", statement);
  if (!isSignedBy(statement, [bytesOf(device.body.sign)])) return refuse("RECORD_SIGNATURE_INVALID", statement);
  return ok({ ...record, terms, hash: bytesToBase64Url(statement.hash) });
};

const isWithinValidity = ({ body }: Statement<"device">, at: number): boolean =>
  at >= body.notBefore && at < body.notAfter;

/** Terms bind from `validFrom`; a segment that lies wholly under a newer version must name that one. */
const isInForce = (statement: DeviceRecord, { statement: named }: AgreedTerms, all: TermsByHash): boolean => {
  if (named.body.validFrom > statement.body.at) return false;
  if (statement.name !== "segment") return true;
  const startsAt = statement.body.slot * SEGMENT_SECONDS;
  const isReplaced = ({ statement: other }: AgreedTerms) =>
    other.body.version > named.body.version && other.body.validFrom <= startsAt;
  return named.body.validFrom < startsAt + SEGMENT_SECONDS && ![...all.values()].some(isReplaced);
};

/** What the profile of the terms keeps from being captured, uploaded or told. */
const fitsProfile = (statement: DeviceRecord, { statement: { body } }: AgreedTerms): boolean => {
  const { profile } = body;
  const takesCaptures = profile === "readable" || profile === "sealed" || profile === "local";
  if (statement.name === "capture") return takesCaptures;
  if (statement.name === "disclosure") return takesCaptures && isNamingFiles(statement) === (profile !== "local");
  return !(statement.name === "segment" && profile === "waived" && statement.body.activity > 0);
};

const isNamingFiles = ({ body }: Statement<"disclosure">): boolean => body.visible !== undefined;

const isOfSameDevice = (record: CheckedRecord, before: CheckedRecord | undefined): boolean =>
  before?.statement.body.device === record.statement.body.device;

/** Whether a record may stand after another: the next of its device, or the first here of a later device. */
const follows = (record: CheckedRecord, before: CheckedRecord | undefined): boolean => {
  const { device, seq, prev } = record.statement.body;
  if ((seq === 0) !== (prev === FIRST_PREV)) return false;
  if (before === undefined) return true;
  const last = before.statement.body;
  return device === last.device ? seq === last.seq + 1 && prev === before.hash : device > last.device;
};
