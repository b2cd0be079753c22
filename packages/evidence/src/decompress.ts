import { Decompress } from "fzstd";

/**
 * Zstandard written by a stranger. The answer has exactly `sizeBytes` or is `null`: what the frame will cost is read
 * from its headers first, then the decoder hands its output over block by block, and the first byte too many ends it;
 * so a bomb costs neither memory nor time.
 */
export const decompressExactly = (stream: Uint8Array, sizeBytes: number): Uint8Array | null => {
  const frame = measureFrame(stream);
  if (frame === null || !isAffordable(frame, sizeBytes)) return null;
  const bytes = new Uint8Array(sizeBytes);
  let offset = 0;
  const decoder = new Decompress((block) => {
    if (offset + block.length > sizeBytes) throw new RangeError("longer than announced");
    bytes.set(block, offset);
    offset += block.length;
  });
  try {
    decoder.push(stream, true);
    return offset === sizeBytes ? bytes : null;
  } catch {
    // Whatever the decoder did not like, the file is not what it said.
    return null;
  }
};

interface FrameCost {
  /** What the decoder keeps, and moves once for every block. */
  readonly windowBytes: number;
  readonly blocks: number;
}

/** Every decoder can be asked for this much (RFC 8878, 3.1.1.1.2); a frame in one segment takes its content instead. */
const WINDOW_MAX_BYTES = 8 * 1024 * 1024;
/** Blocks hold up to 128 KiB; encoders split them where the data changes, down to about 8 KiB. */
const BLOCK_MIN_BYTES = 8 * 1024;
const BLOCKS_SPARE = 16;

const isAffordable = ({ windowBytes, blocks }: FrameCost, sizeBytes: number): boolean =>
  windowBytes <= Math.max(sizeBytes, WINDOW_MAX_BYTES) && blocks <= sizeBytes / BLOCK_MIN_BYTES + BLOCKS_SPARE;

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
    const word = (stream[at] ?? 0) | ((stream[at + 1] ?? 0) << 8) | ((stream[at + 2] ?? 0) << 16);
    const type = (word >> 1) & 3;
    if (type > blockTypes.compressed) return null;
    at += BLOCK_HEADER_BYTES + (type === blockTypes.repeated ? 1 : word >> 3);
    const isLast = (word & 1) === 1;
    if (isLast) return at + header.checksumBytes === stream.length ? { windowBytes: header.windowBytes, blocks } : null;
  }
  return null;
};

interface FrameHeader {
  readonly bytes: number;
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
  return {
    bytes: sizeAt + sizeFieldBytes,
    windowBytes: isOneSegment ? readSize(view, sizeAt, sizeFieldBytes) : windowOf(view.getUint8(5)),
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
