import { type Refusal, refusal } from "@underseal/api";
import { isAcceptableDeviceKey, isSignedBy, type Statement } from "@underseal/evidence";
import { assert, base64UrlToBytes, DAY_MS, err, MINUTE_MS, ok, type Result, SECOND_MS } from "@underseal/foundation";

// When a device's certificate is good, and when a request is too old. Pure.

export interface AccountKeys {
  readonly generation: number;
  readonly sign: Uint8Array;
}

const VALIDITY_MAX_MS = 90 * DAY_MS;

/** How far the clock that made a certificate may run ahead of ours. */
const CLOCK_AHEAD_MAX_MS = 5 * MINUTE_MS;

/** The bytes of a key that the schema has checked for its form. */
export const deviceKeyOf = (text: string): Uint8Array => {
  const key = base64UrlToBytes(text);
  assert(key !== null, "the schema admits base64url only");
  return key;
};

/** Whether the account's current key certifies a sound device key for a time that includes now. */
export const checkCertificate = (
  certificate: Statement<"device">,
  { keys, nowMs }: { readonly keys: AccountKeys; readonly nowMs: number },
): Result<void, Refusal> => {
  const { body } = certificate;
  if (!isAcceptableDeviceKey(deviceKeyOf(body.sign))) return err(refusal("PUBLIC_KEY_INVALID"));
  if (body.generation !== keys.generation) {
    return err(refusal("NOT_ALLOWED", `The account's keys are of generation ${keys.generation}.`));
  }
  if (!isSignedBy(certificate, [keys.sign])) return err(refusal("SIGNATURE_INVALID"));
  return checkValidity({ fromMs: body.notBefore * SECOND_MS, toMs: body.notAfter * SECOND_MS, nowMs });
};

const checkValidity = (times: {
  readonly fromMs: number;
  readonly toMs: number;
  readonly nowMs: number;
}): Result<void, Refusal> => {
  const { fromMs, toMs, nowMs } = times;
  if (toMs <= fromMs) return err(refusal("SCHEMA_INVALID", "notAfter: not later than notBefore"));
  if (toMs - fromMs > VALIDITY_MAX_MS)
    return err(refusal("SCHEMA_INVALID", "notAfter: more than 90 days after notBefore"));
  if (fromMs > nowMs + CLOCK_AHEAD_MAX_MS) return err(refusal("SCHEMA_INVALID", "notBefore: in the future"));
  if (toMs <= nowMs) return err(refusal("SCHEMA_INVALID", "notAfter: in the past"));
  return ok(undefined);
};

/**
 * Nothing of the device is admitted after a revocation, and whoever verifies allows five minutes between its time and
 * the last arrival: a revocation that is dated further back would take back what was admitted.
 */
const REVOCATION_TOLERANCE_MS = 4 * MINUTE_MS;

/** Whether the account's current key revokes the device as of now. */
export const checkRevocation = (
  revocation: Statement<"revocation">,
  { keys, nowMs }: { readonly keys: AccountKeys; readonly nowMs: number },
): Result<void, Refusal> => {
  const { generation, at } = revocation.body;
  if (generation !== keys.generation) {
    return err(refusal("NOT_ALLOWED", `The account's keys are of generation ${keys.generation}.`));
  }
  if (!isSignedBy(revocation, [keys.sign])) return err(refusal("SIGNATURE_INVALID"));
  return Math.abs(at * SECOND_MS - nowMs) <= REVOCATION_TOLERANCE_MS
    ? ok(undefined)
    : err(refusal("SCHEMA_INVALID", "at: not the present time"));
};

/** Too old is a replay; too far ahead could be replayed for longer. */
export const isFresh = (createdSeconds: number, nowMs: number, ageMaxSeconds: number): boolean =>
  Math.abs(Math.floor(nowMs / SECOND_MS) - createdSeconds) <= ageMaxSeconds;
