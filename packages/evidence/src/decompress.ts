import { decompress } from "brotli/decompress";

/**
 * Brotli written by a stranger. The answer has exactly `sizeBytes` or is `null`; memory stays within the announced size
 * and one window of 16 MiB, and what would unpack to more ends early.
 */
export const decompressExactly = (stream: Uint8Array, sizeBytes: number): Uint8Array | null => {
  try {
    const bytes = withBoundedArrays(sizeBytes, () => decompress(stream, sizeBytes));
    return bytes.length === sizeBytes ? bytes : null;
  } catch {
    return null;
  }
};

/** The largest window of the format, and the slack that the decoder adds to it. */
const WINDOW_MAX_BYTES = 2 ** 24 + 2 ** 14;
/** Input buffers and context maps are smaller. */
const TABLE_MAX_BYTES = 2 ** 16;

/**
 * The decoder grows its output block by block past the size that it was given: 421 bytes make it fill 256 MiB. It has
 * no setting against that, but it allocates by `new Uint8Array(length)` only. So during this call, which is synchronous
 * (no other code runs meanwhile), that constructor refuses what an honest stream does not need: anything longer than
 * the announced size, except for the window.
 */
const withBoundedArrays = <T>(sizeBytes: number, work: () => T): T => {
  const original = globalThis.Uint8Array;
  let windows = 0;
  globalThis.Uint8Array = new Proxy(original, {
    construct: (target, args) => {
      const length = typeof args[0] === "number" ? args[0] : 0;
      if (length > Math.max(sizeBytes, TABLE_MAX_BYTES)) windows += 1;
      if (windows > 1 || length > Math.max(sizeBytes, WINDOW_MAX_BYTES)) throw new RangeError("longer than announced");
      return Reflect.construct(target, args);
    },
  });
  try {
    return work();
  } finally {
    globalThis.Uint8Array = original;
  }
};
