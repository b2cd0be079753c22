// The sequences of a block (RFC 8878, 3.1.1.3.2): so many literals, then so many bytes from so far back.
import { corrupt, type Input, reverseBits, takeBits } from "./zstd-bits.ts";
import { constantTable, type FseLimits, type FseTable, fseTableOf, readFseTable } from "./zstd-entropy.ts";

export interface SequenceTables {
  readonly literals: FseTable;
  readonly offsets: FseTable;
  readonly matches: FseTable;
}

/** Where the output stands, and what later blocks refer to. */
export interface Output {
  readonly bytes: Uint8Array;
  at: number;
  /** The three newest distances. */
  readonly recent: [number, number, number];
  tables: SequenceTables | null;
}

const repeated = (count: number, value: number): number[] => Array.from({ length: count }, () => value);
const upTo = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

const LITERAL_BITS = Uint8Array.of(...repeated(16, 0), 1, 1, 1, 1, 2, 2, 3, 3, 4, ...upTo(6, 16));
const MATCH_BITS = Uint8Array.of(...repeated(32, 0), 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, ...upTo(7, 16));

const basesOf = (bits: Uint8Array, first: number): Int32Array => {
  let next = first;
  return Int32Array.from(bits, (count) => {
    next += 1 << count;
    return next - (1 << count);
  });
};
const LITERAL_BASES = basesOf(LITERAL_BITS, 0);
const MATCH_BASES = basesOf(MATCH_BITS, 3);

interface Code extends FseLimits {
  readonly standard: FseTable;
}

const few = repeated(6, -1);
const codes = {
  literals: {
    logMax: 9,
    symbolMax: 35,
    standard: fseTableOf(6, [
      4,
      3,
      ...repeated(11, 2),
      1,
      1,
      1,
      ...repeated(9, 2),
      3,
      2,
      ...repeated(5, 1),
      ...few.slice(2),
    ]),
  },
  // Distances of more than 25 bits lie before any output; the format allows the symbols up to 31.
  offsets: {
    logMax: 8,
    symbolMax: 31,
    standard: fseTableOf(5, [...repeated(6, 1), 2, 2, 2, ...repeated(15, 1), ...few.slice(1)]),
  },
  matches: {
    logMax: 9,
    symbolMax: 52,
    standard: fseTableOf(6, [1, 4, 3, ...repeated(6, 2), ...repeated(37, 1), ...few, -1]),
  },
} as const satisfies Record<string, Code>;
const OFFSET_BITS_MAX = 25;

/** Writes the block's bytes to the output; the literals that no sequence takes come last. */
export const runSequences = (input: Input, literals: Uint8Array, output: Output): void => {
  const count = readCount(input);
  if (count > 0) {
    output.tables = readTables(input, output.tables);
    const taken = runEach(input, { count, literals, output, tables: output.tables });
    append(output, literals.subarray(taken));
  } else {
    if (input.at !== input.end) corrupt();
    append(output, literals);
  }
};

const append = (output: Output, bytes: Uint8Array): void => {
  if (output.at + bytes.length > output.bytes.length) corrupt();
  output.bytes.set(bytes, output.at);
  output.at += bytes.length;
};

const next = (input: Input): number => (input.at < input.end ? (input.bytes[input.at++] as number) : corrupt());

const LONG_COUNT = 0x7f00;

const readCount = (input: Input): number => {
  const first = next(input);
  if (first < 128) return first;
  const second = next(input);
  return first < 255 ? ((first - 128) << 8) | second : (second | (next(input) << 8)) + LONG_COUNT;
};

const readTables = (input: Input, known: SequenceTables | null): SequenceTables => {
  const modes = next(input);
  if ((modes & 3) !== 0) corrupt();
  const literals = readTable(input, { mode: modes >> 6, code: codes.literals, known: known?.literals });
  const offsets = readTable(input, { mode: (modes >> 4) & 3, code: codes.offsets, known: known?.offsets });
  const matches = readTable(input, { mode: (modes >> 2) & 3, code: codes.matches, known: known?.matches });
  return { literals, offsets, matches };
};

const readTable = (
  input: Input,
  { mode, code, known }: { readonly mode: number; readonly code: Code; readonly known: FseTable | undefined },
): FseTable => {
  if (mode === 0) return code.standard;
  if (mode === 2) return readFseTable(input, code);
  if (mode === 3) return known ?? corrupt();
  const symbol = next(input);
  return symbol > code.symbolMax ? corrupt() : constantTable(symbol);
};

interface Run {
  readonly count: number;
  readonly literals: Uint8Array;
  readonly output: Output;
  readonly tables: SequenceTables;
}

/** Answers how many literals were taken. The hot loop of the decoder: everything is local. */
const runEach = (input: Input, { count, literals, output, tables }: Run): number => {
  const bits = reverseBits(input.bytes, input.at, input.end);
  const literalCells = tables.literals.cells;
  const offsetCells = tables.offsets.cells;
  const matchCells = tables.matches.cells;
  let literalState = takeBits(bits, tables.literals.log);
  let offsetState = takeBits(bits, tables.offsets.log);
  let matchState = takeBits(bits, tables.matches.log);
  const { bytes, recent } = output;
  let at = output.at;
  let taken = 0;
  for (let left = count; left > 0; left -= 1) {
    const literalCell = literalCells[literalState] as number;
    const offsetCell = offsetCells[offsetState] as number;
    const matchCell = matchCells[matchState] as number;
    const offsetBits = offsetCell & 0xff;
    if (offsetBits > OFFSET_BITS_MAX) corrupt();
    const offset = (1 << offsetBits) + takeBits(bits, offsetBits);
    const matchCode = matchCell & 0xff;
    const matchLength = (MATCH_BASES[matchCode] as number) + takeBits(bits, MATCH_BITS[matchCode] as number);
    const literalCode = literalCell & 0xff;
    const literalLength = (LITERAL_BASES[literalCode] as number) + takeBits(bits, LITERAL_BITS[literalCode] as number);
    if (left > 1) {
      literalState = (literalCell >> 16) + takeBits(bits, (literalCell >> 8) & 0xff);
      matchState = (matchCell >> 16) + takeBits(bits, (matchCell >> 8) & 0xff);
      offsetState = (offsetCell >> 16) + takeBits(bits, (offsetCell >> 8) & 0xff);
    }
    const distance = distanceOf(recent, offset, literalLength === 0);
    const from = at + literalLength;
    const isInside = taken + literalLength <= literals.length && from + matchLength <= bytes.length;
    if (!isInside || distance < 1 || distance > from || bits.at < bits.start) corrupt();
    copyLiterals(bytes, at, literals, taken, literalLength);
    copyMatch(bytes, from, distance, matchLength);
    taken += literalLength;
    at = from + matchLength;
  }
  if (bits.at !== bits.start) corrupt();
  output.at = at;
  return taken;
};

/** Small values name one of the three newest distances, another one where there are no literals. */
const distanceOf = (recent: Output["recent"], offset: number, isShifted: boolean): number => {
  const place = offset > 3 ? 3 : offset - (isShifted ? 0 : 1);
  if (place === 0) return recent[0];
  const distance = offset > 3 ? offset - 3 : place === 3 ? recent[0] - 1 : (recent[place] as number);
  if (place > 1) recent[2] = recent[1];
  recent[1] = recent[0];
  recent[0] = distance;
  return distance;
};

/** From here on the engine's own copying is faster than a loop, by far so before the loop is compiled. */
const NATIVE_MIN_BYTES = 32;

const copyLiterals = (bytes: Uint8Array, to: number, literals: Uint8Array, from: number, length: number): void => {
  if (length >= NATIVE_MIN_BYTES) bytes.set(literals.subarray(from, from + length), to);
  else for (let i = 0; i < length; i += 1) bytes[to + i] = literals[from + i] as number;
};

/** What is copied may reach into what is written: then it repeats, and what is written so far can be copied at once. */
const copyMatch = (bytes: Uint8Array, to: number, distance: number, length: number): void => {
  const from = to - distance;
  if (length < NATIVE_MIN_BYTES) {
    for (let i = 0; i < length; i += 1) bytes[to + i] = bytes[from + i] as number;
    return;
  }
  if (distance >= length) {
    bytes.copyWithin(to, from, from + length);
    return;
  }
  for (let done = 0; done < length; ) {
    const span = Math.min(distance + done, length - done);
    bytes.copyWithin(to + done, from, from + span);
    done += span;
  }
};
