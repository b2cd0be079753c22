import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@underseal/foundation";

export const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => nobleSha256(concatBytes(...parts));

export const hmacSha256 = (key: Uint8Array, message: Uint8Array): Uint8Array => hmac(nobleSha256, key, message);

/** HKDF-SHA-256 with the label as info; no salt unless given. */
export const deriveKey = (
  secret: Uint8Array,
  label: Uint8Array | string,
  { salt, lengthBytes = 32 }: { readonly salt?: Uint8Array; readonly lengthBytes?: number } = {},
): Uint8Array => hkdf(nobleSha256, secret, salt, typeof label === "string" ? utf8ToBytes(label) : label, lengthBytes);

/** `H(0x00 || salt || content)`: how small things are committed to outside the tree. */
export const commitment = (salt: Uint8Array, content: Uint8Array): Uint8Array =>
  sha256(Uint8Array.of(0x00), salt, content);
