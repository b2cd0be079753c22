import { decompress } from "brotli/decompress";

/**
 * Brotli written by a stranger. The answer has exactly `sizeBytes` or is `null`; memory and time stay within the size
 * announced, or one window of 16 MiB where that is more.
 */
export const decompressExactly = (stream: Uint8Array, sizeBytes: number): Uint8Array | null => {
  try {
    const bytes = withBoundedArrays(Math.max(sizeBytes, WINDOW_MAX_BYTES), () => decompress(stream, sizeBytes));
    return bytes.length === sizeBytes ? bytes : null;
  } catch {
    return null;
  }
};

/** The largest window of the format, and the slack that the decoder adds to it. */
const WINDOW_MAX_BYTES = 2 ** 24 + 2 ** 14;

/**
 * The decoder grows its output block by block past the size that it was given: 421 bytes make it fill 256 MiB. It has
 * no setting against that, but it allocates by `new Uint8Array(length)` only. So that constructor refuses longer
 * arrays during this call, which is synchronous: no other code runs meanwhile.
 */
const withBoundedArrays = <T>(maxBytes: number, work: () => T): T => {
  const original = globalThis.Uint8Array;
  globalThis.Uint8Array = new Proxy(original, {
    construct: (target, args) => {
      if (typeof args[0] === "number" && args[0] > maxBytes) throw new RangeError("longer than announced");
      return Reflect.construct(target, args);
    },
  });
  try {
    return work();
  } finally {
    globalThis.Uint8Array = original;
  }
};
