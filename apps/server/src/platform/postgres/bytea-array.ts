// A list of bytes in PostgreSQL's binary format of `bytea[]` (`array_recv`, `bytearecv`). The driver would write each
// as hexadecimal digits in a text, twice as long, which both sides spend time on: most of what is written for an
// admitted record is hashes, bodies and signatures.

const BYTEA = 17;
/** Dimensions, whether there are nulls, element type; length and first index of the one dimension. */
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;

type Element = Uint8Array | null;

/** Our SQL passes lists of bytes as `bytea[]` alone. */
export const isByteaArray = (value: unknown): value is readonly Element[] =>
  Array.isArray(value) &&
  value.some((item) => item instanceof Uint8Array) &&
  value.every((item) => item === null || item instanceof Uint8Array);

/** As a parameter that the driver sends as it is. */
export const encodeByteaArray = (elements: readonly Element[]): Buffer => {
  const length = elements.reduce((sum, element) => sum + LENGTH_BYTES + (element?.length ?? 0), HEADER_BYTES);
  const encoded = Buffer.allocUnsafe(length);
  const hasNulls = elements.includes(null);
  let at = 0;
  for (const field of [1, hasNulls ? 1 : 0, BYTEA, elements.length, 1]) at = encoded.writeInt32BE(field, at);
  for (const element of elements) {
    at = encoded.writeInt32BE(element?.length ?? NULL_LENGTH, at);
    if (element === null) continue;
    encoded.set(element, at);
    at += element.length;
  }
  return encoded;
};
