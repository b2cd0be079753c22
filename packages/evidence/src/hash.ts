import { assert, concatBytes, createHmacSha256, hmacSha256, sha256, utf8ToBytes } from "@underseal/foundation";

export { sha256 };

const DIGEST_BYTES = 32;
const EXPANDED_MAX_BYTES = 255 * DIGEST_BYTES;
const NO_SALT = new Uint8Array(DIGEST_BYTES);

/** HKDF-Extract of RFC 5869. */
export const extractKey = (salt: Uint8Array | undefined, secret: Uint8Array): Uint8Array =>
  hmacSha256(salt ?? NO_SALT, secret);

/** HKDF-Expand of RFC 5869. */
export const expandKey = (key: Uint8Array, info: Uint8Array, lengthBytes: number): Uint8Array => {
  assert(lengthBytes <= EXPANDED_MAX_BYTES, "the counter of HKDF has one byte");
  const authenticate = createHmacSha256(key);
  const blocks: Uint8Array[] = [];
  let block: Uint8Array = new Uint8Array();
  for (let counter = 1; blocks.length * DIGEST_BYTES < lengthBytes; counter += 1) {
    block = authenticate(block, info, Uint8Array.of(counter));
    blocks.push(block);
  }
  return concatBytes(...blocks).slice(0, lengthBytes);
};

/** HKDF-SHA-256 with the label as info; no salt unless given. */
export const deriveKey = (
  secret: Uint8Array,
  label: Uint8Array | string,
  { salt, lengthBytes = DIGEST_BYTES }: { readonly salt?: Uint8Array; readonly lengthBytes?: number } = {},
): Uint8Array =>
  expandKey(extractKey(salt, secret), typeof label === "string" ? utf8ToBytes(label) : label, lengthBytes);

/** `H(0x00 || salt || content)`: how small things are committed to outside the tree. */
export const commitment = (salt: Uint8Array, content: Uint8Array): Uint8Array =>
  sha256(Uint8Array.of(0x00), salt, content);
