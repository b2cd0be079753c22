// The one place where SHA-256 comes from. Which engine is behind it is decided by the package's `imports`: both
// answer the same bytes at once (a test runs them side by side).
import { hashEach, sha256 } from "#hash-engine";

/** The hash of the parts as if they were one array, without joining them where they are long. */
/** The hash of each message, a message being its parts: for many long ones, where waiting is allowed. */
export { hashEach, sha256 };

const BLOCK_BYTES = 64;

/**
 * HMAC-SHA-256 (RFC 2104) under one key, for many messages: the padded keys are prepared once. Written over `sha256`
 * because both engines take longer to make a keyed object than to hash what these messages hold.
 */
export const createHmacSha256 = (key: Uint8Array): ((...message: readonly Uint8Array[]) => Uint8Array) => {
  const inner = new Uint8Array(BLOCK_BYTES).fill(0x36);
  const outer = new Uint8Array(BLOCK_BYTES).fill(0x5c);
  for (const [i, byte] of (key.length > BLOCK_BYTES ? sha256(key) : key).entries()) {
    inner[i] = 0x36 ^ byte;
    outer[i] = 0x5c ^ byte;
  }
  return (...message) => sha256(outer, sha256(inner, ...message));
};

export const hmacSha256 = (key: Uint8Array, ...message: readonly Uint8Array[]): Uint8Array =>
  createHmacSha256(key)(...message);
