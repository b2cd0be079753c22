// The two entropy coders of Zstandard: FSE and Huffman (RFC 8878, 4.1 and 4.2). Their tables are described by a
// stranger: what is not a whole, exact description throws.
import { corrupt, type Input, reverseBits, takeBits } from "./zstd-bits.ts";

export interface FseTable {
  readonly log: number;
  /** By state: symbol | bits to read << 8 | base of the next state << 16. */
  readonly cells: Int32Array;
}

/** Reads a description that begins at `input.at`, and leaves `input.at` behind it. */
export const readFseTable = (input: Input, { logMax, symbolMax }: FseLimits): FseTable => {
  const log = ((input.bytes[input.at] as number) & 15) + 5;
  if (log > logMax) corrupt();
  const counts: number[] = [];
  let left = 1 << log;
  let bit = input.at * 8 + 4;
  const peek = (count: number): number => {
    const at = bit >> 3;
    const { bytes } = input;
    const word = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
    return (word >> (bit & 7)) & ((1 << count) - 1);
  };
  while (left > 0 && counts.length <= symbolMax) {
    // A value up to `left + 1`; the small ones take a bit less.
    const bits = 31 - Math.clz32(left + 1);
    const short = (1 << (bits + 1)) - 2 - left;
    const low = peek(bits);
    let value = low;
    if (low >= short) {
      value = peek(bits + 1);
      if (value >= 1 << bits) value -= short;
      bit += 1;
    }
    bit += bits;
    counts.push(value - 1);
    left -= Math.abs(value - 1);
    for (let zeros = value === 1 ? 3 : 0; zeros === 3; ) {
      zeros = peek(2);
      bit += 2;
      for (let i = 0; i < zeros; i += 1) counts.push(0);
      if (counts.length > symbolMax + 1) corrupt();
    }
  }
  input.at = (bit + 7) >> 3;
  if (left !== 0 || counts.length > symbolMax + 1 || input.at > input.end) corrupt();
  return fseTableOf(log, counts);
};

export interface FseLimits {
  readonly logMax: number;
  readonly symbolMax: number;
}

/** `-1`: less likely than one state in all, which still is one. Plain loops: a picture has hundreds of tables. */
export const fseTableOf = (log: number, counts: readonly number[]): FseTable => {
  const size = 1 << log;
  const cells = new Int32Array(size);
  const nextOf = new Uint16Array(counts.length);
  let high = size;
  for (let symbol = 0; symbol < counts.length; symbol += 1) {
    const count = counts[symbol] as number;
    nextOf[symbol] = Math.abs(count);
    if (count === -1) cells[--high] = symbol;
  }
  const step = (size >> 1) + (size >> 3) + 3;
  let at = 0;
  for (let symbol = 0; symbol < counts.length; symbol += 1) {
    for (let left = counts[symbol] as number; left > 0; left -= 1) {
      cells[at] = symbol;
      do at = (at + step) & (size - 1);
      while (at >= high);
    }
  }
  for (let state = 0; state < size; state += 1) {
    const symbol = cells[state] as number;
    const next = nextOf[symbol] as number;
    nextOf[symbol] = next + 1;
    const bits = log - (31 - Math.clz32(next));
    cells[state] = symbol | (bits << 8) | (((next << bits) - size) << 16);
  }
  return { log, cells };
};

/** One symbol always. */
export const constantTable = (symbol: number): FseTable => ({ log: 0, cells: Int32Array.of(symbol) });

export interface HuffmanTable {
  readonly log: number;
  /** By the next `log` bits: symbol | bits that it takes << 8. */
  readonly cells: Uint16Array;
}

const WEIGHT_MAX = 11;
const WEIGHT_LIMITS: FseLimits = { logMax: 6, symbolMax: WEIGHT_MAX + 1 };
const SYMBOLS_MAX = 256;

export const readHuffmanTable = (input: Input): HuffmanTable => {
  if (input.at >= input.end) corrupt();
  const first = input.bytes[input.at++] as number;
  const end = input.at + (first < 128 ? first : (first - 126) >> 1);
  if (end > input.end) corrupt();
  const weights = first < 128 ? weightsByFse(input, end) : weightsByHalves(input, first - 127);
  input.at = end;
  return huffmanTableOf(weights);
};

const weightsByHalves = ({ bytes, at }: Input, count: number): number[] =>
  Array.from({ length: count }, (_, i) => ((bytes[at + (i >> 1)] as number) >> (i % 2 === 0 ? 4 : 0)) & 15);

/** Two states take turns until the bits are used up. */
const weightsByFse = ({ bytes, at, end: endOfAll }: Input, end: number): number[] => {
  const description = { bytes, at, end: Math.min(end, endOfAll) };
  const { log, cells } = readFseTable(description, WEIGHT_LIMITS);
  const bits = reverseBits(bytes, description.at, end);
  const states = [takeBits(bits, log), takeBits(bits, log)];
  if (bits.at < bits.start) corrupt();
  const weights: number[] = [];
  for (let turn = 0; ; turn ^= 1) {
    const cell = cells[states[turn] as number] as number;
    weights.push(cell & 0xff);
    states[turn] = (cell >> 16) + takeBits(bits, (cell >> 8) & 0xff);
    if (weights.length >= SYMBOLS_MAX) corrupt();
    if (bits.at >= bits.start) continue;
    weights.push((cells[states[turn ^ 1] as number] as number) & 0xff);
    return weights;
  }
};

/** The last symbol's weight is not told: it is what is missing to a power of two. */
const huffmanTableOf = (told: readonly number[]): HuffmanTable => {
  const sum = told.reduce((total, weight) => total + (weight === 0 ? 0 : 1 << (weight - 1)), 0);
  const log = 32 - Math.clz32(sum);
  const missing = (1 << log) - sum;
  if (told.some((weight) => weight > WEIGHT_MAX) || sum === 0 || log > WEIGHT_MAX || told.length >= SYMBOLS_MAX)
    corrupt();
  if ((missing & (missing - 1)) !== 0) corrupt();
  const weights = [...told, 32 - Math.clz32(missing)];
  const cells = new Uint16Array(1 << log);
  const places = placesOf(weights, log);
  for (let symbol = 0; symbol < weights.length; symbol += 1) {
    const weight = weights[symbol] as number;
    if (weight === 0) continue;
    const from = places[weight] as number;
    places[weight] = from + (1 << (weight - 1));
    cells.fill(symbol | ((log + 1 - weight) << 8), from, places[weight]);
  }
  return { log, cells };
};

/** Where the cells of each weight begin: the longest codes come first. */
const placesOf = (weights: readonly number[], log: number): Uint16Array => {
  const counts = new Uint16Array(log + 2);
  for (const weight of weights) counts[weight] = (counts[weight] as number) + 1;
  // A tree whose deepest level is empty is deeper than it needs to be, which no encoder writes and the format forbids.
  if ((counts[1] as number) < 2) corrupt();
  const places = new Uint16Array(log + 2);
  for (let weight = 1; weight <= log; weight += 1) {
    places[weight + 1] = (places[weight] as number) + ((counts[weight] as number) << (weight - 1));
  }
  return places;
};
