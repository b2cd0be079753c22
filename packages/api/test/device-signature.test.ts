import { createHash, generateKeyPairSync, sign as signBytes } from "node:crypto";
import { keyIdOf } from "@underseal/evidence";
import { bytesToBase64, createTestRandom, utf8ToBytes } from "@underseal/foundation";
import { describe, expect, it } from "vitest";
import { isRequestSignedBy, readRequestSignature, type SignableRequest, signRequest } from "../src/index.ts";

const publicKey = createTestRandom(1).bytes(32);
const keyId = keyIdOf(publicKey);
const created = 1_794_787_200;
const signed: Uint8Array[] = [];
// What signs is passed in; here it shows what it was given. Strict Ed25519 has its own tests.
const sign = (message: Uint8Array): Uint8Array => {
  signed.push(message);
  return new Uint8Array(createHash("sha512").update(message).digest());
};
const post: SignableRequest = { method: "POST", path: "/v1/statements?x=1", body: utf8ToBytes('{"a":1}') };
const get: SignableRequest = { method: "GET", path: "/v1/device", body: null };
const headersOf = (request: SignableRequest) => signRequest(request, { createdSeconds: created, publicKey, sign });
const read = (request: SignableRequest, headers: Record<string, string | string[] | undefined>) => {
  const signature = readRequestSignature(request, headers);
  return signature.ok ? signature.value : signature.error;
};

describe("a signed request", () => {
  it("has the documented headers", () => {
    const digest = createHash("sha256").update('{"a":1}').digest("base64");
    expect(headersOf(post)).toEqual({
      "content-digest": `sha-256=:${digest}:`,
      "signature-input": `sig=("@method" "@path" "content-digest");created=${created};keyid="${keyId}";alg="ed25519"`,
      signature: expect.stringMatching(/^sig=:[A-Za-z0-9+/]{86}==:$/),
    });
    expect(Object.keys(headersOf(get))).toEqual(["signature-input", "signature"]);
  });

  it("is signed over method, path with query, body and parameters, one a line", () => {
    headersOf(post);
    const digest = createHash("sha256").update('{"a":1}').digest("base64");
    expect(new TextDecoder().decode(signed.at(-1))).toBe(
      [
        '"@method": POST',
        '"@path": /v1/statements?x=1',
        `"content-digest": sha-256=:${digest}:`,
        `"@signature-params": ("@method" "@path" "content-digest");created=${created};keyid="${keyId}";alg="ed25519"`,
      ].join("\n"),
    );
  });

  it.each([
    ["with a body", post],
    ["without a body", get],
    ["with an empty body", { ...get, body: new Uint8Array() }],
    ["in lower case", { ...get, method: "get" }],
  ])("%s reads back with the very message that was signed", (_, request) => {
    const headers = headersOf(request);
    const message = signed.at(-1);
    expect(read(request, headers)).toEqual({
      keyId,
      algorithm: "ed25519",
      createdSeconds: created,
      message,
      signature: new Uint8Array(
        createHash("sha512")
          .update(message ?? "")
          .digest(),
      ),
    });
  });

  it("gives another message for another method, path, query or body: the signature no longer fits", () => {
    const headers = headersOf(post);
    const message = signed.at(-1);
    for (const other of [
      { ...post, method: "PUT" },
      { ...post, path: "/v1/statements" },
      { ...post, path: "/v1/statements?x=2" },
      { ...post, body: utf8ToBytes('{"a":2}') },
    ]) {
      const signature = readRequestSignature(other, headers);
      expect(signature.ok && signature.value.message).not.toEqual(message);
    }
  });

  it("gives another message for another time or key id", () => {
    const headers = headersOf(get);
    const message = signed.at(-1);
    for (const [from, to] of [
      [String(created), String(created + 1)],
      [keyId, keyId.replace(/^./, "_")],
    ] as const) {
      const input = headers["signature-input"]?.replace(from, to);
      const signature = readRequestSignature(get, { ...headers, "signature-input": input });
      expect(signature.ok && signature.value.message).not.toEqual(message);
    }
  });

  it("does not trust a digest header: the digest is that of the body received", () => {
    const headers = { ...headersOf(post), "content-digest": "sha-256=:AAAA:" };
    expect(read(post, headers)).toMatchObject({ message: signed.at(-1) });
  });
});

describe("headers that are refused", () => {
  const good = headersOf(get);
  const input = good["signature-input"] ?? "";
  const withInput = (text: string | string[] | undefined) => ({ ...good, "signature-input": text });
  const withSignature = (text: string | string[] | undefined) => ({ ...good, signature: text });

  it.each<[string, Record<string, string | string[] | undefined>]>([
    ["none", {}],
    ["no parameters", withInput(undefined)],
    ["no signature", withSignature(undefined)],
    ["another label", withInput(input.replace("sig=", "x="))],
    ["another algorithm", withInput(input.replace("ed25519", "hmac-sha256"))],
    ["no path covered", withInput(input.replace(' "@path"', ""))],
    ["components in another order", withInput(input.replace('"@method" "@path"', '"@path" "@method"'))],
    ["more parameters", withInput(`${input};nonce="a"`)],
    ["a second signature", withInput(`${input}, ${input}`)],
    ["the header twice", withInput([input, input])],
    ["a line break", withInput(`${input}\n`)],
    ["a negative time", withInput(input.replace("created=", "created=-"))],
    ["a time of 13 digits", withInput(input.replace(/created=\d+/, "created=1234567890123"))],
    ["an empty key id", withInput(input.replace(keyId, ""))],
    ["a key id with other characters", withInput(input.replace(keyId, 'a";x="'))],
    ["a body covered that is not there", withInput(input.replace('"@path")', '"@path" "content-digest")'))],
    ["a short signature", withSignature(`sig=:${bytesToBase64(new Uint8Array(63))}:`)],
    ["a long signature", withSignature(`sig=:${bytesToBase64(new Uint8Array(65))}:`)],
    ["a signature with stray bits", withSignature(`sig=:${"A".repeat(85)}B==:`)],
    ["a signature without colons", withSignature(`sig=${bytesToBase64(new Uint8Array(64))}`)],
  ])("%s", (_, headers) => {
    expect(read(get, headers)).toBe("DEVICE_SIGNATURE_INVALID");
  });

  it("a body that the signature does not cover", () => {
    expect(read({ ...get, body: utf8ToBytes("{}") }, good)).toBe("DEVICE_SIGNATURE_INVALID");
  });
});

describe("a request signed by a key in a security chip", () => {
  const { publicKey: chipKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const publicKey = new Uint8Array(chipKey.export({ format: "der", type: "spki" }).subarray(-65));
  const headers = signRequest(post, {
    createdSeconds: created,
    publicKey,
    sign: (message) => new Uint8Array(signBytes("sha256", message, { key: privateKey, dsaEncoding: "ieee-p1363" })),
  });
  const readHeaders = (changed: Record<string, string>) => {
    const signature = readRequestSignature(post, { ...headers, ...changed });
    return signature.ok ? signature.value : expect.fail(signature.error);
  };

  it("names its algorithm and verifies", () => {
    expect(headers["signature-input"]).toContain(`keyid="${keyIdOf(publicKey)}";alg="ecdsa-p256-sha256"`);
    expect(isRequestSignedBy(readHeaders({}), publicKey)).toBe(true);
  });

  it("does not verify by another algorithm, nor for another key", () => {
    const input = headers["signature-input"]?.replace("ecdsa-p256-sha256", "ed25519") ?? "";
    expect(isRequestSignedBy(readHeaders({ "signature-input": input }), publicKey)).toBe(false);
    expect(isRequestSignedBy({ ...readHeaders({}), algorithm: "ed25519" }, publicKey)).toBe(false);
    expect(isRequestSignedBy(readHeaders({}), createTestRandom(1).bytes(32))).toBe(false);
  });
});
