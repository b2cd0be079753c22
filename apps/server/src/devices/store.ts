import type { Envelope } from "@underseal/evidence";
import type { DeviceId, PersonId } from "@underseal/foundation";
import { sql } from "kysely";
import type { Transaction } from "../platform/postgres/transact.ts";
import type { DeviceState } from "./states.ts";

// The only file that knows the columns of devices.

export const replaceCode = async (
  transaction: Transaction,
  code: { readonly personId: PersonId; readonly codeHash: Uint8Array; readonly expiresAt: Date },
): Promise<void> => {
  await sql`
    insert into device_code (person_id, code_hash, expires_at)
    values (${code.personId}, ${code.codeHash}, ${code.expiresAt})
    on conflict (person_id) do update set code_hash = excluded.code_hash, expires_at = excluded.expires_at`.execute(
    transaction,
  );
};

/** Uses the code up and answers whose it was; of two at once, one. `null` for an unknown or ended one. */
export const takeCode = async (transaction: Transaction, codeHash: Uint8Array, now: Date): Promise<PersonId | null> => {
  const { rows } = await sql<{ personId: PersonId }>`
    delete from device_code where code_hash = ${codeHash} and expires_at > ${now}
    returning person_id as "personId"`.execute(transaction);
  return rows[0]?.personId ?? null;
};

export interface Enrolment {
  readonly deviceId: DeviceId;
  readonly sign: Uint8Array;
  readonly requestedAt: Date;
}

export interface NewEnrolment extends Enrolment {
  readonly personId: PersonId;
  readonly codeHash: Uint8Array;
}

/** The device's newest request counts. */
export const putEnrolment = async (transaction: Transaction, enrolment: NewEnrolment): Promise<void> => {
  const { personId, deviceId, sign, codeHash, requestedAt } = enrolment;
  await sql`
    insert into device_enrolment (person_id, device_id, sign, code_hash, requested_at)
    values (${personId}, ${deviceId}, ${sign}, ${codeHash}, ${requestedAt})
    on conflict (person_id, device_id) do update
    set sign = excluded.sign, code_hash = excluded.code_hash, requested_at = excluded.requested_at`.execute(
    transaction,
  );
};

/** Who was asked by this very request before. */
export const findEnrolmentOwner = async (
  transaction: Transaction,
  { codeHash, deviceId, sign }: Pick<NewEnrolment, "codeHash" | "deviceId" | "sign">,
): Promise<PersonId | null> => {
  const { rows } = await sql<{ personId: PersonId }>`
    select person_id as "personId" from device_enrolment
    where code_hash = ${codeHash} and device_id = ${deviceId} and sign = ${sign}`.execute(transaction);
  return rows[0]?.personId ?? null;
};

export const removeEnrolmentsBefore = async (
  transaction: Transaction,
  personId: PersonId,
  before: Date,
): Promise<void> => {
  await sql`delete from device_enrolment where person_id = ${personId} and requested_at <= ${before}`.execute(
    transaction,
  );
};

export const listEnrolments = async (
  transaction: Transaction,
  personId: PersonId,
  { after, max }: { readonly after: Date; readonly max: number },
): Promise<readonly Enrolment[]> => {
  const { rows } = await sql<Enrolment>`
    select device_id as "deviceId", sign, requested_at as "requestedAt" from device_enrolment
    where person_id = ${personId} and requested_at > ${after} order by requested_at desc limit ${max}`.execute(
    transaction,
  );
  return rows;
};

/** Takes the request of this device and key; false where there is none. */
export const takeEnrolment = async (
  transaction: Transaction,
  request: {
    readonly personId: PersonId;
    readonly deviceId: DeviceId;
    readonly sign: Uint8Array;
    readonly after: Date;
  },
): Promise<boolean> => {
  const { rows } = await sql`
    delete from device_enrolment
    where person_id = ${request.personId} and device_id = ${request.deviceId} and sign = ${request.sign}
      and requested_at > ${request.after}
    returning 1`.execute(transaction);
  return rows.length > 0;
};

/** A device as it was certified. */
export interface DeviceRecord {
  readonly deviceId: DeviceId;
  readonly personId: PersonId;
  /** Of the account key that signed the certificate. */
  readonly generation: number;
  /** The device's public key, 32 bytes. */
  readonly sign: Uint8Array;
  readonly state: DeviceState;
  readonly certificate: Envelope;
  readonly notBeforeMs: number;
  /** The first instant at which the certificate is over. */
  readonly notAfterMs: number;
  readonly enrolledAtMs: number;
  readonly revokedAtMs: number | null;
  /** The owner's statement; `null` also for what was revoked before there were such statements. */
  readonly revocation: Envelope | null;
}

interface DeviceRow extends Omit<DeviceRecord, "notBeforeMs" | "notAfterMs" | "enrolledAtMs" | "revokedAtMs"> {
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly enrolledAt: Date;
  readonly revokedAt: Date | null;
}

const columns = sql`device_id as "deviceId", person_id as "personId", generation, sign, state, certificate,
  not_before as "notBefore", not_after as "notAfter", enrolled_at as "enrolledAt", revoked_at as "revokedAt", revocation`;

const toRecord = ({ notBefore, notAfter, enrolledAt, revokedAt, ...row }: DeviceRow): DeviceRecord => ({
  ...row,
  sign: new Uint8Array(row.sign),
  notBeforeMs: notBefore.getTime(),
  notAfterMs: notAfter.getTime(),
  enrolledAtMs: enrolledAt.getTime(),
  revokedAtMs: revokedAt?.getTime() ?? null,
});

export const insertDevice = async (
  transaction: Transaction,
  { record, keyId }: { readonly record: DeviceRecord; readonly keyId: string },
): Promise<void> => {
  const { deviceId, personId, generation, sign, state, certificate, notBeforeMs, notAfterMs, enrolledAtMs } = record;
  await sql`
    insert into device (device_id, person_id, generation, sign, key_id, state, certificate,
      not_before, not_after, enrolled_at)
    values (${deviceId}, ${personId}, ${generation}, ${sign}, ${keyId}, ${state}, ${JSON.stringify(certificate)}::jsonb,
      ${new Date(notBeforeMs)}, ${new Date(notAfterMs)}, ${new Date(enrolledAtMs)})`.execute(transaction);
};

/** From the state that was decided on; false where it has changed meanwhile. */
export const moveDevice = async (
  transaction: Transaction,
  move: {
    readonly deviceId: DeviceId;
    readonly from: DeviceState;
    readonly to: DeviceState;
    readonly revokedAt: Date;
    readonly revocation: Envelope;
  },
): Promise<boolean> => {
  const { numAffectedRows } = await sql`
    update device set state = ${move.to}, revoked_at = ${move.revokedAt},
      revocation = ${JSON.stringify(move.revocation)}::jsonb
    where device_id = ${move.deviceId} and state = ${move.from}`.execute(transaction);
  return numAffectedRows === 1n;
};

export const insertDeviceEvent = async (
  transaction: Transaction,
  event: {
    readonly deviceId: DeviceId;
    readonly personId: PersonId;
    readonly event: "enrol" | "revoke";
    readonly occurredAt: Date;
  },
): Promise<void> => {
  await sql`
    insert into device_event (device_id, person_id, event, occurred_at)
    values (${event.deviceId}, ${event.personId}, ${event.event}, ${event.occurredAt})`.execute(transaction);
};

const onlyRecord = (rows: readonly DeviceRow[]): DeviceRecord | null =>
  rows[0] === undefined ? null : toRecord(rows[0]);

/** By key id; without those that no device has. */
export const findByKeyIds = async (
  transaction: Transaction,
  keyIds: readonly string[],
): Promise<ReadonlyMap<string, DeviceRecord>> => {
  const { rows } = await sql<DeviceRow & { keyId: string }>`
    select ${columns}, key_id as "keyId" from device where key_id = any(${keyIds}::text[])`.execute(transaction);
  return new Map(rows.map(({ keyId, ...row }) => [keyId, toRecord(row)]));
};

/** Those of these devices that were revoked. */
export const listRevoked = async (
  transaction: Transaction,
  deviceIds: readonly string[],
): Promise<ReadonlySet<string>> => {
  const { rows } = await sql<{ deviceId: string }>`
    select device_id as "deviceId" from device
    where device_id = any(${deviceIds}::uuid[]) and state = 'revoked'`.execute(transaction);
  return new Set(rows.map(({ deviceId }) => deviceId));
};

export const findByKeyId = async (transaction: Transaction, keyId: string): Promise<DeviceRecord | null> =>
  onlyRecord((await sql<DeviceRow>`select ${columns} from device where key_id = ${keyId}`.execute(transaction)).rows);

export const findById = async (transaction: Transaction, deviceId: DeviceId): Promise<DeviceRecord | null> =>
  onlyRecord(
    (await sql<DeviceRow>`select ${columns} from device where device_id = ${deviceId}`.execute(transaction)).rows,
  );

export const listDevices = async (
  transaction: Transaction,
  personId: PersonId,
  max: number,
): Promise<readonly DeviceRecord[]> => {
  const { rows } = await sql<DeviceRow>`
    select ${columns} from device where person_id = ${personId} order by enrolled_at desc limit ${max}`.execute(
    transaction,
  );
  return rows.map(toRecord);
};
