import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BUCKETS_PERMILLE, bucketOf, decodeMap, encodeMap, type LeafState } from "../src/index.ts";
import { padBytes, padmeLength } from "../src/padding.ts";

describe("bucketOf", () => {
  it.each([
    [0, 0],
    [1, 10],
    [10, 10],
    [11, 25],
    [25, 25],
    [26, 50],
    [50, 50],
    [51, 100],
    [100, 100],
    [101, 200],
    [200, 200],
    [201, 300],
    [300, 300],
    [301, 500],
    [500, 500],
    [501, 1000],
    [1000, 1000],
  ])("puts %i of 1000 into %i", (count, bucket) => {
    expect(bucketOf(count, 1000)).toBe(bucket);
  });

  it("is the smallest bucket that is not below the share", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4094 }), fc.nat(4094), (total, n) => {
        const count = Math.min(n, total);
        const bucket = bucketOf(count, total);
        const below = BUCKETS_PERMILLE[BUCKETS_PERMILLE.indexOf(bucket) - 1];
        expect(count * 1000).toBeLessThanOrEqual(bucket * total);
        if (below !== undefined) expect(count * 1000).toBeGreaterThan(below * total);
      }),
    );
  });

  it("calls the share of nothing nothing", () => {
    expect(bucketOf(0, 0)).toBe(0);
  });
});

describe("a map", () => {
  const states = fc.array(fc.constantFrom<LeafState>(0, 1, 2, 3), { minLength: 1, maxLength: 64 });

  it("comes back as it was", () => {
    fc.assert(
      fc.property(states, (quarter) => {
        const all = [...quarter, ...quarter, ...quarter, ...quarter];
        expect(decodeMap(encodeMap(all), all.length)).toEqual(all);
      }),
    );
  });

  it("holds the first leaf in the high bits", () => {
    expect(encodeMap([3, 0, 1, 2])).toEqual(Uint8Array.of(0b11_00_01_10));
  });

  it.each([0, 255, 257])("is none for a tree of 1,024 leaves when it has %i bytes", (length) => {
    expect(decodeMap(new Uint8Array(length), 1024)).toBeNull();
  });

  it("is made of a multiple of four states", () => {
    expect(() => encodeMap([0, 0, 0])).toThrow("broken assumption");
  });
});

describe("Padmé", () => {
  it.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [9, 10],
    [100, 104],
    [1_000, 1_024],
    [1_024, 1_024],
    [1_025, 1_088],
    [99_999, 100_352],
    [1_000_000, 1_015_808],
  ])("pads %i bytes to %i", (length, padded) => {
    expect(padmeLength(length)).toBe(padded);
  });

  it("never shortens, adds at most 12 %, is stable, and leaves few lengths", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 * 1024 * 1024 }), (length) => {
        const padded = padmeLength(length);
        expect(padded).toBeGreaterThanOrEqual(length);
        expect(padded).toBeLessThanOrEqual(length * 1.12 + 1);
        expect(padmeLength(padded)).toBe(padded);
      }),
    );
    expect(new Set(Array.from({ length: 1_000_000 }, (_, i) => padmeLength(i + 1))).size).toBeLessThan(450);
  });

  it("adds zeros", () => {
    expect(padBytes(new Uint8Array(9).fill(7), 0)).toEqual(Uint8Array.of(7, 7, 7, 7, 7, 7, 7, 7, 7, 0));
    expect(padBytes(Uint8Array.of(7), 3)).toEqual(Uint8Array.of(7, 0, 0));
  });
});
