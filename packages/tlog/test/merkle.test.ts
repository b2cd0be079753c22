import { base64ToBytes, bytesToHex, hexToBytes } from "@underseal/foundation";
import { describe, expect, it } from "vitest";
import { emptyRoot, leafHash, nodeHash, verifyConsistency, verifyInclusion } from "../src/merkle.ts";
import { leavesOf, rootByDefinition } from "./testlog.ts";
import { hasVectors, listVectors, readVector, titleOf } from "./vectors.ts";

const INCLUSION = "merkle/testdata/inclusion";
const CONSISTENCY = "merkle/testdata/consistency";

interface InclusionVector {
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string | null;
  readonly leafHash: string | null;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

interface ConsistencyVector {
  readonly size1: number;
  readonly size2: number;
  readonly root1: string | null;
  readonly root2: string | null;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

// One published case compares two roots that are twelve bytes of text and wants them accepted, being equal. Here a
// root that is no hash is refused whatever it is compared with, so that rule is stricter than the publisher's.
const EQUAL_BUT_NO_HASHES = `${CONSISTENCY}/additional/sizes-are-equal-one-and-proof-is-empty.json`;

const hashOf = (text: string | null): Uint8Array => base64ToBytes(text ?? "") ?? expect.fail(`not base64: ${text}`);
const hashesOf = (texts: readonly string[] | null): readonly Uint8Array[] => (texts ?? []).map(hashOf);

describe("hashes of RFC 6962", () => {
  it("hashes an empty tree, an empty leaf and a node as others do", () => {
    expect(bytesToHex(emptyRoot())).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect(bytesToHex(leafHash(new Uint8Array(0)))).toBe(
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    );
    const [left, right] = ["N123", "N456"].map((text) => new TextEncoder().encode(text));
    expect(bytesToHex(nodeHash(left ?? new Uint8Array(0), right ?? new Uint8Array(0)))).toBe(
      "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb",
    );
  });
});

describe.skipIf(!hasVectors(INCLUSION))(titleOf("published inclusion proofs", INCLUSION), () => {
  it("has 98 of them", () => expect(listVectors(INCLUSION)).toHaveLength(98));

  it.each(listVectors(INCLUSION))("decides %s as published", (file) => {
    const vector = readVector<InclusionVector>(file);
    const result = verifyInclusion({
      index: vector.leafIdx,
      size: vector.treeSize,
      leafHash: hashOf(vector.leafHash),
      proof: hashesOf(vector.proof),
      root: hashOf(vector.root),
    });
    expect(result.ok).toBe(!vector.wantErr);
  });
});

describe.skipIf(!hasVectors(CONSISTENCY))(titleOf("published consistency proofs", CONSISTENCY), () => {
  it("has 98 of them", () => expect(listVectors(CONSISTENCY)).toHaveLength(98));

  it("refuses the one whose roots are no hashes, and accepts it with hashes in their place", () => {
    const { size1, size2, root1, root2, wantErr } = readVector<ConsistencyVector>(EQUAL_BUT_NO_HASHES);
    const claim = { oldSize: size1, oldRoot: hashOf(root1), newSize: size2, newRoot: hashOf(root2), proof: [] };
    expect(verifyConsistency(claim)).toMatchObject({ ok: false, error: { code: "HASH_LENGTH" } });
    const hashed = { ...claim, oldRoot: leafHash(claim.oldRoot), newRoot: leafHash(claim.newRoot) };
    expect(verifyConsistency(hashed).ok).toBe(!wantErr);
  });

  it.each(listVectors(CONSISTENCY).filter((file) => file !== EQUAL_BUT_NO_HASHES))(
    "decides %s as published",
    (file) => {
      const vector = readVector<ConsistencyVector>(file);
      const result = verifyConsistency({
        oldSize: vector.size1,
        oldRoot: hashOf(vector.root1),
        newSize: vector.size2,
        newRoot: hashOf(vector.root2),
        proof: hashesOf(vector.proof),
      });
      expect(result.ok).toBe(!vector.wantErr);
    },
  );
});

describe("what a verifier refuses", () => {
  const [first = new Uint8Array(0), second = new Uint8Array(0)] = leavesOf(2);
  const root = rootByDefinition([first, second]);
  const claim = { index: 0, size: 2, leafHash: first, proof: [second], root };
  const growth = { oldSize: 1, oldRoot: first, newSize: 2, newRoot: root, proof: [second] };
  const short = hexToBytes("00") ?? new Uint8Array(0);

  it("accepts the claims that the tables below spoil", () => {
    expect(verifyInclusion(claim).ok).toBe(true);
    expect(verifyConsistency(growth).ok).toBe(true);
  });

  it.each([
    ["an index at the size", { ...claim, index: 2 }, "INDEX_OUT_OF_RANGE"],
    ["a negative index", { ...claim, index: -1 }, "INDEX_OUT_OF_RANGE"],
    ["half an index", { ...claim, index: 0.5 }, "INDEX_OUT_OF_RANGE"],
    ["an empty log", { ...claim, size: 0 }, "INDEX_OUT_OF_RANGE"],
    ["a size beyond exact integers", { ...claim, size: 2 ** 53 }, "INDEX_OUT_OF_RANGE"],
    ["an empty leaf hash", { ...claim, leafHash: new Uint8Array(0) }, "HASH_LENGTH"],
    ["an empty root", { ...claim, root: new Uint8Array(0) }, "HASH_LENGTH"],
    ["a short proof hash", { ...claim, proof: [short] }, "HASH_LENGTH"],
    ["no proof", { ...claim, proof: [] }, "PROOF_LENGTH"],
    ["a hash too many", { ...claim, proof: [second, second] }, "PROOF_LENGTH"],
    ["another place", { ...claim, index: 1 }, "ROOT_MISMATCH"],
    ["another leaf", { ...claim, leafHash: second }, "ROOT_MISMATCH"],
  ])("inclusion: %s", (_, spoiled, code) => {
    expect(verifyInclusion(spoiled)).toMatchObject({ ok: false, error: { code } });
  });

  it.each([
    ["growth from nothing", { ...growth, oldSize: 0 }, "SIZE_INVALID"],
    ["growth from nothing to nothing", { ...growth, oldSize: 0, newSize: 0, proof: [] }, "SIZE_INVALID"],
    ["shrinking", { ...growth, oldSize: 3 }, "SIZE_INVALID"],
    ["a size beyond exact integers", { ...growth, newSize: 2 ** 53 }, "SIZE_INVALID"],
    ["an empty old root", { ...growth, oldRoot: new Uint8Array(0) }, "HASH_LENGTH"],
    ["a short proof hash", { ...growth, proof: [short] }, "HASH_LENGTH"],
    ["no proof", { ...growth, proof: [] }, "PROOF_LENGTH"],
    ["a hash too many", { ...growth, proof: [second, second] }, "PROOF_LENGTH"],
    ["one size with a proof", { ...growth, oldSize: 2, oldRoot: root }, "PROOF_LENGTH"],
    ["one size with two roots", { ...growth, oldSize: 2, proof: [] }, "ROOT_MISMATCH"],
    ["another old root", { ...growth, oldRoot: second }, "ROOT_MISMATCH"],
    ["another new root", { ...growth, newRoot: second }, "ROOT_MISMATCH"],
  ])("consistency: %s", (_, spoiled, code) => {
    expect(verifyConsistency(spoiled)).toMatchObject({ ok: false, error: { code } });
  });
});
