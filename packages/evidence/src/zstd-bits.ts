// How Zstandard's bits lie in bytes (RFC 8878, 4): the streams of the entropy coders are read from their end.

/** Bytes of which `at` is the next one and `end` is behind the last. */
export interface Input {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
}

/** Caught where the frame is decoded: which rule it broke changes nothing for whoever asked. */
export const corrupt = (): never => {
  throw new RangeError("not a Zstandard frame");
};

/** Bits from `at` down to `start`, both counted from the beginning of the bytes. */
export interface ReverseBits {
  readonly bytes: Uint8Array;
  readonly start: number;
  at: number;
}

/** The highest bit that is set marks the end. */
export const reverseBits = (bytes: Uint8Array, from: number, to: number): ReverseBits => {
  const last = to > from ? (bytes[to - 1] as number) : 0;
  if (last === 0) corrupt();
  return { bytes, start: from * 8, at: to * 8 - 1 - (Math.clz32(last) - 24) };
};

/** Up to 25 bits. Past the start they mean nothing: `at < start` says so afterwards. */
export const takeBits = (bits: ReverseBits, count: number): number => {
  const from = bits.at - count;
  bits.at = from;
  const at = from >> 3;
  const { bytes } = bits;
  const word =
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24);
  return (word >>> (from & 7)) & ((1 << count) - 1);
};
