import { generateKeyPairSync, sign } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import { concatBytes, hexToBytes, utf8ToBytes } from "@underseal/foundation";
import { describe, expect, it } from "vitest";
import { es256VerifierOf, isAcceptableEs256Key, verifyEs256 } from "../src/es256.ts";
import type { SignedMessage } from "../src/signature-engine.ts";
import { engine as nobleEngine } from "../src/signature-noble.ts";
import { engine as nodeEngine } from "../src/signature-node.ts";
import { hasVectors, readVector, titleOf } from "./vectors.ts";

const fromHex = (hex: string): Uint8Array => hexToBytes(hex) ?? expect.fail(`not hexadecimal: ${hex}`);

const decide = (claim: SignedMessage): boolean | "DISAGREEMENT" => {
  const inNode = es256VerifierOf(nodeEngine)(claim);
  return inNode === es256VerifierOf(nobleEngine)(claim) ? inNode : "DISAGREEMENT";
};

interface WycheproofFile {
  readonly testGroups: readonly {
    readonly publicKey: { readonly uncompressed: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly msg: string;
      readonly sig: string;
      readonly result: string;
    }[];
  }[];
}

describe.skipIf(!hasVectors("wycheproof"))(titleOf("Wycheproof's tests of ECDSA on P-256", "wycheproof"), () => {
  it("are all decided as published, by both engines", () => {
    const file = readVector<WycheproofFile>("wycheproof/testvectors_v1/ecdsa_secp256r1_sha256_p1363_test.json");
    const tests = file.testGroups.flatMap(({ publicKey, tests }) => tests.map((test) => ({ ...test, publicKey })));
    const mismatches = tests.filter(({ publicKey, msg, sig, result }) => {
      const key = fromHex(publicKey.uncompressed);
      return decide({ publicKey: key, message: fromHex(msg), signature: fromHex(sig) }) !== (result === "valid");
    });
    expect(tests).toHaveLength(262);
    expect(mismatches.map(({ tcId }) => tcId)).toEqual([]);
  });
});

describe("ES256", () => {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicKey = new Uint8Array(pair.publicKey.export({ format: "der", type: "spki" }).subarray(-65));
  const message = utf8ToBytes("ten minutes of work");
  const signature = new Uint8Array(sign("sha256", message, { key: pair.privateKey, dsaEncoding: "ieee-p1363" }));
  const otherS = concatBytes(
    signature.subarray(0, 32),
    p256.Point.Fn.toBytes(p256.Point.Fn.neg(p256.Point.Fn.fromBytes(signature.subarray(32)))),
  );
  const claim = { publicKey, message, signature };

  it("accepts a signature with S and with n - S, as security chips make either", () => {
    expect([decide(claim), decide({ ...claim, signature: otherS })]).toEqual([true, true]);
  });

  it("refuses whatever is one byte away, and never throws for other lengths", () => {
    const flip = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
    for (let at = 0; at < 65; at += 1) {
      expect(decide({ ...claim, publicKey: flip(publicKey, at) })).toBe(false);
      if (at < 64) expect(decide({ ...claim, signature: flip(signature, at) })).toBe(false);
      expect(decide({ ...claim, publicKey: publicKey.subarray(0, at) })).toBe(false);
      expect(decide({ ...claim, signature: signature.subarray(0, at === 64 ? 0 : at) })).toBe(false);
    }
    expect(verifyEs256({ ...claim, message: flip(message, 0) })).toBe(false);
  });

  it.each([
    ["the compressed spelling", p256.Point.fromBytes(publicKey).toBytes(true)],
    ["the hybrid spelling", Uint8Array.of(6 + ((publicKey[64] ?? 0) & 1), ...publicKey.subarray(1))],
    ["a point off the curve", Uint8Array.of(4, ...new Uint8Array(64))],
    ["a coordinate not below the prime", Uint8Array.of(4, ...new Uint8Array(64).fill(0xff))],
    ["the point at infinity", new Uint8Array(65)],
  ])("does not enrol %s", (_, key) => {
    expect(isAcceptableEs256Key(publicKey)).toBe(true);
    expect(isAcceptableEs256Key(key)).toBe(false);
  });
});
