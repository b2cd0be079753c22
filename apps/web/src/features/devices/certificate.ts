import { type AccountKeys, type Statement, signStatement } from "@underseal/evidence";
import { bytesToBase64Url, DAY_MS, HOUR_MS, type Random, reveal } from "@underseal/foundation";

/** No certificate is valid for longer than 90 days from its beginning. */
const VALIDITY_MS = 90 * DAY_MS;
/** The device's clock may be behind ours: its first records must not fall before the certificate. */
const BACKDATED_MS = HOUR_MS;

const seconds = (ms: number): number => Math.floor(ms / 1000);

/** The owner's word that this key belongs to their device. */
export const certifyDevice = (
  device: { readonly deviceId: string; readonly sign: string },
  { personId, keys, nowMs }: { readonly personId: string; readonly keys: AccountKeys; readonly nowMs: number },
): Statement<"device"> =>
  signStatement(
    "device",
    {
      person: personId,
      generation: keys.generation,
      device: device.deviceId,
      sign: device.sign,
      notBefore: seconds(nowMs - BACKDATED_MS),
      notAfter: seconds(nowMs - BACKDATED_MS + VALIDITY_MS),
    },
    [reveal(keys.signing.secretKey)],
  );

/** The owner's word that from now on nothing counts that this device signs. */
export const revokeDevice = (
  deviceId: string,
  {
    personId,
    keys,
    nowMs,
    random,
  }: { readonly personId: string; readonly keys: AccountKeys; readonly nowMs: number; readonly random: Random },
): Statement<"revocation"> =>
  signStatement(
    "revocation",
    {
      person: personId,
      generation: keys.generation,
      device: deviceId,
      at: seconds(nowMs),
      nonce: bytesToBase64Url(random.bytes(32)),
    },
    [reveal(keys.signing.secretKey)],
  );
