// SHA-256 in JavaScript, for browsers: their own is asynchronous, and too slow for thousands of small hashes.
import { sha256 as nobleSha256 } from "@noble/hashes/sha2.js";
import { concatBytes } from "./bytes.ts";

export const sha256 = (...parts: readonly Uint8Array[]): Uint8Array => {
  const state = nobleSha256.create();
  for (const part of parts) state.update(part);
  return state.digest();
};

/** As many as the browser is asked for before its answers are awaited: one by one is five times slower. */
const BATCH = 64;

/** By the browser's own code, which makes up for being asynchronous where the messages are long. */
export const hashEach = async (messages: readonly (readonly Uint8Array[])[]): Promise<Uint8Array[]> => {
  // Pages without TLS have no such code.
  if (globalThis.crypto?.subtle === undefined) return messages.map((parts) => sha256(...parts));
  const digests: Uint8Array[] = [];
  for (let from = 0; from < messages.length; from += BATCH) {
    digests.push(...(await Promise.all(messages.slice(from, from + BATCH).map(digestNatively))));
  }
  return digests;
};

const digestNatively = async (parts: readonly Uint8Array[]): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", join(parts)));

/** A tile of pixels with what belongs to it, and more. */
const JOINED_MAX_BYTES = 16 * 1024;
/** Where parts are joined: `digest` takes a copy before it returns, so the next message may overwrite this one. */
const joined = new Uint8Array(JOINED_MAX_BYTES);

const join = (parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> => {
  const [first] = parts;
  // Never shared memory, which `digest` would refuse: nobody here makes any.
  if (first !== undefined && parts.length === 1) return first as Uint8Array<ArrayBuffer>;
  let length = 0;
  for (const part of parts) length += part.length;
  if (length > JOINED_MAX_BYTES) return concatBytes(...parts) as Uint8Array<ArrayBuffer>;
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined.subarray(0, length);
};
