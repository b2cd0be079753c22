import { Decompress } from "fzstd";

/**
 * Zstandard written by a stranger. The answer has exactly `sizeBytes` or is `null`: the decoder hands its output over
 * block by block, and the first byte too many ends it, so a bomb costs neither memory nor time.
 */
export const decompressExactly = (stream: Uint8Array, sizeBytes: number): Uint8Array | null => {
  const bytes = new Uint8Array(sizeBytes);
  let offset = 0;
  const decoder = new Decompress((block) => {
    if (offset + block.length > sizeBytes) throw new RangeError("longer than announced");
    bytes.set(block, offset);
    offset += block.length;
  });
  try {
    decoder.push(stream, true);
    return offset === sizeBytes ? bytes : null;
  } catch {
    // Whatever the decoder did not like, the file is not what it said.
    return null;
  }
};
