// A device record as it comes in: its form, and who signed it. Both are judged before the record may wait for its
// turn, so that nobody's noise takes the place of somebody's work.
import { type Refusal, refusal } from "@underseal/api";
import { type DeviceRecordName, deviceRecordNames, readAnyStatement, type Statement } from "@underseal/evidence";
import { isSignedByLater } from "@underseal/evidence/threaded";
import { type ContractId, err, ok, type Result, SECOND_MS } from "@underseal/foundation";
import type { EnrolledDevice } from "../ports.ts";

/** One of the four records, told apart by `name`. */
export type DeviceRecord = { [Name in DeviceRecordName]: Statement<Name> }[DeviceRecordName];

/** A record whose one signature is that of the device it names. What has become of the device since is not known. */
export interface SignedRecord {
  readonly record: DeviceRecord;
  readonly device: EnrolledDevice;
  /** The verified signature of its round, where it holds one; `null` where that cannot be had now. */
  readonly roundSignature: Uint8Array | null;
  /** What was drawn in the run that it stops, once that was asked for (see draw-runs.ts). */
  readonly draws: Draws;
}

export interface RunDraws {
  readonly rounds: readonly number[];
  /** Whether each of its captures is of a drawn round; known of online runs when the captures come. */
  readonly areCapturesDrawn: boolean;
}

/** By the key of the task; `null` where a round cannot be had now. */
export type Draws = ReadonlyMap<string, RunDraws | null>;

/** The round whose signature the record claims to know. */
export const claimedRoundOf = ({ name, body }: DeviceRecord): number | null =>
  (name === "start" || name === "capture") && body.beacon.sig !== undefined ? body.beacon.round : null;

export const readDeviceRecord = (input: unknown): Result<DeviceRecord, Refusal> => {
  const statement = readAnyStatement(input);
  if (!statement.ok) return err(refusal(statement.error.code, statement.error.detail));
  return isDeviceRecord(statement.value)
    ? ok(statement.value)
    : err(refusal("ENVELOPE_INVALID", `a ${statement.value.name} is no device record`));
};

// The name decides which body's schema was applied.
const isDeviceRecord = (statement: Statement): statement is DeviceRecord =>
  deviceRecordNames.some((name) => name === statement.name);

/** The key that the record says it is signed with. */
export const signerKeyIdOf = (record: DeviceRecord): string => record.signatures[0]?.keyid ?? "";

export const checkSigner = async (
  record: DeviceRecord,
  device: EnrolledDevice | null,
): Promise<Result<Pick<SignedRecord, "record" | "device">, Refusal>> => {
  if (device === null) return err(refusal("DEVICE_UNKNOWN"));
  if (!(await isSignedByLater(record, [device.sign]))) return err(refusal("SIGNATURE_INVALID"));
  if (device.deviceId !== record.body.device) return err(refusal("DEVICE_UNKNOWN", "the key is another device's"));
  return ok({ record, device });
};

/** Whether the device's certificate covers the record; it ends what the device may do, whatever the record says. */
export const checkCertified = (
  { record, device }: Pick<SignedRecord, "record" | "device">,
  nowMs: number,
): Refusal | null => {
  const madeAtMs = record.body.at * SECOND_MS;
  const isCertified = device.notBeforeMs <= madeAtMs && madeAtMs < device.notAfterMs && nowMs < device.notAfterMs;
  return isCertified ? null : refusal("DEVICE_UNKNOWN", "its certificate is not valid at this time");
};

// The schema of records holds it to be a UUID; whether there is such a contract, the rows say.
export const contractOf = ({ body }: DeviceRecord): ContractId => body.contract as ContractId;
