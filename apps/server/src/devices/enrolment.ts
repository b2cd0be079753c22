import { type Refusal, refusal } from "@underseal/api";
import { type Envelope, isAcceptableDeviceKey, keyIdOf, readStatement, type Statement } from "@underseal/evidence";
import {
  type Clock,
  DAY_MS,
  type DeviceId,
  err,
  MINUTE_MS,
  ok,
  type PersonId,
  type Random,
  type Result,
  SECOND_MS,
} from "@underseal/foundation";
import type { SubjectEntry } from "../log/index.ts";
import { type Database, isUniqueViolation } from "../platform/postgres/database.ts";
import { type Actor, systemActor, type Transaction, transact } from "../platform/postgres/transact.ts";
import { hashCode, makeCode } from "./code.ts";
import { type AccountKeys, checkCertificate, deviceKeyOf } from "./rules.ts";
import {
  type DeviceRecord,
  findById,
  findEnrolmentOwner,
  insertDevice,
  insertDeviceEvent,
  putEnrolment,
  removeEnrolmentsBefore,
  replaceCode,
  takeCode,
  takeEnrolment,
} from "./store.ts";

// The commands: a code is made, a device asks with it, its owner certifies its key. For its end see revocation.ts.

/** What devices ask of people. */
interface DevicePeople {
  /** The newest generation of the account's keys; `null` where there are none. */
  keysOf(transaction: Transaction, personId: PersonId): Promise<AccountKeys | null>;
}

interface DeviceLog {
  enqueue(transaction: Transaction, entry: SubjectEntry): Promise<void>;
  wake(): void;
}

export interface DeviceDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly people: DevicePeople;
  readonly log: DeviceLog;
}

const CODE_LIFE_MS = 10 * MINUTE_MS;
const ENROLMENT_LIFE_MS = DAY_MS;

/** Requests made at or before this instant are over. */
export const enrolmentsEndedBefore = (nowMs: number): Date => new Date(nowMs - ENROLMENT_LIFE_MS);

const asPerson = (personId: PersonId): Actor => ({ kind: "person", personId });

export const createEnrolmentCode = async (
  { database, clock, random }: DeviceDeps,
  personId: PersonId,
): Promise<{ readonly code: string; readonly expiresAtMs: number }> => {
  const code = makeCode(random);
  const expiresAtMs = Math.floor(clock.now()) + CODE_LIFE_MS;
  await transact(database, asPerson(personId), (transaction) =>
    replaceCode(transaction, { personId, codeHash: hashCode(code), expiresAt: new Date(expiresAtMs) }),
  );
  return { code, expiresAtMs };
};

/** Whoever has the code may ask, once. The same request again, whose answer was lost, is answered again. */
export const requestEnrolment = async (
  { database, clock }: DeviceDeps,
  { code, deviceId, sign }: { readonly code: string; readonly deviceId: DeviceId; readonly sign: Uint8Array },
): Promise<Result<PersonId, Refusal>> => {
  if (!isAcceptableDeviceKey(sign)) return err(refusal("PUBLIC_KEY_INVALID"));
  const now = new Date(clock.now());
  const request = { codeHash: hashCode(code), deviceId, sign };
  return transact(database, systemActor, async (transaction) => {
    const personId = await takeCode(transaction, request.codeHash, now);
    if (personId === null) {
      const asked = await findEnrolmentOwner(transaction, request);
      return asked === null ? err(refusal("ENROLMENT_CODE_INVALID")) : ok(asked);
    }
    await removeEnrolmentsBefore(transaction, personId, enrolmentsEndedBefore(clock.now()));
    await putEnrolment(transaction, { ...request, personId, requestedAt: now });
    return ok(personId);
  });
};

/** Enrols the device that asked, if its owner's current key certifies the very key it asked with. */
export const enrolDevice = async (
  deps: DeviceDeps,
  personId: PersonId,
  envelope: Envelope,
): Promise<Result<DeviceRecord, Refusal>> => {
  const certificate = readStatement(envelope, "device");
  if (!certificate.ok) return certificate;
  if (certificate.value.body.person !== personId) {
    return err(refusal("NOT_ALLOWED", "The certificate names another person."));
  }
  const keys = await transact(deps.database, asPerson(personId), (transaction) =>
    deps.people.keysOf(transaction, personId),
  );
  if (keys === null) return err(refusal("NOT_ALLOWED", "The account has published no keys yet."));
  const checked = checkCertificate(certificate.value, { keys, nowMs: deps.clock.now() });
  return checked.ok ? storeDevice(deps, personId, certificate.value) : checked;
};

const storeDevice = async (
  { database, clock }: DeviceDeps,
  personId: PersonId,
  certificate: Statement<"device">,
): Promise<Result<DeviceRecord, Refusal>> => {
  const record = describeDevice(personId, certificate, Math.floor(clock.now()));
  const { deviceId, sign } = record;
  try {
    return await transact(database, asPerson(personId), async (transaction) => {
      const after = enrolmentsEndedBefore(clock.now());
      if (!(await takeEnrolment(transaction, { personId, deviceId, sign, after }))) {
        // The answer of the first time may have been lost.
        const known = await findById(transaction, deviceId);
        if (known?.certificate.payload === certificate.envelope.payload) return ok(known);
        return err(refusal("NOT_ALLOWED", "No device with this id and key has asked to be enrolled."));
      }
      await insertDevice(transaction, { record, keyId: keyIdOf(sign) });
      const occurredAt = new Date(record.enrolledAtMs);
      await insertDeviceEvent(transaction, { deviceId, personId, event: "enrol", occurredAt });
      return ok(record);
    });
  } catch (error) {
    if (isUniqueViolation(error)) return err(refusal("NOT_ALLOWED", "This id or key belongs to an enrolled device."));
    throw error;
  }
};

const describeDevice = (personId: PersonId, certificate: Statement<"device">, nowMs: number): DeviceRecord => ({
  // The schema admits UUIDs only.
  deviceId: certificate.body.device as DeviceId,
  personId,
  generation: certificate.body.generation,
  sign: deviceKeyOf(certificate.body.sign),
  state: "enrolled",
  certificate: certificate.envelope,
  notBeforeMs: certificate.body.notBefore * SECOND_MS,
  notAfterMs: certificate.body.notAfter * SECOND_MS,
  enrolledAtMs: nowMs,
  revokedAtMs: null,
  revocation: null,
});
