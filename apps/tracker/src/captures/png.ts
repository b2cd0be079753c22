// A picture as PNG, without a library: eight bits a colour, lines stored as differences to their left neighbours.
import { crc32, deflateSync } from "node:zlib";
import type { Frame } from "@underseal/evidence";
import { concatBytes, u32, utf8ToBytes } from "@underseal/foundation";

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Eight bits, RGB, and the only methods there are. */
const FORMAT = Uint8Array.of(8, 2, 0, 0, 0);
const FILTER_LEFT = 1;
/** For one reader on the same machine: time counts, not size. */
const DEFLATE_LEVEL = 1;

export const encodePng = ({ rgb, width, height }: Frame): Uint8Array => {
  const lineBytes = width * 3;
  const lines = new Uint8Array(height * (lineBytes + 1));
  for (let y = 0; y < height; y += 1) {
    const [from, to] = [y * lineBytes, y * (lineBytes + 1)];
    lines[to] = FILTER_LEFT;
    for (let i = 0; i < lineBytes; i += 1) {
      lines[to + 1 + i] = (rgb[from + i] ?? 0) - (i < 3 ? 0 : (rgb[from + i - 3] ?? 0));
    }
  }
  const data = new Uint8Array(deflateSync(lines, { level: DEFLATE_LEVEL }));
  return concatBytes(
    SIGNATURE,
    chunk("IHDR", concatBytes(u32(width), u32(height), FORMAT)),
    chunk("IDAT", data),
    chunk("IEND", new Uint8Array()),
  );
};

const chunk = (name: string, data: Uint8Array): Uint8Array => {
  const body = concatBytes(utf8ToBytes(name), data);
  return concatBytes(u32(data.length), body, u32(crc32(body)));
};
