import { ed25519 } from "@noble/curves/ed25519.js";
import { assert, createBoundedCache, equalBytes } from "@underseal/foundation";
import { engine } from "#signature-engine";
import { KEYS_KEPT_MAX, type SignatureEngine, type SignedMessage } from "./signature-engine.ts";

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

const knownKeys = createBoundedCache<boolean>(KEYS_KEPT_MAX);

/** Whether the 32 bytes may be enrolled as a public key. Any other length is simply not acceptable. */
export const isAcceptablePublicKey = (publicKey: Uint8Array): boolean =>
  publicKey.length === PUBLIC_KEY_BYTES && knownKeys.get(publicKey, () => isSoundPoint(publicKey));

/** The neutral element: the only point of small order in the prime-order group. */
const NEUTRAL_POINT = Uint8Array.from({ length: PUBLIC_KEY_BYTES }, (_, i) => (i === 0 ? 1 : 0));

/**
 * [Note: R needs no point arithmetic] The strict rules ask of R what they ask of keys. Both engines compute
 * R' = [S]B - [k]A without a cofactor and compare its bytes with R. A is torsion-free, so R' is in the prime-order
 * group and spelled in the one canonical way, and so is an R equal to it; of small order there is the neutral element
 * alone. What remains of the rule is to refuse that one.
 */
export const isStrict = ({ publicKey, signature }: SignedMessage): boolean =>
  signature.length === SIGNATURE_BYTES &&
  isAcceptablePublicKey(publicKey) &&
  !equalBytes(signature.subarray(0, PUBLIC_KEY_BYTES), NEUTRAL_POINT);

export const strictVerifierOf =
  ({ verifyEd25519 }: SignatureEngine) =>
  (claim: SignedMessage): boolean =>
    isStrict(claim) && verifyEd25519(claim);

/**
 * True only where key and signature follow the strict rules and the signature fits the message. Never throws:
 * bytes of any length and content are an honest `false`.
 */
export const verifyStrict = strictVerifierOf(engine);

/** `seed` is the 32-byte private key of RFC 8032. Returns 64 bytes; the same inputs give the same signature. */
export const signEd25519 = ({ seed, message }: { readonly seed: Uint8Array; readonly message: Uint8Array }) => {
  assert(seed.length === SEED_BYTES, "an Ed25519 seed has 32 bytes");
  return engine.signEd25519(seed, message);
};

/** The 32-byte public key that belongs to a 32-byte seed. */
export const publicKeyOf = (seed: Uint8Array): Uint8Array => {
  assert(seed.length === SEED_BYTES, "an Ed25519 seed has 32 bytes");
  return engine.ed25519PublicKeyOf(seed);
};
