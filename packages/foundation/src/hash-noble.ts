// SHA-256 in JavaScript, for browsers: their own is asynchronous, and too slow for thousands of small hashes.
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";

export const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const state = nobleSha256.create();
  for (const part of parts) state.update(part);
  return state.digest();
};
