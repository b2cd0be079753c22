// Inputs for the fuzz targets: valid samples, damaged in the ways that find parsers' mistakes. A seed gives the same
// inputs every time, so a failure is found again by its number.

/** Whole numbers from 0 up to below the limit. */
export type Draw = (limit: number) => number;

/** Repeatable (mulberry32); worthless as randomness. */
export const createDraw = (seed: number): Draw => {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
};

/** Numbers at the edges of what fields hold, words of JSON, separators of the formats. */
const TOKENS = [
  ..."\0 \n \r\n -1 0 1 00 255 256 65535 65536 4294967295 4294967296 9007199254740991 9007199254740992 1e9 1.5".split(
    " ",
  ),
  ...'null true {} [] " \\u0000 \\ud800 : , = == + / - _ — \u00a0 \ufeff ../ %2f x000/ .p/1 \n\n'.split(" "),
].map((text) => new TextEncoder().encode(text));

const BYTES = [0x00, 0x0a, 0x20, 0x22, 0x2d, 0x30, 0x39, 0x3d, 0x41, 0x5c, 0x7f, 0x80, 0xc0, 0xff];

const LENGTH_MAX = 1024 * 1024;

const pick = <T>(draw: Draw, items: readonly T[]): T | undefined => items[draw(items.length)];

const splice = (bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array => {
  const tail = bytes.subarray(at + remove);
  const result = new Uint8Array(at + insert.length + tail.length);
  result.set(bytes.subarray(0, at));
  result.set(insert, at);
  result.set(tail, at + insert.length);
  return result;
};

type Damage = (bytes: Uint8Array, draw: Draw, samples: readonly Uint8Array[]) => Uint8Array;

const replaceByte = (bytes: Uint8Array, at: number, byte: number): Uint8Array =>
  at < bytes.length ? bytes.with(at, byte) : bytes;

const part = (bytes: Uint8Array, draw: Draw): Uint8Array => {
  const from = draw(bytes.length + 1);
  return bytes.subarray(from, from + draw(Math.min(256, bytes.length - from) + 1));
};

const damages: readonly Damage[] = [
  (bytes, draw) => {
    const at = draw(bytes.length);
    return replaceByte(bytes, at, (bytes[at] ?? 0) ^ (1 << draw(8)));
  },
  (bytes, draw) => replaceByte(bytes, draw(bytes.length), pick(draw, BYTES) ?? 0),
  (bytes, draw) => replaceByte(bytes, draw(bytes.length), draw(256)),
  (bytes, draw) => bytes.subarray(0, draw(bytes.length + 1)),
  (bytes, draw) => bytes.subarray(draw(bytes.length + 1)),
  (bytes, draw) => splice(bytes, draw(bytes.length + 1), draw(8), pick(draw, TOKENS) ?? new Uint8Array()),
  (bytes, draw) => splice(bytes, draw(bytes.length + 1), draw(64), new Uint8Array()),
  (bytes, draw) => splice(bytes, draw(bytes.length + 1), 0, part(bytes, draw)),
  (bytes, draw, samples) => splice(bytes, draw(bytes.length + 1), draw(64), part(pick(draw, samples) ?? bytes, draw)),
  (bytes, draw) => splice(bytes, draw(bytes.length + 1), 0, new Uint8Array(draw(2_000)).fill(pick(draw, BYTES) ?? 0)),
];

/** A sample with one to five damages; now and then bytes that never were a sample. */
export const mutate = (samples: readonly Uint8Array[], draw: Draw): Uint8Array => {
  if (draw(50) === 0) return Uint8Array.from({ length: draw(300) }, () => draw(256));
  let bytes = pick(draw, samples) ?? new Uint8Array();
  for (let count = 1 + draw(5); count > 0; count -= 1) bytes = pick(draw, damages)?.(bytes, draw, samples) ?? bytes;
  return bytes.subarray(0, LENGTH_MAX);
};

/** One of so many positions, the first and last ones always among them. */
const positions = (length: number, max: number): number[] => {
  if (length <= max) return Array.from({ length }, (_, i) => i);
  const edge = Math.floor(max / 4);
  const middle = Array.from(
    { length: max - 2 * edge },
    (_, i) => edge + Math.floor((i * (length - 2 * edge)) / (max - 2 * edge)),
  );
  return [...positions(edge, edge), ...middle, ...positions(edge, edge).map((i) => length - edge + i)];
};

export interface Mutation {
  readonly kind: "cut" | "flipped";
  readonly at: number;
  readonly bytes: Uint8Array;
}

/**
 * The sample cut at every length and with a bit of every byte flipped; of samples longer than `positionsMax`, at that
 * many places spread over it.
 */
export function* mutationsOf(sample: Uint8Array, positionsMax = 400): Generator<Mutation> {
  for (const at of positions(sample.length, positionsMax)) {
    yield { kind: "cut", at, bytes: sample.slice(0, at) };
    // Another digit or letter, another case, no ASCII: which one changes from byte to byte.
    const mask = [0x01, 0x20, 0x80, 0x04][at % 4] ?? 0x01;
    yield { kind: "flipped", at, bytes: sample.with(at, (sample[at] ?? 0) ^ mask) };
  }
}
