import { constants, zstdCompressSync } from "node:zlib";
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
