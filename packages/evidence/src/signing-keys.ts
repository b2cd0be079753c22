// The two kinds of keys that sign statements (protocol §2), told apart by their length: Ed25519 for everyone, ES256 for
// devices whose key lives in a security chip. Which statement may name which kind is said by its schema.
import { assert, bytesToBase64Url, hexToBytes } from "@underseal/foundation";
import {
  ES256_PUBLIC_KEY_BYTES,
  isAcceptableEs256Key,
  isAcceptablePublicKey,
  type SignedMessage,
  verifyEs256,
  verifyStrict,
} from "@underseal/tlog";
import { sha256 } from "./hash.ts";

/** Lengths that a device's public key may have: Ed25519, or an uncompressed point of P-256. */
export const DEVICE_KEY_BYTES: readonly number[] = [32, ES256_PUBLIC_KEY_BYTES];

export const isEs256Key = (publicKey: Uint8Array): boolean => publicKey.length === ES256_PUBLIC_KEY_BYTES;

/** Whether the bytes may be enrolled as a device's key. */
export const isAcceptableDeviceKey = (publicKey: Uint8Array): boolean =>
  isEs256Key(publicKey) ? isAcceptableEs256Key(publicKey) : isAcceptablePublicKey(publicKey);

/** Whether the key is acceptable and the signature fits; never throws. */
export const verifySigned = (claim: SignedMessage): boolean =>
  isEs256Key(claim.publicKey) ? verifyEs256(claim) : verifyStrict(claim);

/** RFC 8410 and RFC 5480: what stands before the key in a SubjectPublicKeyInfo. */
const SPKI_ED25519_PREFIX = hexToBytes("302a300506032b6570032100");
const SPKI_P256_PREFIX = hexToBytes("3059301306072a8648ce3d020106082a8648ce3d030107034200");

/** The first 16 bytes of the hash of the key's SPKI, base64url: a hint which key signed, never a proof. */
export const keyIdOf = (publicKey: Uint8Array): string => {
  const prefix = isEs256Key(publicKey) ? SPKI_P256_PREFIX : SPKI_ED25519_PREFIX;
  assert(prefix !== null, "the prefix is hexadecimal");
  return bytesToBase64Url(sha256(prefix, publicKey).subarray(0, 16));
};
