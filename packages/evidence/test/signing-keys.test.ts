import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { bytesToBase64Url, createTestRandom } from "@underseal/foundation";
import { describe, expect, it } from "vitest";
import { isSignedBy, readStatement, signStatement } from "../src/envelope.ts";
import { isAcceptableDeviceKey, keyIdOf } from "../src/signing-keys.ts";
import { statementSchemas } from "../src/statements.ts";
import { sampleBodies } from "./samples.ts";

const chip = () => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = publicKey.export({ format: "der", type: "spki" });
  const signMessage = (message: Uint8Array) =>
    new Uint8Array(sign("sha256", message, { key: privateKey as KeyObject, dsaEncoding: "ieee-p1363" }));
  return { spki, publicKey: new Uint8Array(spki.subarray(-65)), sign: signMessage };
};

describe("a device key in a security chip", () => {
  const device = chip();

  it("has the key id of its SubjectPublicKeyInfo", () => {
    const digest = createHash("sha256").update(device.spki).digest();
    expect(keyIdOf(device.publicKey)).toBe(digest.subarray(0, 16).toString("base64url"));
  });

  it("signs records that read back and verify for it alone", () => {
    const record = signStatement("capture", sampleBodies.capture, [device]);
    const read = readStatement(structuredClone(record.envelope), "capture");
    expect(read.ok && isSignedBy(read.value, [device.publicKey])).toBe(true);
    expect(isSignedBy(record, [chip().publicKey])).toBe(false);
    expect(isSignedBy(record, [createTestRandom(3).bytes(32)])).toBe(false);
  });

  it("signs one body in many ways, which are one body to whoever looks for replays", () => {
    const [one, other] = [1, 2].map(() => signStatement("capture", sampleBodies.capture, [device]));
    expect(one?.bodyHash).toEqual(other?.bodyHash);
    expect(one?.hash).not.toEqual(other?.hash);
  });

  it("may stand in a device's certificate and nowhere else", () => {
    const key = bytesToBase64Url(device.publicKey);
    const { account, device: certificate, terms } = sampleBodies;
    expect(statementSchemas.device.safeParse({ ...certificate, sign: key }).success).toBe(true);
    expect(statementSchemas.account.safeParse({ ...account, sign: key }).success).toBe(false);
    const client = { ...terms.client, sign: key };
    expect(statementSchemas.terms.safeParse({ ...terms, client }).success).toBe(false);
    for (const bytes of [31, 33, 64, 66]) {
      const sign = bytesToBase64Url(new Uint8Array(bytes).fill(4));
      expect(statementSchemas.device.safeParse({ ...certificate, sign }).success).toBe(false);
    }
  });

  it("is acceptable on the curve only, as an Ed25519 key is in its group only", () => {
    expect(isAcceptableDeviceKey(device.publicKey)).toBe(true);
    expect(isAcceptableDeviceKey(device.publicKey.map((byte, i) => (i === 64 ? byte ^ 1 : byte)))).toBe(false);
    expect(isAcceptableDeviceKey(new Uint8Array(32))).toBe(false);
  });
});
