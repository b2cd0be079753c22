import { decompress } from "brotli/decompress";

/** Brotli written by a stranger: the output buffer is bounded beforehand; any decoder error is `null`. */
export const decompressExactly = (stream: Uint8Array, sizeBytes: number): Uint8Array | null => {
  try {
    const bytes = decompress(stream, sizeBytes);
    return bytes.length === sizeBytes ? bytes : null;
  } catch {
    return null;
  }
};
