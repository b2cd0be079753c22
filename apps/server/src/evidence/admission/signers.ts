// Which device has a key. A key is one device's for ever and its certificate never changes, so both are kept; whether
// the device was revoked is asked again in the transaction that admits its record.
import { systemActor, transact } from "../../platform/postgres/transact.ts";
import { createRecent } from "../../platform/recent.ts";
import type { EnrolledDevice, EvidenceDeps } from "../ports.ts";

export interface Signers {
  /** By key id; without those that no enrolled device has. */
  findAll(keyIds: readonly string[]): Promise<ReadonlyMap<string, EnrolledDevice>>;
}

/** About 3 KB each. */
const SIGNERS_MAX = 20_000;

export const createSigners = ({ database, devices }: Pick<EvidenceDeps, "database" | "devices">): Signers => {
  const known = createRecent<EnrolledDevice>(SIGNERS_MAX);
  return {
    findAll: async (keyIds) => {
      const found = new Map<string, EnrolledDevice>();
      const unknown = new Set<string>();
      for (const keyId of keyIds) {
        const device = known.get(keyId);
        if (device === undefined) unknown.add(keyId);
        else found.set(keyId, device);
      }
      if (unknown.size === 0) return found;
      const read = await transact(database, systemActor, (transaction) =>
        devices.findByKeyIds(transaction, [...unknown]),
      );
      for (const [keyId, device] of read) {
        found.set(keyId, device);
        known.set(keyId, device);
      }
      return found;
    },
  };
};
