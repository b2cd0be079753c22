// The device's records of one segment: signatures, chain, times, the platform's signed arrival and the log's proof.
import {
  type DeviceRecordName,
  deviceRecordNames,
  isSignedBy,
  logEntryOf,
  readAnyStatement,
  readStatement,
  type Statement,
  type StatementBody,
} from "@underseal/evidence";
import { bytesToBase64Url, err, ok, type Result, SEGMENT_MS } from "@underseal/foundation";
import { decodeVerifierKey, verifyTlogProof } from "@underseal/tlog";
import { type Fault, fault } from "./checks.ts";
import { type DevicesById, keyBytes } from "./verify-parties.ts";

export interface LoggedRecord {
  readonly envelope: unknown;
  readonly arrival: unknown;
  readonly proof: string | null;
}

type DeviceRecord = Statement<DeviceRecordName>;

export interface SegmentRecords {
  readonly segments: readonly Statement<"segment">[];
  /** By statement hash, base64url. */
  readonly captures: ReadonlyMap<string, Statement<"capture">>;
  readonly disclosures: readonly Statement<"disclosure">[];
}

interface Scope {
  readonly contractId: string;
  readonly slot: number;
  readonly terms: StatementBody<"terms">;
  readonly termsHash: string;
  readonly devices: DevicesById;
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

const checkSignature = (envelope: unknown, { contractId, termsHash, devices }: Scope): Result<DeviceRecord, Fault> => {
  const statement = readAnyStatement(envelope);
  if (!statement.ok) return err(fault("signatures", "SIGNATURE", statement.error.detail));
  const record = statement.value;
  if (!isDeviceRecord(record)) return err(fault("signatures", "SIGNATURE", `a ${record.name} is no device record`));
  const device = devices.get(record.body.device);
  if (device === undefined) return err(fault("device", "DEVICE", "a record names a device without a certificate"));
  if (!isSignedBy(record, [keyBytes(device.sign)])) {
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
  };
};

const SEGMENT_SECONDS = SEGMENT_MS / 1000;

const checkTimes = ({ segments, captures }: SegmentRecords, { slot, terms }: Scope): Result<void, Fault> => {
  if (segments.length === 0) return err(fault("time", "MISSING", "there is no signed record of this segment"));
  for (const hash of segments.flatMap(({ body }) => body.captures)) {
    const capture = captures.get(hash);
    if (capture === undefined) return err(fault("chain", "MISSING", "the segment lists a capture that is not here"));
    const drawnAt = capture.body.beacon.round * terms.draw.roundSeconds;
    if (Math.floor(drawnAt / SEGMENT_SECONDS) !== slot) {
      return err(fault("time", "TIME", "a capture was drawn outside these ten minutes"));
    }
  }
  return ok(undefined);
};

/** The platform's signed arrival time, and the log's proof that the record is in it. */
export const checkLogged = (logged: readonly LoggedRecord[], terms: StatementBody<"terms">): Result<void, Fault> => {
  const platformKey = keyBytes(terms.platform);
  const logKey = decodeVerifierKey(terms.log);
  if (!logKey.ok) return err(fault("log", "LOG", logKey.error.sentence));
  const faults = logged.map(({ envelope, arrival, proof }) => {
    const record = readAnyStatement(envelope);
    if (!record.ok) return fault("signatures", "SIGNATURE", record.error.detail);
    if (!isArrival(arrival, record.value, platformKey)) {
      return fault("arrival", "ARRIVAL", "the arrival time is not signed by the platform's key in the terms");
    }
    if (proof === null) return fault("log", "LOG_PENDING", "the log has not published this record yet");
    const entry = logEntryOf(record.value.hash);
    const included = verifyTlogProof({ text: proof, entry, logKeys: [logKey.value] });
    return included.ok ? null : fault("log", "LOG", included.error.sentence);
  });
  const first = faults.find((found) => found?.check === "arrival") ?? faults.find((found) => found !== null);
  return first == null ? ok(undefined) : err(first);
};

const isArrival = (envelope: unknown, record: Statement, platformKey: Uint8Array): boolean => {
  const arrival = readStatement(envelope, "arrival");
  return (
    arrival.ok &&
    isSignedBy(arrival.value, [platformKey]) &&
    arrival.value.body.statement === bytesToBase64Url(record.hash) &&
    "contract" in record.body &&
    arrival.value.body.contract === record.body.contract
  );
};
