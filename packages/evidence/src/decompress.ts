// Zstandard (RFC 8878), written by a stranger. A decoder of our own, because what it does must be bounded and the same
// everywhere, and because it writes into one array of the announced size: the known one keeps a window of its own, moves
// it for every block, copies byte by byte, and takes several times as long for a picture.
import { corrupt, type Input } from "./zstd-bits.ts";
import type { HuffmanTable } from "./zstd-entropy.ts";
import { readLiterals } from "./zstd-literals.ts";
import { type Output, runSequences } from "./zstd-sequences.ts";

/**
 * The answer has exactly `sizeBytes` or is `null`: what the frame will cost is read from its headers first, then the
 * first byte too many ends it; so a bomb costs neither memory nor time.
 */
export const decompressExactly = (stream: Uint8Array, sizeBytes: number): Uint8Array | null => {
  const frame = measureFrame(stream);
  if (frame === null || !isAffordable(frame, sizeBytes)) return null;
  const output: Output = { bytes: new Uint8Array(sizeBytes), at: 0, recent: [1, 4, 8], tables: null };
  try {
    decodeBlocks(stream, frame, output);
    return output.at === sizeBytes ? output.bytes : null;
  } catch {
    // Whichever rule it broke, the file is not what it said.
    return null;
  }
};

const BLOCK_MAX_BYTES = 128 * 1024;

const decodeBlocks = (stream: Uint8Array, { blocksAt, blocks, windowBytes }: FrameCost, output: Output): void => {
  const lengthMax = Math.min(BLOCK_MAX_BYTES, windowBytes);
  const literals = new Uint8Array(lengthMax);
  let huffman: HuffmanTable | null = null;
  let at = blocksAt;
  for (let i = 0; i < blocks; i += 1) {
    const { type, bytes, length } = readBlockHeader(stream, at);
    at += BLOCK_HEADER_BYTES;
    const input: Input = { bytes: stream, at, end: at + bytes };
    at += bytes;
    const before = output.at;
    if (length > lengthMax) corrupt();
    if (type === blockTypes.compressed) {
      const read = readLiterals(input, literals, huffman);
      huffman = read.huffman;
      runSequences(input, literals.subarray(0, read.length), output);
    } else writePlain(input, { type, length }, output);
    if (output.at - before > lengthMax) corrupt();
  }
};

const writePlain = (
  { bytes, at, end }: Input,
  { type, length }: { readonly type: number; readonly length: number },
  output: Output,
): void => {
  const to = output.at + length;
  if (to > output.bytes.length) corrupt();
  if (type === blockTypes.raw) output.bytes.set(bytes.subarray(at, end), output.at);
  else output.bytes.fill(bytes[at] as number, output.at, to);
  output.at = to;
};

interface FrameCost {
  /** What the frame itself says that it holds; `null`: it does not say. */
  readonly contentBytes: number | null;
  /** How far back the frame may reach, as it says. */
  readonly windowBytes: number;
  readonly blocksAt: number;
  readonly blocks: number;
}

/** Every decoder can be asked for this much (RFC 8878, 3.1.1.1.2); a frame in one segment takes its content instead. */
const WINDOW_MAX_BYTES = 8 * 1024 * 1024;
/** Blocks hold up to 128 KiB; encoders split them where the data changes, down to about 8 KiB. */
const BLOCK_MIN_BYTES = 8 * 1024;
const BLOCKS_SPARE = 16;

const isAffordable = ({ contentBytes, windowBytes, blocks }: FrameCost, sizeBytes: number): boolean =>
  (contentBytes ?? sizeBytes) === sizeBytes &&
  windowBytes <= Math.max(sizeBytes, WINDOW_MAX_BYTES) &&
  blocks <= sizeBytes / BLOCK_MIN_BYTES + BLOCKS_SPARE;

const MAGIC = 0xfd2fb528;
const HEADER_MAX_BYTES = 14;
const BLOCK_HEADER_BYTES = 3;
const CHECKSUM_BYTES = 4;
const blockTypes = { raw: 0, repeated: 1, compressed: 2 } as const;

/** Walks over the headers of one frame (RFC 8878, 3.1.1) without decoding; `null` unless it is the whole stream. */
const measureFrame = (stream: Uint8Array): FrameCost | null => {
  const header = readHeader(stream);
  if (header === null) return null;
  let at = header.bytes;
  for (let blocks = 1; at + BLOCK_HEADER_BYTES <= stream.length; blocks += 1) {
    const { type, bytes, isLast } = readBlockHeader(stream, at);
    if (type > blockTypes.compressed) return null;
    at += BLOCK_HEADER_BYTES + bytes;
    if (!isLast) continue;
    const isWhole = at + header.checksumBytes === stream.length;
    return isWhole ? { ...header, blocksAt: header.bytes, blocks } : null;
  }
  return null;
};

/** `bytes` it takes in the stream; of what they become only blocks that are not compressed tell the `length`. */
const readBlockHeader = (stream: Uint8Array, at: number) => {
  const word = (stream[at] ?? 0) | ((stream[at + 1] ?? 0) << 8) | ((stream[at + 2] ?? 0) << 16);
  const type = (word >> 1) & 3;
  const length = word >> 3;
  return { type, length, bytes: type === blockTypes.repeated ? 1 : length, isLast: (word & 1) === 1 };
};

interface FrameHeader {
  readonly bytes: number;
  readonly contentBytes: number | null;
  readonly windowBytes: number;
  readonly checksumBytes: number;
}

const readHeader = (stream: Uint8Array): FrameHeader | null => {
  // Behind a short stream come zeros; that it is too short shows when its blocks are walked.
  const head = new Uint8Array(HEADER_MAX_BYTES);
  head.set(stream.subarray(0, HEADER_MAX_BYTES));
  const view = new DataView(head.buffer);
  const descriptor = view.getUint8(4);
  const isOneSegment = (descriptor & 0x20) !== 0;
  // A reserved bit, or a dictionary, which nobody here has.
  if (view.getUint32(0, true) !== MAGIC || (descriptor & 0x0b) !== 0) return null;
  const sizeFieldBytes = [isOneSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const sizeAt = isOneSegment ? 5 : 6;
  const contentBytes = sizeFieldBytes === 0 ? null : readSize(view, sizeAt, sizeFieldBytes);
  return {
    bytes: sizeAt + sizeFieldBytes,
    contentBytes,
    windowBytes: isOneSegment ? (contentBytes ?? 0) : windowOf(view.getUint8(5)),
    checksumBytes: (descriptor & 0x04) === 0 ? 0 : CHECKSUM_BYTES,
  };
};

const readSize = (view: DataView, at: number, bytes: number): number => {
  if (bytes === 1) return view.getUint8(at);
  if (bytes === 2) return view.getUint16(at, true) + 256;
  return bytes === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
};

/** An exponent of five bits, a mantissa of three. */
const windowOf = (descriptor: number): number => 2 ** (10 + (descriptor >> 3)) * (1 + (descriptor & 7) / 8);
