import { p256 } from "@noble/curves/nist.js";
import { createBoundedCache } from "@underseal/foundation";
import { engine } from "#signature-engine";
import { KEYS_KEPT_MAX, type SignatureEngine, type SignedMessage } from "./signature-engine.ts";

// ES256 for the keys of devices alone: security chips make no other signatures. A key is the uncompressed point of
// SEC 1 (0x04 || x || y), a signature r || s (IEEE P1363). Both s and n - s verify, as those chips make them: one body
// can be signed in many ways, so replays are recognised by the hash of the body and never by a signature.

export const ES256_PUBLIC_KEY_BYTES = 65;
const SIGNATURE_BYTES = 64;

/** The curve has a prime number of points, so being on it is all there is to check. */
const isCurvePoint = (publicKey: Uint8Array): boolean => {
  try {
    p256.Point.fromBytes(publicKey).assertValidity();
    return true;
  } catch {
    return false;
  }
};

const knownKeys = createBoundedCache<boolean>(KEYS_KEPT_MAX);

export const isAcceptableEs256Key = (publicKey: Uint8Array): boolean =>
  publicKey.length === ES256_PUBLIC_KEY_BYTES && knownKeys.get(publicKey, () => isCurvePoint(publicKey));

export const es256VerifierOf =
  ({ verifyEs256 }: SignatureEngine) =>
  (claim: SignedMessage): boolean =>
    claim.signature.length === SIGNATURE_BYTES && isAcceptableEs256Key(claim.publicKey) && verifyEs256(claim);

/** Never throws: bytes of any length and content are an honest `false`. */
export const verifyEs256 = es256VerifierOf(engine);
