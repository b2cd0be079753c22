/** Cryptographic randomness, always passed in: the platform folder of each app has the real one. */
export interface Random {
  /** `length` fresh random bytes. */
  bytes(length: number): Uint8Array;
}

/** The platform's generator, the same call in Node and in browsers. */
export const createSystemRandom = (): Random => ({
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
});

/** Asked of the generator at once: for a few bytes the call costs as much as for many. */
const POOL_BYTES = 4_096;

/** For names such as those of requests, never for keys: what is not given out yet lies in memory. */
export const createPooledRandom = (random: Random): Random => {
  let pool: Uint8Array = new Uint8Array();
  return {
    bytes: (length) => {
      if (length > POOL_BYTES) return random.bytes(length);
      if (pool.length < length) pool = random.bytes(POOL_BYTES);
      const taken = pool.slice(0, length);
      pool = pool.subarray(length);
      return taken;
    },
  };
};

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
