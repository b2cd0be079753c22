// Many grey pictures in one stream of bytes, for a reader that takes them from a pipe: TIFF 6.0, one picture a page,
// not compressed, each in one strip after its directory.
import type { Grey } from "./image.ts";

const LITTLE_ENDIAN = "II";
const VERSION = 42;
const HEADER_BYTES = 8;
const FIELD_BYTES = 12;
const LONG = 4;

// The baseline fields of a grey picture, by their number in the format.
const FIELDS = {
  width: 256,
  height: 257,
  bitsPerSample: 258,
  compression: 259,
  interpretation: 262,
  stripOffset: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripBytes: 279,
} as const;
const DIRECTORY_BYTES = 2 + Object.keys(FIELDS).length * FIELD_BYTES + 4;
const UNCOMPRESSED = 1;
const ZERO_IS_BLACK = 1;

/** At least one page. */
export const toTiff = (pages: readonly Grey[]): Uint8Array => {
  const sizes = pages.map(({ pixels }) => DIRECTORY_BYTES + pixels.length + (pixels.length % 2));
  const tiff = Buffer.alloc(sizes.reduce((sum, bytes) => sum + bytes, HEADER_BYTES));
  tiff.write(LITTLE_ENDIAN, 0, "latin1");
  tiff.writeUInt16LE(VERSION, 2);
  tiff.writeUInt32LE(HEADER_BYTES, 4);
  let at = HEADER_BYTES;
  for (const [index, page] of pages.entries()) {
    const next = at + (sizes[index] ?? 0);
    writeDirectory(tiff.subarray(at), page, { stripOffset: at + DIRECTORY_BYTES, next: next < tiff.length ? next : 0 });
    tiff.set(page.pixels, at + DIRECTORY_BYTES);
    at = next;
  }
  return tiff;
};

/** `next`: where the next page's directory begins, 0 after the last one. */
const writeDirectory = (
  to: Buffer,
  { pixels, width, height }: Grey,
  { stripOffset, next }: { readonly stripOffset: number; readonly next: number },
): void => {
  const values: Readonly<Record<keyof typeof FIELDS, number>> = {
    ...{ width, height, bitsPerSample: 8, compression: UNCOMPRESSED, interpretation: ZERO_IS_BLACK },
    ...{ stripOffset, samplesPerPixel: 1, rowsPerStrip: height, stripBytes: pixels.length },
  };
  let at = to.writeUInt16LE(Object.keys(FIELDS).length, 0);
  for (const [name, number] of Object.entries(FIELDS)) {
    at = to.writeUInt16LE(number, at);
    at = to.writeUInt16LE(LONG, at);
    at = to.writeUInt32LE(1, at);
    at = to.writeUInt32LE(values[name as keyof typeof FIELDS], at);
  }
  to.writeUInt32LE(next, at);
};
