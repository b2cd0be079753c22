import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  base64ToBytes,
  base64UrlToBytes,
  bytesToBase64,
  bytesToBase64Url,
  bytesToHex,
  bytesToUtf8,
  concatBytes,
  equalBytes,
  hexToBytes,
  u32,
  u64,
  utf8ToBytes,
} from "../src/index.ts";

const bytes = fc.uint8Array({ maxLength: 70 });

describe("encodings", () => {
  it("come back as they were, and agree with Node's own", () => {
    fc.assert(
      fc.property(bytes, (value) => {
        expect(base64ToBytes(bytesToBase64(value))).toEqual(value);
        expect(base64UrlToBytes(bytesToBase64Url(value))).toEqual(value);
        expect(hexToBytes(bytesToHex(value))).toEqual(value);
        expect(bytesToHex(value)).toBe(Buffer.from(value).toString("hex"));
        expect(bytesToBase64(value)).toBe(Buffer.from(value).toString("base64"));
        expect(bytesToBase64Url(value)).toBe(Buffer.from(value).toString("base64url"));
      }),
    );
  });

  it("work beyond the number of arguments that a call can take", () => {
    const large = new Uint8Array(300_000).fill(7);
    expect(base64ToBytes(bytesToBase64(large))?.length).toBe(300_000);
  });

  it("have one spelling: every text that is read is the one that would be written", () => {
    const text = fc.string({ unit: fc.constantFrom(..."ABab01+/-_= \n"), maxLength: 8 });
    fc.assert(
      fc.property(text, (value) => {
        const plain = base64ToBytes(value);
        const url = base64UrlToBytes(value);
        if (plain !== null) expect(bytesToBase64(plain)).toBe(value);
        if (url !== null) expect(bytesToBase64Url(url)).toBe(value);
      }),
      { numRuns: 500 },
    );
  });

  it.each(["A", "AA", "AAA", "AB==", "AA= =", "AA==\n", " AA==", "A-==", "AA==AA=="])("%j is no base64", (text) => {
    expect(base64ToBytes(text)).toBeNull();
  });

  it.each(["A", "AB", "AA==", "A+A", "AA ", "AAB"])("%j is no base64url", (text) => {
    expect(base64UrlToBytes(text)).toBeNull();
  });

  it.each(["0", "0G", "AB", "0x00", " 00"])("%j is no hexadecimal", (text) => {
    expect(hexToBytes(text)).toBeNull();
  });

  it("tell bytes that are not UTF-8, and keep a byte order mark", () => {
    expect(bytesToUtf8(Uint8Array.of(0xc3, 0x28))).toBeNull();
    expect(bytesToUtf8(utf8ToBytes("\ufeffü€😀"))).toBe("\ufeffü€😀");
  });
});

describe("numbers", () => {
  it("are big-endian", () => {
    expect(u32(0x01020304)).toEqual(Uint8Array.of(1, 2, 3, 4));
    expect(u32(2 ** 32 - 1)).toEqual(new Uint8Array(4).fill(255));
    expect(u64(0x0102030405060708n)).toEqual(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  });
});

describe("concatBytes and equalBytes", () => {
  it("join and compare", () => {
    expect(concatBytes()).toEqual(new Uint8Array());
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(concatBytes(a, b)).toEqual(Uint8Array.of(...a, ...b));
        expect(equalBytes(a, a.slice())).toBe(true);
        expect(equalBytes(a, b)).toBe(Buffer.compare(a, b) === 0);
      }),
    );
  });
});
