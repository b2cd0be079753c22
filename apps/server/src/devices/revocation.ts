import { type Refusal, refusal } from "@underseal/api";
import { type Envelope, logEntryOf, readStatement, type Statement } from "@underseal/evidence";
import { type DeviceId, err, ok, type PersonId, type Result } from "@underseal/foundation";
import { revocationSubject } from "../log/index.ts";
import { type Transaction, transact } from "../platform/postgres/transact.ts";
import type { DeviceDeps } from "./enrolment.ts";
import { checkRevocation } from "./rules.ts";
import { next } from "./states.ts";
import { type DeviceRecord, findById, insertDeviceEvent, moveDevice } from "./store.ts";

/**
 * Ends the device for good, by its owner's word, which is logged so that everybody sees since when. Revoking it again
 * answers the same: the first statement stands.
 */
export const revokeDevice = async (
  deps: DeviceDeps,
  personId: PersonId,
  { deviceId, envelope }: { readonly deviceId: DeviceId; readonly envelope: Envelope },
): Promise<Result<DeviceRecord, Refusal>> => {
  const revocation = readStatement(envelope, "revocation");
  if (!revocation.ok) return revocation;
  const { body } = revocation.value;
  if (body.person !== personId || body.device !== deviceId) {
    return err(refusal("NOT_ALLOWED", "The statement names another person or device."));
  }
  const revoked = await transact(deps.database, { kind: "person", personId }, (transaction) =>
    revoke(transaction, deps, { personId, deviceId, revocation: revocation.value }),
  );
  if (revoked.ok) deps.log.wake();
  return revoked;
};

interface Revocation {
  readonly personId: PersonId;
  readonly deviceId: DeviceId;
  readonly revocation: Statement<"revocation">;
}

const revoke = async (
  transaction: Transaction,
  { people, clock, log }: DeviceDeps,
  { personId, deviceId, revocation }: Revocation,
): Promise<Result<DeviceRecord, Refusal>> => {
  const device = await findById(transaction, deviceId);
  const keys = await people.keysOf(transaction, personId);
  if (device === null || keys === null) return err(refusal("NOT_FOUND"));
  const to = next(device.state, "revoke");
  if (!to.ok) return ok(device);
  const checked = checkRevocation(revocation, { keys, nowMs: clock.now() });
  if (!checked.ok) return checked;
  const revokedAt = new Date(Math.floor(clock.now()));
  const move = { deviceId, from: device.state, to: to.value, revokedAt, revocation: revocation.envelope };
  if (await moveDevice(transaction, move)) {
    await insertDeviceEvent(transaction, { deviceId, personId, event: "revoke", occurredAt: revokedAt });
    await log.enqueue(transaction, { subject: revocationSubject(deviceId), entry: logEntryOf(revocation.hash) });
  }
  const revoked = await findById(transaction, deviceId);
  return revoked === null ? err(refusal("NOT_FOUND")) : ok(revoked);
};
