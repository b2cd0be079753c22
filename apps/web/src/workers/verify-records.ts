// The device's records of one segment: signatures, chain, times, the platform's signed arrival and the log's proof.
import {
  type DeviceRecordName,
  deviceRecordNames,
  isSignedBy,
  logEntryOf,
  readAnyStatement,
  readStatement,
  roundTime,
  type Statement,
  type StatementBody,
} from "@underseal/evidence";
import { bytesToBase64Url, err, ok, type Result, SEGMENT_MS, slotOf } from "@underseal/foundation";
import { leafHash, parseTlogProof, type TlogError, verifyInclusion } from "@underseal/tlog";
import { type Fault, fault } from "./checks.ts";
import { type LogKey, readLogKey, recallCheckpoint } from "./log-key.ts";
import type { Memory } from "./memory.ts";
import { type DevicesById, keyBytes } from "./verify-parties.ts";

export interface LoggedRecord {
  readonly envelope: unknown;
  readonly arrival: unknown;
  readonly proof: string | null;
}

type DeviceRecord = Statement<DeviceRecordName>;

/** A record and the slot it counts for. */
export interface PlacedHash {
  /** Statement hash, base64url. */
  readonly hash: string;
  readonly slot: number;
}

export interface SegmentRecords {
  readonly segments: readonly Statement<"segment">[];
  /** By statement hash, base64url. */
  readonly captures: ReadonlyMap<string, Statement<"capture">>;
  readonly disclosures: readonly Statement<"disclosure">[];
  /** All of them. */
  readonly placed: readonly PlacedHash[];
  readonly starts: readonly Statement<"start">[];
  /** Stops of runs in other slots too: they may reveal what drew. */
  readonly stops: readonly Statement<"segment">[];
}

interface Scope {
  readonly contractId: string;
  readonly slot: number;
  readonly terms: StatementBody<"terms">;
  readonly termsHash: string;
  readonly devices: DevicesById;
  readonly memory: Memory;
}

export const checkRecords = (logged: readonly LoggedRecord[], scope: Scope): Result<SegmentRecords, Fault> => {
  const records: DeviceRecord[] = [];
  for (const { envelope } of logged) {
    const record = checkSignature(envelope, scope);
    if (!record.ok) return record;
    records.push(record.value);
  }
  const chained = checkChain(records);
  if (!chained.ok) return chained;
  const sorted = sortRecords(records, scope.slot);
  const timed = checkTimes(sorted, scope);
  return timed.ok ? ok(sorted) : timed;
};

const isDeviceRecord = (statement: Statement): statement is DeviceRecord =>
  deviceRecordNames.some((name) => name === statement.name);

const checkSignature = (
  envelope: unknown,
  { contractId, termsHash, devices, memory }: Scope,
): Result<DeviceRecord, Fault> => {
  const statement = readAnyStatement(envelope);
  if (!statement.ok) return err(fault("signatures", "SIGNATURE", statement.error.detail));
  const record = statement.value;
  if (!isDeviceRecord(record)) return err(fault("signatures", "SIGNATURE", `a ${record.name} is no device record`));
  const device = devices.get(record.body.device);
  if (device === undefined) return err(fault("device", "DEVICE", "a record names a device without a certificate"));
  if (!isSignedOnce(memory, record, device.sign)) {
    return err(fault("signatures", "SIGNATURE", `a ${record.name} record is not signed by its device`));
  }
  if (record.body.at < device.notBefore || record.body.at >= device.notAfter) {
    return err(fault("device", "DEVICE", "a record lies outside the time its device is certified for"));
  }
  if (record.body.contract !== contractId || record.body.terms !== termsHash) {
    return err(fault("signatures", "SIGNATURE", "a record was made under other terms"));
  }
  return ok(record);
};

/** The statement hash covers body and signatures, not the payload's type: that belongs to the key too. */
const isSignedOnce = ({ signatures }: Memory, statement: Statement, key: string): boolean =>
  signatures(`${statement.name} ${bytesToBase64Url(statement.hash)} ${key}`, () =>
    isSignedBy(statement, [keyBytes(key)]),
  );

/** Neighbours in a device's chain must name each other. Records of other segments between them are not here. */
const checkChain = (records: readonly DeviceRecord[]): Result<void, Fault> => {
  const byPlace = new Map<string, DeviceRecord>();
  for (const record of records) {
    const place = `${record.body.device} ${record.body.seq}`;
    if (byPlace.has(place)) return err(fault("chain", "CHAIN", "two records take the same place in the chain"));
    byPlace.set(place, record);
  }
  const isLinked = ({ body }: DeviceRecord) => {
    const before = byPlace.get(`${body.device} ${body.seq - 1}`);
    return before === undefined || body.prev === bytesToBase64Url(before.hash);
  };
  return records.every(isLinked)
    ? ok(undefined)
    : err(fault("chain", "CHAIN", "a record does not follow its neighbour"));
};

const sortRecords = (records: readonly DeviceRecord[], slot: number): SegmentRecords => {
  const named = <Name extends DeviceRecordName>(name: Name): Statement<Name>[] =>
    // The name decides the body's type.
    records.filter((record) => record.name === name) as Statement[] as Statement<Name>[];
  return {
    segments: named("segment").filter(({ body }) => body.slot === slot),
    captures: new Map(named("capture").map((capture) => [bytesToBase64Url(capture.hash), capture])),
    disclosures: named("disclosure"),
    placed: records.map((record) => ({ hash: bytesToBase64Url(record.hash), slot: slotIn(record, slot) })),
    starts: named("start"),
    stops: named("segment").filter(({ body }) => body.stop),
  };
};

/** Captures and disclosures come with the slot's own; a run may have started long before. */
const slotIn = ({ body }: DeviceRecord, slot: number): number => {
  if ("slot" in body) return body.slot;
  return "beacon" in body && !("root" in body) ? slotOf(body.at * 1000) : slot;
};

const SEGMENT_SECONDS = SEGMENT_MS / 1000;

const checkTimes = ({ segments, captures }: SegmentRecords, { slot, terms }: Scope): Result<void, Fault> => {
  if (segments.length === 0) return err(fault("time", "MISSING", "there is no signed record of this segment"));
  for (const hash of segments.flatMap(({ body }) => body.captures)) {
    const capture = captures.get(hash);
    if (capture === undefined) return err(fault("chain", "MISSING", "the segment lists a capture that is not here"));
    const drawnAt = roundTime(terms.draw.beacon, capture.body.beacon.round);
    if (Math.floor(drawnAt / SEGMENT_SECONDS) !== slot) {
      return err(fault("time", "TIME", "a capture was drawn outside these ten minutes"));
    }
  }
  return ok(undefined);
};

/** The platform's signed arrival time, and the log's proof that the record is in it. */
export const checkLogged = (
  logged: readonly LoggedRecord[],
  terms: StatementBody<"terms">,
  memory: Memory,
): Result<LogKey, Fault> => {
  const key = readLogKey(terms);
  if (!key.ok) return key;
  const faults = logged.map(({ envelope, arrival, proof }) => {
    const record = readAnyStatement(envelope);
    if (!record.ok) return fault("signatures", "SIGNATURE", record.error.detail);
    if (!isArrival(arrival, record.value, terms.platform, memory)) {
      return fault("arrival", "ARRIVAL", "the arrival time is not signed by the platform's key in the terms");
    }
    if (proof === null) return fault("log", "LOG_PENDING", "the log has not published this record yet");
    const entry = logEntryOf(record.value.hash);
    const included = checkIncluded(proof, entry, key.value, memory);
    return included.ok ? null : fault("log", "LOG", included.error.sentence);
  });
  const first = faults.find((found) => found?.check === "arrival") ?? faults.find((found) => found !== null);
  return first == null ? ok(key.value) : err(first);
};

/** As `verifyTlogProof`, with each checkpoint's signature checked once. */
const checkIncluded = (text: string, entry: Uint8Array, key: LogKey, memory: Memory): Result<void, TlogError> => {
  const proof = parseTlogProof(text);
  if (!proof.ok) return proof;
  const checkpoint = recallCheckpoint(memory, proof.value.checkpoint, key);
  if (!checkpoint.ok) return checkpoint;
  const { size, root } = checkpoint.value;
  const { index, hashes } = proof.value;
  return verifyInclusion({ index, size, leafHash: leafHash(entry), proof: hashes, root });
};

const isArrival = (envelope: unknown, record: Statement, platformKey: string, memory: Memory): boolean => {
  const arrival = readStatement(envelope, "arrival");
  return (
    arrival.ok &&
    isSignedOnce(memory, arrival.value, platformKey) &&
    arrival.value.body.statement === bytesToBase64Url(record.hash) &&
    "contract" in record.body &&
    arrival.value.body.contract === record.body.contract
  );
};
