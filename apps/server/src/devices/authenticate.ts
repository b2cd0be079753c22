import type { IncomingHttpHeaders } from "node:http";
import { DEVICE_SIGNATURE_AGE_MAX_SECONDS, isRequestSignedBy, readRequestSignature } from "@underseal/api";
import { type Clock, err, ok, type Result } from "@underseal/foundation";
import type { DeviceCaller } from "../platform/feature.ts";
import type { Database } from "../platform/postgres/database.ts";
import { systemActor, transact } from "../platform/postgres/transact.ts";
import { isFresh } from "./rules.ts";
import { findByKeyId } from "./store.ts";

export interface SignedRequest {
  readonly method: string;
  /** With the query string, as it was sent. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The bytes of a JSON body; `null` for none, and for streamed bytes. */
  readonly body: Uint8Array | null;
}

/**
 * Which device signed the request. The signature is checked before anything is said about the device, so that who
 * merely knows a key id learns nothing. A certificate that is not in force counts as no proof.
 */
export const authenticateDevice = async (
  { database, clock }: { readonly database: Database; readonly clock: Clock },
  request: SignedRequest,
): Promise<Result<DeviceCaller, "DEVICE_SIGNATURE_INVALID" | "DEVICE_REVOKED">> => {
  const read = readRequestSignature(request, request.headers);
  if (!read.ok) return read;
  const { keyId, createdSeconds } = read.value;
  const nowMs = clock.now();
  if (!isFresh(createdSeconds, nowMs, DEVICE_SIGNATURE_AGE_MAX_SECONDS)) return err("DEVICE_SIGNATURE_INVALID");
  const device = await transact(database, systemActor, (transaction) => findByKeyId(transaction, keyId));
  if (device === null || !isRequestSignedBy(read.value, device.sign)) return err("DEVICE_SIGNATURE_INVALID");
  if (device.state === "revoked") return err("DEVICE_REVOKED");
  if (nowMs < device.notBeforeMs || nowMs >= device.notAfterMs) return err("DEVICE_SIGNATURE_INVALID");
  return ok({ kind: "device", deviceId: device.deviceId, personId: device.personId });
};
