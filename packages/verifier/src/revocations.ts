// Devices whose owner took back their certificate. What such a device signed before counts; what the platform had only
// afterwards does not.
import { isSignedBy, type Statement } from "@underseal/evidence";
import { ok, type Result } from "@underseal/foundation";
import { type Accounts, accountKey, freelancerKeys } from "./accounts.ts";
import { CLOCK_TOLERANCE_SECONDS } from "./arrivals.ts";
import { bytesOf } from "./bytes-of.ts";
import type { Devices } from "./devices.ts";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { ParsedBundle } from "./parse.ts";
import type { DeviceChain } from "./records.ts";

/** Revocations by device id. */
export type Revocations = ReadonlyMap<string, Statement<"revocation">>;

/** Each is of a device in the bundle, by that device's owner, and there is one for a device at most. */
export const checkRevocations = (
  bundle: ParsedBundle,
  { accounts, devices }: { readonly accounts: Accounts; readonly devices: Devices },
): Result<Revocations, VerificationFailure> => {
  const holders = freelancerKeys(bundle);
  const byDevice = new Map<string, Statement<"revocation">>();
  for (const { statement: revocation } of bundle.revocations) {
    const { body } = revocation;
    const owner = accounts.get(accountKey(body));
    const isOwners = devices.has(body.device) && holders.has(accountKey(body));
    if (!isOwners || byDevice.has(body.device)) return refuse("REVOCATION_MISPLACED", revocation);
    if (owner === undefined || !isSignedBy(revocation, [bytesOf(owner.body.sign)])) {
      return refuse("REVOCATION_SIGNATURE_INVALID", revocation);
    }
    byDevice.set(body.device, revocation);
  }
  return ok(byDevice);
};

/** The platform had nothing of a revoked device afterwards. The owner's clock may be off by as much as a device's. */
export const checkNotRevoked = (
  chains: readonly DeviceChain[],
  revocations: Revocations,
): Result<void, VerificationFailure> => {
  for (const { statement, arrival } of chains.flat()) {
    const revokedAt = revocations.get(statement.body.device)?.body.at;
    if (revokedAt !== undefined && arrival.body.at > revokedAt + CLOCK_TOLERANCE_SECONDS) {
      return refuse("RECORD_AFTER_REVOCATION", statement);
    }
  }
  return ok(undefined);
};
