import { ed25519 } from "@noble/curves/ed25519.js";
import { createTestRandom, hexToBytes, utf8ToBytes } from "@underseal/foundation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isAcceptablePublicKey, publicKeyOf, signEd25519, strictVerifierOf, verifyStrict } from "../src/ed25519.ts";
import type { SignedMessage } from "../src/signature-engine.ts";
import { engine as nobleEngine } from "../src/signature-noble.ts";
import { engine as nodeEngine } from "../src/signature-node.ts";
import { verifyStrictLater } from "../src/threaded.ts";
import { hasVectors, readVector, titleOf } from "./vectors.ts";

const fromHex = (hex: string): Uint8Array => hexToBytes(hex) ?? expect.fail(`not hexadecimal: ${hex}`);

/** The rule as the protocol states it: R is held to what keys are held to, then any verifier with a cofactor. */
const verifyAsStated = ({ publicKey, message, signature }: SignedMessage): boolean => {
  const pointR = signature.subarray(0, 32);
  if (signature.length !== 64 || !isAcceptablePublicKey(publicKey) || !isAcceptablePublicKey(pointR)) return false;
  return ed25519.verify(signature, message, publicKey, { zip215: false });
};

const verifiers = {
  "the rule as stated": verifyAsStated,
  "the engine of Node": strictVerifierOf(nodeEngine),
  "the engine of browsers": strictVerifierOf(nobleEngine),
};

/** What all of them decide; a disagreement is no decision. */
const decide = (claim: SignedMessage): boolean | "DISAGREEMENT" => {
  const decisions = new Set(Object.values(verifiers).map((verify) => verify(claim)));
  return decisions.size === 1 ? verifyStrict(claim) : "DISAGREEMENT";
};

interface EdgeCase {
  readonly number: number;
  readonly key: string;
  readonly sig: string;
  readonly msg: string;
  readonly flags: readonly string[] | null;
}

interface WycheproofFile {
  readonly testGroups: readonly {
    readonly publicKey: { readonly pk: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly msg: string;
      readonly sig: string;
      readonly result: string;
    }[];
  }[];
}

describe.skipIf(!hasVectors("ed25519"))(titleOf("the 914 published Ed25519 edge cases", "ed25519"), () => {
  const cases = hasVectors("ed25519") ? readVector<readonly EdgeCase[]>("ed25519/ed25519vectors.json") : [];
  const claims = cases.map((edge) => ({
    edge,
    claim: { publicKey: fromHex(edge.key), message: utf8ToBytes(edge.msg), signature: fromHex(edge.sig) },
  }));

  it("are decided alike by the rule as stated and by both engines", () => {
    expect(claims).toHaveLength(914);
    const disagreements = claims.filter(({ claim }) => decide(claim) === "DISAGREEMENT");
    expect(disagreements.map(({ edge }) => edge.number)).toEqual([]);
  });

  it("accepts none whose key or R is of small order, mixed order or oddly spelled, and some of the others", () => {
    const unsound = /^(low_order_component_[AR]|low_order_[AR]|non_canonical_[AR])$/;
    const accepted = claims.filter(({ claim }) => verifyStrict(claim)).map(({ edge }) => edge);
    expect(accepted.filter(({ flags }) => flags?.some((flag) => unsound.test(flag)))).toEqual([]);
    expect(accepted.length).toBeGreaterThan(0);
  });
});

describe.skipIf(!hasVectors("wycheproof"))(titleOf("Wycheproof's Ed25519 tests", "wycheproof"), () => {
  it("are all decided as published", () => {
    const file = readVector<WycheproofFile>("wycheproof/testvectors_v1/ed25519_test.json");
    const tests = file.testGroups.flatMap(({ publicKey, tests }) => tests.map((test) => ({ ...test, publicKey })));
    const mismatches = tests.filter(({ publicKey, msg, sig, result }) => {
      const claim = { publicKey: fromHex(publicKey.pk), message: fromHex(msg), signature: fromHex(sig) };
      return decide(claim) !== (result === "valid");
    });
    expect(tests).toHaveLength(151);
    expect(mismatches.map(({ tcId }) => tcId)).toEqual([]);
  });
});

describe.skipIf(!hasVectors("ed25519"))(titleOf("verifying on another thread", "ed25519"), () => {
  it("decides the published edge cases as verifying at once does", async () => {
    const cases = readVector<readonly EdgeCase[]>("ed25519/ed25519vectors.json");
    const differing: number[] = [];
    for (const { number, key, sig, msg } of cases) {
      const claim = { publicKey: fromHex(key), message: utf8ToBytes(msg), signature: fromHex(sig) };
      if ((await verifyStrictLater(claim)) !== verifyStrict(claim)) differing.push(number);
    }
    expect(differing).toEqual([]);
  });
});

describe("strict Ed25519", () => {
  const seed = createTestRandom(7).bytes(32);
  const publicKey = publicKeyOf(seed);
  const message = utf8ToBytes("ten minutes of work");
  const signature = signEd25519({ seed, message });
  const flipped = (bytes: Uint8Array, bit: number): Uint8Array =>
    bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));

  it("signs as the first test of RFC 8032 section 7.1 says", () => {
    const rfcSeed = fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    const rfcKey = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    expect(publicKeyOf(rfcSeed)).toEqual(fromHex(rfcKey));
    const own = { publicKey: fromHex(rfcKey), message: new Uint8Array(0) };
    expect(verifyStrict({ ...own, signature: signEd25519({ seed: rfcSeed, message: own.message }) })).toBe(true);
  });

  it("signs and derives keys alike in both engines, also where the array of a seed is used again", () => {
    const reused = new Uint8Array(32);
    for (let i = 0; i < 8; i += 1) {
      reused.set(createTestRandom(i + 1).bytes(32));
      expect(nodeEngine.ed25519PublicKeyOf(reused)).toEqual(nobleEngine.ed25519PublicKeyOf(reused));
      expect(nodeEngine.signEd25519(reused, message)).toEqual(nobleEngine.signEd25519(reused, message));
    }
  });

  it("accepts its own signatures and no other key, message or signature one bit away", () => {
    expect(verifyStrict({ publicKey, message, signature })).toBe(true);
    for (let bit = 0; bit < 512; bit += 7) {
      expect(verifyStrict({ publicKey, message, signature: flipped(signature, bit) })).toBe(false);
    }
    for (let bit = 0; bit < 256; bit += 11) {
      expect(verifyStrict({ publicKey: flipped(publicKey, bit), message, signature })).toBe(false);
    }
    expect(verifyStrict({ publicKey, message: flipped(message, 0), signature })).toBe(false);
  });

  it("answers false, and never throws, for bytes of any length", () => {
    const anyBytes = fc.uint8Array({ maxLength: 70 });
    fc.assert(
      fc.property(anyBytes, anyBytes, (key, odd) => {
        expect(verifyStrict({ publicKey: key, message, signature: odd })).toBe(false);
        expect(verifyStrict({ publicKey, message, signature: odd })).toBe(false);
      }),
    );
    for (const length of [0, 31, 33]) expect(isAcceptablePublicKey(new Uint8Array(length).fill(1))).toBe(false);
  });

  it.each([
    ["the neutral element", "0100000000000000000000000000000000000000000000000000000000000000"],
    ["the point of order two", "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"],
    ["a point of order four", "0000000000000000000000000000000000000000000000000000000000000000"],
    ["a point of order eight", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"],
    ["y above the field's prime", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"],
    ["no point of the curve", "0200000000000000000000000000000000000000000000000000000000000000"],
  ])("does not enrol %s as a key", (_, hex) => {
    expect(isAcceptablePublicKey(fromHex(hex))).toBe(false);
  });
});
