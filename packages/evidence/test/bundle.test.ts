import { reveal } from "@underseal/foundation";
import { describe, expect, it } from "vitest";
import { BUNDLE_FORMAT, type Bundle, bundleSchema, encodeBundle, parseCanonical, signStatement } from "../src/index.ts";
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
const terms = [1, 2, 10].map((version) => signStatement("terms", { ...sampleBodies.terms, version }, [key]).envelope);
const blobs = [1, 2, 3]
  .map((n) => ({ digest: sampleHash(n), bytes: "AA==" }))
  .sort((a, b) => (a.digest < b.digest ? -1 : 1));

const bundle: Bundle = {
  format: BUNDLE_FORMAT,
  contract: sampleBodies.start.contract,
  week: 1_794_787_200,
  accounts: [],
  devices: [],
  terms,
  records,
  receipts: [],
  blobs,
};

describe("encodeBundle", () => {
  it("writes canonical JSON that reads back as the bundle", () => {
    const read = parseCanonical(encodeBundle(bundle), { maxBytes: 1_000_000 });
    expect(read.ok && bundleSchema.parse(read.value)).toEqual(bundle);
  });

  it("orders records by device and number, terms by version, blobs by digest", () => {
    const shuffled = { ...bundle, records: records.toReversed(), terms: terms.toReversed(), blobs: blobs.toReversed() };
    expect(encodeBundle(shuffled)).toEqual(encodeBundle(bundle));
  });

  it("is not for statements that nobody can read", () => {
    const broken = { ...arrival, payload: "AA==" };
    expect(() => encodeBundle({ ...bundle, terms: [broken] })).toThrow("broken assumption");
  });
});

describe("a bundle's form", () => {
  it.each<[string, object]>([
    ["an unknown field", { extra: 1 }],
    ["another format", { format: "underseal-bundle/2" }],
    ["no contract", { contract: "x" }],
    ["a digest that is none", { blobs: [{ digest: "AA", bytes: "AA==" }] }],
    ["bytes that are not canonical base64", { blobs: [{ digest: sampleHash(1), bytes: "AB==" }] }],
    ["a proof without end", { records: [{ ...recordAt(1), proof: "x".repeat(65_537) }] }],
  ])("is refused with %s", (_, part) => {
    expect(bundleSchema.safeParse({ ...bundle, ...part }).success).toBe(false);
  });
});
