import { ed25519 } from "@noble/curves/ed25519.js";
import { assert, equalBytes } from "@underseal/foundation";

// Ed25519 (RFC 8032) under the protocol's strict rules. Libraries disagree on signatures made with odd points: one
// verifier accepts what another rejects, so a device could mint a record that the platform admits and an arbiter's
// tool refuses. Requiring sound points from the start leaves only signatures on which all verifiers agree.

export const SEED_BYTES = 32;
export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

/**
 * One spelling per point, not of small order, in the prime-order group. As it happens, each of the few points that
 * have a second spelling fails the other two conditions as well; the rule is kept because the protocol states it.
 */
const isSoundPoint = (encoding: Uint8Array): boolean => {
  try {
    const point = ed25519.Point.fromBytes(encoding, false);
    return equalBytes(point.toBytes(), encoding) && !point.isSmallOrder() && point.isTorsionFree();
  } catch {
    return false;
  }
};

/** Whether the 32 bytes may be enrolled as a public key. Any other length is simply not acceptable. */
export const isAcceptablePublicKey = (publicKey: Uint8Array): boolean =>
  publicKey.length === PUBLIC_KEY_BYTES && isSoundPoint(publicKey);

export interface SignedMessage {
  readonly publicKey: Uint8Array;
  readonly message: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * True only where key and signature follow the strict rules and the signature fits the message. Never throws:
 * bytes of any length and content are an honest `false`.
 */
export const verifyStrict = ({ publicKey, message, signature }: SignedMessage): boolean => {
  if (signature.length !== SIGNATURE_BYTES || !isAcceptablePublicKey(publicKey)) return false;
  if (!isSoundPoint(signature.subarray(0, 32))) return false;
  try {
    // The default mode of this library is ZIP-215, which accepts more. A scalar S of the group order or above
    // (a second spelling of the same signature) is refused inside.
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
};

/** `seed` is the 32-byte private key of RFC 8032. Returns 64 bytes; the same inputs give the same signature. */
export const signEd25519 = ({ seed, message }: { readonly seed: Uint8Array; readonly message: Uint8Array }) => {
  assert(seed.length === SEED_BYTES, "an Ed25519 seed has 32 bytes");
  return ed25519.sign(message, seed);
};

/** The 32-byte public key that belongs to a 32-byte seed. */
export const publicKeyOf = (seed: Uint8Array): Uint8Array => {
  assert(seed.length === SEED_BYTES, "an Ed25519 seed has 32 bytes");
  return ed25519.getPublicKey(seed);
};
