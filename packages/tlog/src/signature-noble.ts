// Signatures in JavaScript, for browsers: their own are asynchronous, not in every browser, and each checks points in
// its own way.
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { bytesToNumberLE } from "@noble/curves/utils.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { createBoundedCache, equalBytes } from "@underseal/foundation";
import { KEYS_KEPT_MAX, type SignatureEngine } from "./signature-engine.ts";

const { Point } = ed25519;
type Point = InstanceType<typeof Point>;

const POINT_BYTES = 32;
/** Windows of four bits: a table that pays for itself from the second signature of a key. */
const WINDOW_BITS = 4;

const points = createBoundedCache<Point>(KEYS_KEPT_MAX);

const negatedPointOf = (publicKey: Uint8Array): Point =>
  points.get(publicKey, () => Point.fromBytes(publicKey, false).negate().precompute(WINDOW_BITS));

const verifyEd25519: SignatureEngine["verifyEd25519"] = ({ publicKey, message, signature }) => {
  const encodedR = signature.subarray(0, POINT_BYTES);
  const scalarS = bytesToNumberLE(signature.subarray(POINT_BYTES));
  if (!Point.Fn.isValid(scalarS)) return false;
  const digest = sha512.create().update(encodedR).update(publicKey).update(message).digest();
  const scalarK = Point.Fn.create(bytesToNumberLE(digest));
  const computed = Point.BASE.multiplyUnsafe(scalarS).add(negatedPointOf(publicKey).multiplyUnsafe(scalarK));
  return equalBytes(computed.toBytes(), encodedR);
};

export const engine: SignatureEngine = {
  verifyEd25519,
  signEd25519: (seed, message) => ed25519.sign(message, seed),
  ed25519PublicKeyOf: (seed) => ed25519.getPublicKey(seed),
  // High S is accepted: secure elements produce it, and nothing here takes a signature for an identity.
  verifyEs256: ({ publicKey, message, signature }) => {
    try {
      return p256.verify(signature, message, publicKey, { lowS: false });
    } catch {
      return false;
    }
  },
};
