import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { createTestRandom } from "@underseal/foundation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decompressExactly } from "../src/decompress.ts";

/** Time on the processor: what else the machine does must not fail a test. */
const cpuMs = (): number => process.cpuUsage().user / 1_000;

const compress = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 9 } }));
const MIB = 1024 * 1024;

describe("decompressExactly", () => {
  it.each([0, 1, 1_000, 300_000])("gives back %i bytes", (length) => {
    const bytes = createTestRandom(length + 1)
      .bytes(length)
      .map((byte) => byte & 0x0f);
    const result = decompressExactly(compress(bytes), length);
    expect(result !== null && Buffer.compare(result, bytes) === 0).toBe(true);
  });

  it.each([-1, 1])("is null where the announced size is off by %i", (difference) => {
    expect(decompressExactly(compress(new Uint8Array(1_000)), 1_000 + difference)).toBeNull();
  });

  it.each([
    ["nothing", new Uint8Array()],
    ["zeros", new Uint8Array(100)],
    ["ones", new Uint8Array(100).fill(0xff)],
  ])("is null for %s", (_, stream) => {
    expect(decompressExactly(stream, 1_000)).toBeNull();
  });

  it("does not unpack a bomb: neither its memory nor its time", () => {
    // A few kilobytes that stand for 64 MiB.
    const bomb = compress(new Uint8Array(64 * MIB));
    expect(bomb.length).toBeLessThan(10_000);
    const before = process.memoryUsage().arrayBuffers;
    const started = cpuMs();
    expect(decompressExactly(bomb, 1_000)).toBeNull();
    expect(cpuMs() - started).toBeLessThan(1_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(32 * MIB);
  });

  describe("does not take a frame that is dear to decode, however small it is:", () => {
    const header = [0x28, 0xb5, 0x2f, 0xfd];
    const blockOf = (length: number, isLast: boolean) => {
      const word = (length << 3) | (1 << 1) | (isLast ? 1 : 0);
      return [word & 0xff, (word >> 8) & 0xff, word >> 16, 0x41];
    };
    const frameOf = (head: readonly number[], blocks: number, length: number) =>
      new Uint8Array([
        ...header,
        ...head,
        ...Array.from({ length: blocks }, (_, i) => blockOf(length, i === blocks - 1)).flat(),
      ]);

    it.each([
      ["a window of 8 MiB", [0x00, 0x68], 5, true],
      ["a window of 9 MiB", [0x00, 0x69], 5, false],
      ["a window of 1 GiB", [0x00, 0xa0], 5, false],
      ["one segment of 5 bytes", [0x20, 5], 5, true],
      ["one segment that announces 4 GiB", [0xa0, 0xff, 0xff, 0xff, 0xff], 5, false],
      ["one segment that announces 2^62 bytes", [0xe0, 0, 0, 0, 0, 0, 0, 0, 0x40], 5, false],
      ["16 blocks of a byte", [0x00, 0x68], 16, true],
      ["17 blocks of a byte", [0x00, 0x68], 17, false],
    ])("%s", (_, head, length, isTaken) => {
      const isManyBlocks = length > 5;
      const stream = isManyBlocks ? frameOf(head, length, 1) : frameOf(head, 1, length);
      const started = cpuMs();
      expect(decompressExactly(stream, length)).toEqual(isTaken ? new Uint8Array(length).fill(0x41) : null);
      expect(cpuMs() - started).toBeLessThan(1_000);
    });

    it("500 blocks with a window of 256 MiB, which would be moved 500 times", () => {
      const started = cpuMs();
      expect(decompressExactly(frameOf([0x00, 0x90], 500, 100), 50_000)).toBeNull();
      expect(cpuMs() - started).toBeLessThan(1_000);
    });

    it("a second frame, a dictionary, a reserved bit, a reserved kind of block", () => {
      const good = frameOf([0x00, 0x58], 1, 5);
      expect(decompressExactly(new Uint8Array([...good, ...good]), 10)).toBeNull();
      expect(decompressExactly(frameOf([0x01, 0x58, 0x07], 1, 5), 5)).toBeNull();
      expect(decompressExactly(frameOf([0x08, 0x58], 1, 5), 5)).toBeNull();
      expect(decompressExactly(good.with(6, (good[6] ?? 0) | 0x06), 5)).toBeNull();
    });
  });

  it.each([1, 3, 9, 15, 19, 22])("takes what level %i makes of pictures, noise and text", (level) => {
    const random = createTestRandom(level);
    const noise = random.bytes(150_000);
    const flat = new Uint8Array(700_000).fill(7);
    const text = Buffer.from(Array.from({ length: 9_000 }, (_, i) => `row ${i * 7919} of a table\n`).join(""));
    const pieces = Array.from({ length: 12 }, (_, i) => [noise, flat, text][i % 3] ?? noise);
    const bytes = Buffer.concat([...pieces, ...Array.from({ length: 60 }, (_, i) => random.bytes((i * 397) % 9_000))]);
    for (const checksum of [0, 1]) {
      const params = { [constants.ZSTD_c_compressionLevel]: level, [constants.ZSTD_c_checksumFlag]: checksum };
      const result = decompressExactly(new Uint8Array(zstdCompressSync(bytes, { params })), bytes.length);
      expect(result !== null && Buffer.compare(result, bytes) === 0).toBe(true);
    }
  });

  /** What the reference makes of it; `null` where it refuses. */
  const decompressByReference = (stream: Uint8Array): Uint8Array | null => {
    try {
      return new Uint8Array(zstdDecompressSync(stream, { maxOutputLength: MIB }));
    } catch {
      return null;
    }
  };

  it.each([1, 3, 9, 19])("never makes of a damaged frame of level %i what the reference does not", (level) => {
    const random = createTestRandom(40 + level);
    const text = Buffer.from(Array.from({ length: 300 }, (_, i) => `${(i * 7919) % 300} of ${i};`).join(""));
    const noise = random.bytes(3_000);
    const bytes = Buffer.concat([
      text,
      noise,
      noise.map((byte) => byte & 7),
      noise.map((byte, i) => (byte < 9 ? byte : i % 3)),
    ]);
    const params = { [constants.ZSTD_c_compressionLevel]: level };
    const stream = new Uint8Array(zstdCompressSync(bytes, { params }));
    let takenByBoth = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(stream.length - 1), fc.nat(255)), { minLength: 1, maxLength: 3 }),
        (changes) => {
          const damaged = changes.reduce((changed, [at, byte]) => changed.with(at, byte), stream);
          const reference = decompressByReference(damaged);
          const result = decompressExactly(damaged, reference?.length ?? bytes.length);
          if (result === null) return;
          takenByBoth += 1;
          expect(reference !== null && Buffer.compare(result, reference) === 0).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
    expect(takenByBoth).toBeGreaterThan(10);
  });

  it("is null for a frame that itself announces another size", () => {
    const stream = compress(new Uint8Array(200).fill(3));
    const sizeAt = 5;
    expect(stream[sizeAt]).toBe(200);
    expect(decompressExactly(stream.with(sizeAt, 201), 200)).toBeNull();
  });

  it("survives any corruption in bounded time", () => {
    const bytes = createTestRandom(4)
      .bytes(20_000)
      .map((byte) => byte & 0x1f);
    const stream = compress(bytes);
    fc.assert(
      fc.property(
        fc.nat(stream.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.nat(stream.length),
        (at, mask, cut) => {
          const started = cpuMs();
          const damaged = stream.with(at, (stream[at] ?? 0) ^ mask);
          const result = decompressExactly(cut % 4 === 0 ? damaged.subarray(0, cut) : damaged, bytes.length);
          expect(result === null || result.length === bytes.length).toBe(true);
          expect(cpuMs() - started).toBeLessThan(3_000);
        },
      ),
      { numRuns: 150 },
    );
  });
});
