import { isAcceptableDeviceKey, isSignedBy, type Statement } from "@underseal/evidence";
import { ok, type Result } from "@underseal/foundation";
import { type Accounts, accountKey, freelancerKeys } from "./accounts.ts";
import { bytesOf } from "./bytes-of.ts";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { ParsedBundle } from "./parse.ts";

/** Certificates by device id. */
export type Devices = ReadonlyMap<string, Statement<"device">>;

/** Each device was certified by a key of the freelancer that the terms name, and made a record here. */
export const checkDevices = (bundle: ParsedBundle, accounts: Accounts): Result<Devices, VerificationFailure> => {
  const holders = freelancerKeys(bundle);
  const recording = new Set(bundle.records.map(({ statement }) => statement.body.device));
  const byId = new Map<string, Statement<"device">>();
  for (const device of bundle.devices) {
    const { body } = device;
    const owner = accounts.get(accountKey(body));
    if (owner === undefined || !holders.has(accountKey(body))) return refuse("DEVICE_OWNER_UNKNOWN", device);
    if (!isSignedBy(device, [bytesOf(owner.body.sign)])) return refuse("DEVICE_SIGNATURE_INVALID", device);
    const isSound = isAcceptableDeviceKey(bytesOf(body.sign)) && body.notBefore < body.notAfter;
    if (!isSound) return refuse("DEVICE_KEY_INVALID", device);
    if (byId.has(body.device)) return refuse("DEVICE_REPEATED", device);
    if (!recording.has(body.device)) return refuse("DEVICE_UNUSED", device);
    byId.set(body.device, device);
  }
  return ok(byId);
};
