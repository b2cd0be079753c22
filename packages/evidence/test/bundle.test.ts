import { concatBytes, reveal } from "@underseal/foundation";
import { describe, expect, it, vi } from "vitest";
import { bundleSchema, MANIFEST_MARKS_MAX } from "../src/bundle.ts";
import { BUNDLE_FORMAT, type BundleManifest, encodeManifest, readBundle, signStatement } from "../src/index.ts";
import { encodeCanonical } from "../src/json.ts";
import { sampleBodies, sampleHash, sampleKeys } from "./samples.ts";

const key = reveal(sampleKeys(1).signing.secretKey);
const arrival = signStatement("arrival", sampleBodies.arrival, [key]).envelope;
const recordAt = (seq: number, device = sampleBodies.start.device) => ({
  envelope: signStatement("start", { ...sampleBodies.start, seq, device }, [key]).envelope,
  arrival,
  proof: "",
});
const later = "0197aaaa-0000-7000-8000-0000000000ff";
const records = [recordAt(9), recordAt(10), recordAt(0, later), recordAt(2, later)];
const terms = [1, 2, 10].map((version) => ({
  envelope: signStatement("terms", { ...sampleBodies.terms, version }, [key]).envelope,
  proof: "",
}));
const blobs = [1, 2, 3]
  .map((n) => ({ digest: sampleHash(n), bytes: n }))
  .sort((a, b) => (a.digest < b.digest ? -1 : 1));
const contents = blobs.map(({ bytes }) => new Uint8Array(bytes).fill(bytes));

const manifest: BundleManifest = {
  format: BUNDLE_FORMAT,
  contract: sampleBodies.start.contract,
  week: 1_794_787_200,
  accounts: [],
  devices: [],
  revocations: [],
  terms,
  records,
  conflicts: [],
  acknowledgements: [],
  weekStatements: [],
  receipts: [],
  consistency: [],
  rounds: [],
  blobs,
};
const file = concatBytes(encodeManifest(manifest), ...contents);

const bytesOfText = (text: string) => new TextEncoder().encode(`${text}\0`);

describe("a hostile manifest", () => {
  it("ends at the first wrong item, not with a fault for each", () => {
    const parse = vi.spyOn(bundleSchema.shape.records.element, "safeParse");
    const wrong = { ...manifest, records: Array.from({ length: 1_000 }, () => ({})) };
    const file = concatBytes(encodeCanonical(wrong), Uint8Array.of(0));
    expect(readBundle(file)).toEqual({ ok: false, error: "BUNDLE_MALFORMED" });
    expect(parse).toHaveBeenCalledTimes(1);
  });

  it("of more values than a bundle can hold is refused before it is parsed", () => {
    const parse = vi.spyOn(JSON, "parse");
    const text = `{"accounts":[${"0,".repeat(MANIFEST_MARKS_MAX)}0]}`;
    expect(readBundle(bytesOfText(text))).toEqual({ ok: false, error: "BUNDLE_MALFORMED" });
    expect(parse).not.toHaveBeenCalled();
    parse.mockRestore();
  });
});

describe("a bundle", () => {
  it("reads back as the manifest and the files behind it", () => {
    expect(readBundle(file)).toEqual({ ok: true, value: { manifest, blobs: contents } });
  });

  it("orders records by device and number, terms by version, files by digest", () => {
    const shuffled = {
      ...manifest,
      records: records.toReversed(),
      terms: terms.toReversed(),
      blobs: blobs.toReversed(),
    };
    expect(encodeManifest(shuffled)).toEqual(encodeManifest(manifest));
  });

  it("is not for statements that nobody can read", () => {
    const broken = { envelope: { ...arrival, payload: "AA==" }, proof: "" };
    expect(() => encodeManifest({ ...manifest, terms: [broken] })).toThrow("broken assumption");
  });

  it("is refused at every other length", () => {
    for (let length = 0; length < file.length; length += 97) {
      expect(readBundle(file.subarray(0, length)).ok).toBe(false);
    }
    expect(readBundle(file.subarray(0, -1))).toEqual({ ok: false, error: "BUNDLE_TRUNCATED" });
    expect(readBundle(concatBytes(file, Uint8Array.of(0)))).toEqual({ ok: false, error: "BUNDLE_TRUNCATED" });
  });

  it.each<[string, object]>([
    ["an unknown field", { extra: 1 }],
    ["another format", { format: "underseal-bundle/2" }],
    ["no contract", { contract: "x" }],
    ["a digest that is none", { blobs: [{ digest: "AA", bytes: 1 }] }],
    ["an empty file", { blobs: [{ digest: sampleHash(1), bytes: 0 }] }],
    ["a proof without end", { records: [{ ...recordAt(1), proof: "x".repeat(65_537) }] }],
    ["two week statements", { weekStatements: [1, 2].map(() => ({ envelope: arrival, proof: "" })) }],
    ["a round before the first", { rounds: [{ from: 0, signatures: "" }] }],
  ])("is refused with %s", (_, part) => {
    expect(readBundle(encodeManifest({ ...manifest, ...part }))).toEqual({ ok: false, error: "BUNDLE_MALFORMED" });
  });
});
