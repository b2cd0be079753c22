import { bytesToBase64, concatBytes, reveal, utf8ToBytes } from "@underseal/foundation";
import { signEd25519, verifyStrict } from "@underseal/tlog";
import { describe, expect, it } from "vitest";
import {
  countersign,
  type Envelope,
  encodeCanonical,
  isSignedBy as isSignedByNow,
  keyIdOf,
  logEntryOf,
  readAnyStatement,
  readStatement,
  sha256,
  signStatement,
} from "../src/index.ts";
import { isSignedByLater } from "../src/threaded.ts";
import { sampleBodies, sampleKeys } from "./samples.ts";

const one = sampleKeys(1).signing;
const two = sampleKeys(2).signing;
const statement = signStatement("arrival", sampleBodies.arrival, [reveal(one.secretKey)]);
const terms = signStatement("terms", sampleBodies.terms, [reveal(one.secretKey), reveal(two.secretKey)]);

/** The same envelope with parts exchanged. */
const altered = (parts: Partial<Envelope>): Envelope => ({ ...statement.envelope, ...parts });
const signature = statement.envelope.signatures[0] ?? { keyid: "", sig: "" };
const codeOf = (input: unknown): string => {
  const read = readStatement(input, "arrival");
  return read.ok ? "ok" : read.error.code;
};

describe("an envelope", () => {
  it("is signed over DSSE's pre-authentication encoding", () => {
    const type = "application/vnd.underseal.arrival.v1+json";
    const body = encodeCanonical(sampleBodies.arrival);
    const message = concatBytes(utf8ToBytes(`DSSEv1 ${type.length} ${type} ${body.length} `), body);
    const bytes = statement.signatures[0]?.signature ?? new Uint8Array();
    expect(verifyStrict({ publicKey: one.publicKey, message, signature: bytes })).toBe(true);
    expect(statement.bodyBytes).toEqual(body);
  });

  it("is named by the hash of its body and signatures, and stands in the log by a hash of that", () => {
    const bodyHash = sha256(encodeCanonical(sampleBodies.arrival));
    const signatures = statement.signatures.map((entry) => entry.signature);
    const hash = sha256(utf8ToBytes("underseal/1/stmt\0"), bodyHash, ...signatures);
    expect(statement.bodyHash).toEqual(bodyHash);
    expect(statement.hash).toEqual(hash);
    expect(logEntryOf(hash)).toEqual(sha256(utf8ToBytes("underseal/1/entry\0"), hash));
  });

  it("comes back through JSON unchanged", () => {
    const read = readAnyStatement(JSON.parse(JSON.stringify(terms.envelope)));
    expect(read).toEqual({ ok: true, value: terms });
  });

  it.each<[string, unknown, string]>([
    ["nothing", null, "ENVELOPE_INVALID"],
    ["an unknown field", { ...statement.envelope, extra: 1 }, "ENVELOPE_INVALID"],
    ["an unknown field in a signature", altered({ signatures: [{ ...signature, x: 1 } as never] }), "ENVELOPE_INVALID"],
    ["no signature", altered({ signatures: [] }), "ENVELOPE_INVALID"],
    ["five signatures", altered({ signatures: Array(5).fill(signature) }), "ENVELOPE_INVALID"],
    ["another kind's type", altered({ payloadType: terms.envelope.payloadType }), "SCHEMA_INVALID"],
    ["a type of no kind", altered({ payloadType: "application/json" }), "ENVELOPE_INVALID"],
    [
      "a type that every object has",
      altered({ payloadType: "application/vnd.underseal.constructor.v1+json" }),
      "ENVELOPE_INVALID",
    ],
    ["another version", altered({ payloadType: "application/vnd.underseal.arrival.v2+json" }), "ENVELOPE_INVALID"],
    ["a type with a line break", altered({ payloadType: `${statement.envelope.payloadType}\n` }), "ENVELOPE_INVALID"],
    ["a body with a space", altered({ payload: `${statement.envelope.payload} ` }), "ENVELOPE_INVALID"],
    ["a body in base64url", altered({ payload: "_-_-" }), "ENVELOPE_INVALID"],
    ["a body without padding", altered({ payload: "YWE" }), "ENVELOPE_INVALID"],
    ["a body with stray bits", altered({ payload: "YWF=" }), "ENVELOPE_INVALID"],
    ["a body that is no JSON", altered({ payload: bytesToBase64(utf8ToBytes("{")) }), "BODY_NOT_CANONICAL"],
    ["an empty body", altered({ payload: "" }), "BODY_NOT_CANONICAL"],
    ["a body of another form", altered({ payload: bytesToBase64(utf8ToBytes("{}")) }), "SCHEMA_INVALID"],
    ["a short signature", altered({ signatures: [{ ...signature, sig: "AAAA" }] }), "ENVELOPE_INVALID"],
    [
      "a signature with stray bits",
      altered({ signatures: [{ ...signature, sig: `${signature.sig.slice(0, -3)}B==` }] }),
      "ENVELOPE_INVALID",
    ],
  ])("is refused with %s", (_, input, code) => {
    expect(codeOf(input)).toBe(code);
  });

  it("is refused where a body of another kind is expected", () => {
    expect(codeOf(terms.envelope)).toBe("ENVELOPE_INVALID");
  });
});

describe.each([
  { name: "isSignedBy", isSignedBy: isSignedByNow },
  { name: "isSignedByLater", isSignedBy: isSignedByLater },
])("$name", ({ isSignedBy }) => {
  const keys = [one.publicKey, two.publicKey];
  const [first, second] = terms.envelope.signatures;
  const read = (signatures: Envelope["signatures"]) => {
    const result = readStatement({ ...terms.envelope, signatures }, "terms");
    if (!result.ok) throw new Error(result.error.detail);
    return result.value;
  };

  it("is true for exactly these keys in this order", async () => {
    expect(await isSignedBy(terms, keys)).toBe(true);
    expect(await isSignedBy(terms, keys.toReversed())).toBe(false);
    expect(await isSignedBy(terms, [one.publicKey])).toBe(false);
    expect(await isSignedBy(terms, [...keys, one.publicKey])).toBe(false);
    expect(await isSignedBy(terms, [])).toBe(false);
    expect(await isSignedBy(statement, [two.publicKey])).toBe(false);
  });

  it("is false when signatures are exchanged, repeated, added or taken away", async () => {
    if (first === undefined || second === undefined) throw new Error("two signatures");
    expect(await isSignedBy(read([second, first]), keys)).toBe(false);
    expect(await isSignedBy(read([first, first]), keys)).toBe(false);
    expect(await isSignedBy(read([first, second, second]), keys)).toBe(false);
    expect(await isSignedBy(read([first]), keys)).toBe(false);
  });

  it("is false when a key id names another key, although the signature fits", async () => {
    if (first === undefined || second === undefined) throw new Error("two signatures");
    expect(await isSignedBy(read([{ ...first, keyid: second.keyid }, second]), keys)).toBe(false);
    expect(await isSignedBy(read([{ ...first, keyid: "" }, second]), keys)).toBe(false);
  });

  it("is false for the same body under another payload type", async () => {
    const message = utf8ToBytes("DSSEv1 0  0 ");
    const forged = bytesToBase64(signEd25519({ seed: reveal(one.secretKey), message }));
    const sealed = readStatement(altered({ signatures: [{ ...signature, sig: forged }] }), "arrival");
    expect(sealed.ok && (await isSignedBy(sealed.value, [one.publicKey]))).toBe(false);
  });

  it("is false for every flipped bit of the signature", async () => {
    const original = statement.signatures[0]?.signature ?? new Uint8Array();
    for (let bit = 0; bit < 512; bit += 7) {
      const flipped = original.with(bit >> 3, (original[bit >> 3] ?? 0) ^ (1 << (bit & 7)));
      const forged = readStatement(altered({ signatures: [{ ...signature, sig: bytesToBase64(flipped) }] }), "arrival");
      expect(forged.ok && (await isSignedBy(forged.value, [one.publicKey]))).toBe(false);
    }
  });

  it("refuses a key of small order, for which anybody could sign", async () => {
    // The neutral element as key, and R = neutral, S = 0: valid under the loose rule for every message.
    const neutral = Uint8Array.of(1, ...new Uint8Array(31));
    const forged = { keyid: keyIdOf(neutral), sig: bytesToBase64(concatBytes(neutral, new Uint8Array(32))) };
    const read = readStatement(altered({ signatures: [forged] }), "arrival");
    expect(read.ok && (await isSignedBy(read.value, [neutral]))).toBe(false);
  });

  it("refuses a second spelling of a valid signature (S + L)", async () => {
    const L = 2n ** 252n + 27742317777372353535851937790883648493n;
    const original = statement.signatures[0]?.signature ?? new Uint8Array();
    let s = original.subarray(32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n) + L;
    const malleable = original.slice();
    for (let i = 32; i < 64; i += 1) {
      malleable[i] = Number(s & 0xffn);
      s >>= 8n;
    }
    const forged = readStatement(altered({ signatures: [{ ...signature, sig: bytesToBase64(malleable) }] }), "arrival");
    expect(forged.ok && (await isSignedBy(forged.value, [one.publicKey]))).toBe(false);
  });
});

describe("countersign", () => {
  it("adds the second party's signature over the very same bytes", () => {
    const offered = signStatement("terms", sampleBodies.terms, [reveal(one.secretKey)]);
    const agreed = countersign(offered, reveal(two.secretKey));
    expect(agreed).toEqual(terms);
    expect(agreed.bodyHash).toEqual(offered.bodyHash);
    expect(agreed.hash).not.toEqual(offered.hash);
  });
});
