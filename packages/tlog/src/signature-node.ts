// Signatures by OpenSSL, everywhere but in browsers. OpenSSL computes R' = [S]B - [k]A and compares its bytes with R.
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { assert, concatBytes, createBoundedCache, equalBytes, hexToBytes } from "@underseal/foundation";
import { KEYS_KEPT_MAX, type SignatureEngine, type SignedMessage } from "./signature-engine.ts";

const derPrefix = (hex: string): Uint8Array => {
  const bytes = hexToBytes(hex);
  assert(bytes !== null, "the prefix is hexadecimal");
  return bytes;
};

/** RFC 8410: what stands before the 32 bytes of a key. */
const SPKI_ED25519 = derPrefix("302a300506032b6570032100");
const PKCS8_ED25519 = derPrefix("302e020100300506032b657004220420");
/** RFC 5480: what stands before the 65 bytes of an uncompressed point. */
const SPKI_P256 = derPrefix("3059301306072a8648ce3d020106082a8648ce3d030107034200");

const publicKeys = createBoundedCache<KeyObject>(KEYS_KEPT_MAX);

const publicKeyObject = (prefix: Uint8Array, publicKey: Uint8Array): KeyObject =>
  publicKeys.get(publicKey, () =>
    createPublicKey({ key: Buffer.from(concatBytes(prefix, publicKey)), format: "der", type: "spki" }),
  );

interface KeyPair {
  readonly seed: Uint8Array;
  readonly privateKey: KeyObject;
  readonly publicKey: Uint8Array;
}

/** Kept no longer than the seed that the caller holds, and used only while that still holds the same bytes. */
const keyPairs = new WeakMap<Uint8Array, KeyPair>();

const keyPairOf = (seed: Uint8Array): KeyPair => {
  const known = keyPairs.get(seed);
  if (known !== undefined && equalBytes(known.seed, seed)) return known;
  const key = Buffer.from(concatBytes(PKCS8_ED25519, seed));
  const privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
  const spki = createPublicKey(privateKey).export({ format: "der", type: "spki" });
  const pair = { seed: seed.slice(), privateKey, publicKey: new Uint8Array(spki.subarray(SPKI_ED25519.length)) };
  keyPairs.set(seed, pair);
  return pair;
};

const verifyEd25519 = ({ publicKey, message, signature }: SignedMessage): boolean =>
  verify(null, message, publicKeyObject(SPKI_ED25519, publicKey), signature);

const signEd25519 = (seed: Uint8Array, message: Uint8Array): Uint8Array =>
  new Uint8Array(sign(null, message, keyPairOf(seed).privateKey));

export const engine: SignatureEngine = {
  verifyEd25519,
  signEd25519,
  ed25519PublicKeyOf: (seed) => keyPairOf(seed).publicKey.slice(),
  verifyEs256: ({ publicKey, message, signature }) => {
    const key = publicKeyObject(SPKI_P256, publicKey);
    return verify("sha256", message, { key, dsaEncoding: "ieee-p1363" }, signature);
  },
};
