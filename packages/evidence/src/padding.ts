// Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", PETS 2019): a length says little about
// what it holds, for at most 12 % more bytes.

/** The padded length of `length` bytes. */
export const padmeLength = (length: number): number => {
  if (length < 2) return length;
  const exponent = Math.floor(Math.log2(length));
  const lowBits = exponent - (Math.floor(Math.log2(exponent)) + 1);
  const step = 2 ** Math.max(0, lowBits);
  return Math.ceil(length / step) * step;
};

/** At least `bytesMin` long. */
export const padBytes = (bytes: Uint8Array, bytesMin: number): Uint8Array => {
  const padded = new Uint8Array(Math.max(bytesMin, padmeLength(bytes.length)));
  padded.set(bytes);
  return padded;
};
