// Second bodies that a device signed for a number that was taken. They prove that somebody who held the device's key
// signed both; whether that was fraud or a restored backup is for an arbiter to judge, so nothing is refused for them.
import { isSignedBy } from "@underseal/evidence";
import { equalBytes, ok, type Result } from "@underseal/foundation";
import { bytesOf } from "./bytes-of.ts";
import type { Devices } from "./devices.ts";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { ParsedBundle } from "./parse.ts";
import type { DeviceChain } from "./records.ts";

/** How many numbers have more than one body. Each conflict is with a record of the bundle, and signed by its device. */
export const checkConflicts = (
  { conflicts, contract }: ParsedBundle,
  { chains, devices }: { readonly chains: readonly DeviceChain[]; readonly devices: Devices },
): Result<number, VerificationFailure> => {
  const records = new Map(chains.flat().map((record) => [placeOf(record.statement.body), record.statement]));
  const seen = new Set<string>();
  for (const conflict of conflicts) {
    const place = placeOf(conflict.body);
    const device = devices.get(conflict.body.device);
    const record = records.get(place);
    const name = `${place} ${conflict.envelope.payload}`;
    const isOther = record !== undefined && !equalBytes(record.bodyHash, conflict.bodyHash) && !seen.has(name);
    if (!isOther || device === undefined || conflict.body.contract !== contract) {
      return refuse("CONFLICT_MISPLACED", conflict);
    }
    if (!isSignedBy(conflict, [bytesOf(device.body.sign)])) return refuse("CONFLICT_SIGNATURE_INVALID", conflict);
    seen.add(name);
  }
  return ok(new Set(conflicts.map(({ body }) => placeOf(body))).size);
};

const placeOf = ({ device, seq }: { readonly device: string; readonly seq: number }): string => `${device} ${seq}`;
