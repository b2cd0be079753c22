// The few byte operations the protocol is written in: concatenation, u32 big-endian, base64url without padding.

import { decodeBase64, encodeBase64 } from "#base64-engine";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8ToBytes = (text: string): Uint8Array => encoder.encode(text);

/** `null` where the bytes are not UTF-8. */
export const bytesToUtf8 = (bytes: Uint8Array): string | null => {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
};

export const concatBytes = (...parts: readonly Uint8Array[]): Uint8Array => {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
};

export const u32 = (value: number): Uint8Array =>
  Uint8Array.of(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);

export const u64 = (value: bigint): Uint8Array => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
};

/** Compares in time that depends on the lengths only. */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
};

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

export const bytesToHex = (bytes: Uint8Array): string => {
  let hex = "";
  for (const byte of bytes) hex += HEX[byte];
  return hex;
};

/** Of a digit's character code; only of what was found to be lower-case hexadecimal. */
const digitOf = (code: number): number => (code < 0x3a ? code - 0x30 : code - 0x57);

/** `null` where the text is not an even number of lower-case hexadecimal digits. */
export const hexToBytes = (hex: string): Uint8Array | null => {
  if (!/^([0-9a-f]{2})*$/.test(hex)) return null;
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i += 1)
    bytes[i] = (digitOf(hex.charCodeAt(2 * i)) << 4) | digitOf(hex.charCodeAt(2 * i + 1));
  return bytes;
};

export const bytesToBase64 = (bytes: Uint8Array): string => encodeBase64(bytes);

/** `null` where the text is not canonical padded base64 (so that one value has one spelling). */
export const base64ToBytes = (text: string): Uint8Array | null => {
  const bytes = decodeBase64(text);
  return bytes !== null && encodeBase64(bytes) === text ? bytes : null;
};

export const bytesToBase64Url = (bytes: Uint8Array): string =>
  bytesToBase64(bytes).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

/** `null` where the text is not canonical unpadded base64url. */
export const base64UrlToBytes = (text: string): Uint8Array | null => {
  if (!/^[A-Za-z0-9_-]*$/.test(text)) return null;
  const padded = text.replaceAll("-", "+").replaceAll("_", "/") + "=".repeat((4 - (text.length % 4)) % 4);
  return base64ToBytes(padded);
};
