import { leafKinds } from "@underseal/evidence";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pieceCodes, verifyOpening } from "../../src/pieces/index.ts";
import { signed, witnessSigners } from "./small-log.ts";
import { AT, bytesOfOpening, openingOf, withLeaf } from "./small-opening.ts";

const honest = bytesOfOpening();

const codeOf = (bytes: Uint8Array): string => {
  const verdict = verifyOpening(bytes);
  return verdict.ok ? "ok" : verdict.error.code;
};

describe("an opening", () => {
  it("says which leaves it shows, from when, and how many it does not show", () => {
    const verdict = verifyOpening(honest);
    expect(verdict).toMatchObject({
      ok: true,
      value: {
        capturedAt: AT,
        arrivedAt: AT + 2,
        treeSize: 1024,
        witnesses: [witnessSigners[0].name],
        leaves: [
          { index: 0, kind: "header" },
          { index: 1, kind: "context" },
          { index: 2, kind: "pixels", bytes: 12_288 },
          { index: 5, kind: "pixels", bytes: 12_288 },
          { index: 10, kind: "masked", bytes: 0 },
        ],
      },
    });
    expect(verdict.ok && verdict.value.notProven.join(" ")).toContain("the other 1019 leaves");
    expect(verdict.ok && verdict.value.phrase.split(" ")).toHaveLength(12);
  });

  it.each([
    ["a certificate from its first second", { notBefore: AT + 1 }, "OPENING_CAPTURE_MISMATCH"],
    ["a certificate to before its last", { notAfter: AT }, "OPENING_CAPTURE_MISMATCH"],
    ["another device", { device: "0197aaaa-0000-7000-8000-0000000000d2" }, "OPENING_CAPTURE_MISMATCH"],
  ])("relies on %s", (_, device, code) => {
    expect(codeOf(bytesOfOpening({ device }))).toBe(code);
  });

  it("does not take a header, a context or a tile from another's place", () => {
    const header = { kind: leafKinds.header, payload: new Uint8Array(2) };
    const context = { kind: leafKinds.context, payload: new Uint8Array(2) };
    for (const leaves of [withLeaf(5, header), withLeaf(5, context), withLeaf(0, context), withLeaf(1, header)]) {
      expect(codeOf(bytesOfOpening({ leaves }))).toBe("OPENING_LEAF_UNFIT");
    }
  });

  it("counts the log's proof to the last byte: nothing unsigned may ride along", () => {
    const extra = (proof: string) => proof.replace("\nindex", "\nextra AAAA\nindex");
    expect(codeOf(bytesOfOpening({ proofOf: extra }))).toBe("OPENING_LOG_PROOF_INVALID");
    const stranger = { name: "stranger.example", seed: witnessSigners[1].seed };
    const line = signed({ origin: stranger.name, size: 0, root: new Uint8Array(32) }, [], stranger)
      .split("\n")
      .at(-2);
    expect(codeOf(bytesOfOpening({ proofOf: (proof) => `${proof}${line}\n` }))).toBe("OPENING_LOG_PROOF_INVALID");
  });

  it("shows nothing of the leaves that stay closed", () => {
    const closed = openingOf();
    expect(closed.leaves.map(({ index }) => index)).toEqual([0, 1, 2, 5, 10]);
  });

  it("with any byte changed or cut off is refused by a code", () => {
    fc.assert(
      fc.property(fc.nat(honest.length - 1), fc.nat(7), (at, bit) => {
        const flipped = honest.with(at, (honest[at] ?? 0) ^ (1 << bit));
        for (const bytes of [flipped, honest.subarray(0, at)]) expect(pieceCodes).toContain(codeOf(bytes));
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
