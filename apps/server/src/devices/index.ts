import type { DeviceId, Result } from "@underseal/foundation";
import type { DeviceCaller, Feature } from "../platform/feature.ts";
import type { Transaction } from "../platform/postgres/transact.ts";
import { authenticateDevice, type SignedRequest } from "./authenticate.ts";
import type { DeviceDeps } from "./enrolment.ts";
import { serveDevices } from "./routes.ts";
import { type DeviceRecord, findById, findByKeyId, findByKeyIds, listRevoked } from "./store.ts";

// Devices: trackers with a key of their own, certified by their owner's account key.

export interface Devices extends Feature {
  /** By the key id of its signatures (`keyIdOf`). The transaction's actor sees their own devices, the system all. */
  findByKeyId(transaction: Transaction, keyId: string): Promise<DeviceRecord | null>;
  findByKeyIds(transaction: Transaction, keyIds: readonly string[]): Promise<ReadonlyMap<string, DeviceRecord>>;
  /** Those of these that were revoked. */
  listRevoked(transaction: Transaction, deviceIds: readonly string[]): Promise<ReadonlySet<string>>;
  findById(transaction: Transaction, deviceId: DeviceId): Promise<DeviceRecord | null>;
  /** Which enrolled device signed a request of a route with access "device". */
  authenticate(request: SignedRequest): Promise<Result<DeviceCaller, "DEVICE_SIGNATURE_INVALID" | "DEVICE_REVOKED">>;
}

export const createDevices = (deps: DeviceDeps): Devices => ({
  routes: serveDevices(deps),
  findByKeyId,
  findByKeyIds,
  listRevoked,
  findById,
  authenticate: (request) => authenticateDevice(deps, request),
});
