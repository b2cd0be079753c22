import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { verificationCodes, verifyBundle } from "../src/index.ts";
import { bytesOfWeek, writeHonestWeek } from "./weeks.ts";

// The smallest bundle that has one of everything: start, capture, segment, disclosure, two sealed files.
const bytes = bytesOfWeek(writeHonestWeek({ slots: 1, blobBytes: 24 }));

const expectRefused = (damaged: Uint8Array, what: string): void => {
  const verdict = verifyBundle(damaged);
  expect(verdict.ok, what).toBe(false);
  if (!verdict.ok) expect(verificationCodes, what).toContain(verdict.error.code);
};

const flipped = (at: number, bit: number): Uint8Array => bytes.with(at, (bytes[at] ?? 0) ^ (1 << bit));

describe("every byte of a bundle counts", () => {
  it("is valid as it was made", () => {
    expect(verifyBundle(bytes).ok).toBe(true);
  });

  it("with any bit flipped it is refused by a typed failure", () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(7), (at, bit) => {
        expectRefused(
          flipped(at, bit),
          `byte ${at} bit ${bit}: ${JSON.stringify(new TextDecoder().decode(bytes.subarray(at - 20, at + 20)))}`,
        );
      }),
      { numRuns: 250 },
    );
  }, 60_000);

  it("with any byte left out or doubled it is refused", () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), (at) => {
        expectRefused(
          bytes.filter((_, i) => i !== at),
          `without byte ${at}`,
        );
        const doubled = new Uint8Array(bytes.length + 1);
        doubled.set(bytes.subarray(0, at + 1));
        doubled.set(bytes.subarray(at), at + 1);
        expectRefused(doubled, `byte ${at} twice`);
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  it("cut anywhere it is refused", () => {
    for (let length = 0; length < bytes.length; length += 311)
      expectRefused(bytes.subarray(0, length), `${length} bytes`);
  });

  it.runIf(process.env.SLOW === "1")(
    "with each single byte flipped in turn it is refused (SLOW=1)",
    () => {
      for (let at = 0; at < bytes.length; at += 1) expectRefused(flipped(at, at % 8), `byte ${at}`);
    },
    3_600_000,
  );

  it("is total: any bytes are an answer", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (random) => expectRefused(random, "random bytes")));
    fc.assert(
      fc.property(fc.json({ maxDepth: 3 }), (json) => expectRefused(new TextEncoder().encode(json), json)),
      { numRuns: 50 },
    );
  });
});
