/** Cryptographic randomness, always passed in: the platform folder of each app has the real one. */
export interface Random {
  /** `length` fresh random bytes. */
  bytes(length: number): Uint8Array;
}

/** The platform's generator, the same call in Node and in browsers. */
export const createSystemRandom = (): Random => ({
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
});

/** A repeatable sequence for tests (xorshift; worthless as randomness, and it says so in its name). */
export const createTestRandom = (seed = 1): Random => {
  let state = seed >>> 0 || 1;
  const nextByte = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  };
  return { bytes: (length) => Uint8Array.from({ length }, nextByte) };
};
