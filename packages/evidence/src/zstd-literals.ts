// The literals of a block (RFC 8878, 3.1.1.3.1): bytes that no earlier place holds, Huffman-coded or as they are.
import { corrupt, type Input, reverseBits } from "./zstd-bits.ts";
import { type HuffmanTable, readHuffmanTable } from "./zstd-entropy.ts";

const kinds = { raw: 0, repeated: 1, coded: 2 } as const;
/** Fewer bytes than this are never cut into four streams. */
const FOUR_STREAMS_MIN = 6;

/**
 * Fills `into` from its beginning; answers how many there are, and the Huffman table that the next block may refer to.
 * `input.at` is left behind the section.
 */
export const readLiterals = (
  input: Input,
  into: Uint8Array,
  known: HuffmanTable | null,
): { readonly length: number; readonly huffman: HuffmanTable | null } => {
  const first = input.bytes[input.at] as number;
  const kind = first & 3;
  const format = (first >> 2) & 3;
  if (kind < kinds.coded) return { length: readPlain(input, into, { kind, format }), huffman: known };
  const { length, codedBytes } = readSizes(input, format);
  const coded = { bytes: input.bytes, at: input.at, end: input.at + codedBytes };
  if (length > into.length || coded.end > input.end) corrupt();
  input.at = coded.end;
  const huffman = kind === kinds.coded ? readHuffmanTable(coded) : known;
  if (huffman === null) return corrupt();
  const out = into.subarray(0, length);
  if (format === 0) decodeStream(coded, out, huffman);
  else decodeFour(coded, out, huffman);
  return { length, huffman };
};

const readPlain = (input: Input, into: Uint8Array, { kind, format }: { kind: number; format: number }): number => {
  const headBytes = [1, 2, 1, 3][format] as number;
  const length = littleEndian(input, headBytes) >> (headBytes === 1 ? 3 : 4);
  const storedBytes = kind === kinds.raw ? length : 1;
  const from = input.at;
  input.at += storedBytes;
  if (length > into.length || input.at > input.end) corrupt();
  if (kind === kinds.raw) into.set(input.bytes.subarray(from, input.at));
  else into.fill(input.bytes[from] as number, 0, length);
  return length;
};

/** The length and the coded length, of as many bits each. */
const readSizes = (input: Input, format: number): { readonly length: number; readonly codedBytes: number } => {
  const bits = [10, 10, 14, 18][format] as number;
  const head = littleEndian(input, (2 * bits + 4) / 8);
  const length = Math.floor(head / 16) % 2 ** bits;
  return { length, codedBytes: Math.floor(head / 2 ** (4 + bits)) };
};

const littleEndian = (input: Input, count: number): number => {
  if (input.at + count > input.end) corrupt();
  let value = 0;
  for (let i = count - 1; i >= 0; i -= 1) value = value * 256 + (input.bytes[input.at + i] as number);
  input.at += count;
  return value;
};

const JUMP_BYTES = 6;

const decodeFour = (coded: Input, out: Uint8Array, huffman: HuffmanTable): void => {
  const quarter = (out.length + 3) >> 2;
  if (out.length < FOUR_STREAMS_MIN || coded.at + JUMP_BYTES > coded.end) corrupt();
  const lengths = [littleEndian(coded, 2), littleEndian(coded, 2), littleEndian(coded, 2)];
  for (let i = 0; i < 4; i += 1) {
    const end = i < 3 ? coded.at + (lengths[i] as number) : coded.end;
    if (end > coded.end) corrupt();
    decodeStream({ bytes: coded.bytes, at: coded.at, end }, out.subarray(i * quarter, (i + 1) * quarter), huffman);
    coded.at = end;
  }
};

const decodeStream = ({ bytes, at: from, end }: Input, out: Uint8Array, { log, cells }: HuffmanTable): void => {
  const { at: top, start } = reverseBits(bytes, from, end);
  const mask = (1 << log) - 1;
  let bit = top;
  for (let i = 0; i < out.length; i += 1) {
    // Bits before the start belong to somebody else, but no symbol that ends before it depends on them.
    const low = bit - log;
    const at = low >> 3;
    const word = (bytes[at] as number) | ((bytes[at + 1] as number) << 8) | ((bytes[at + 2] as number) << 16);
    const cell = cells[(word >> (low & 7)) & mask] as number;
    out[i] = cell & 0xff;
    bit -= cell >> 8;
  }
  if (bit !== start) corrupt();
};
