// Published vectors small enough to stand beside the tests, each with its source and licence.
import { readFileSync } from "node:fs";
import path from "node:path";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { MLKEM768X25519 } from "@noble/post-quantum/hybrid.js";
import { base64ToBytes, bytesToHex, hexToBytes } from "@underseal/foundation";
import { verifyStrict } from "@underseal/tlog";
import { describe, expect, it } from "vitest";
import { preAuthenticationEncoding, readAnyStatement } from "../src/envelope.ts";
import { keySchedule } from "../src/hpke.ts";
import {
  isSignedBy,
  keyIdOf,
  QUICKNET,
  randomnessOf,
  type Statement,
  verifyRound,
  verifyRounds,
} from "../src/index.ts";
import { hasPublished, readPublished, titleOf } from "./published.ts";

const readData = <T>(name: string): T =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, "published", `${name}.json`), "utf8")) as T;

const hex = (text: string | undefined): Uint8Array => hexToBytes(text ?? "") ?? expect.fail("not hexadecimal");

interface DsseVector {
  readonly id: string;
  readonly payload: string;
  readonly payloadType: string;
  readonly signatures: readonly { readonly sig: string; readonly keyid?: "A" | "B" }[];
  readonly trustedKeys: readonly ("A" | "B")[];
  readonly threshold: number;
  readonly pae: string;
  readonly expect: "accept" | "reject";
}

describe("DSSE's vectors", () => {
  const { keys, vectors } = readData<{
    readonly keys: Readonly<Record<"A" | "B", string>>;
    readonly vectors: readonly DsseVector[];
  }>("dsse");
  const standard = (text: string): Uint8Array =>
    base64ToBytes(text.replaceAll("-", "+").replaceAll("_", "/")) ?? expect.fail("not base64");

  /** Our rule for the vector: exactly the trusted keys signed, in order, over the type that the envelope names. */
  const isAccepted = ({ payload, payloadType, signatures, trustedKeys }: DsseVector): boolean => {
    const publicKeys = trustedKeys.map((name) => hex(keys[name]));
    const statement = {
      envelope: { payloadType },
      bodyBytes: standard(payload),
      signatures: signatures.map(({ sig, keyid }, i) => ({
        keyid: keyIdOf(hex(keys[keyid ?? trustedKeys[i] ?? "A"])),
        signature: standard(sig),
      })),
    };
    // Only what `isSignedBy` reads: these payloads are no statements of ours.
    return payloadType !== "" && isSignedBy(statement as unknown as Statement, publicKeys);
  };

  it.each(vectors)("$id: the same bytes are signed", ({ payload, payloadType, pae, id, signatures }) => {
    const encoded = bytesToHex(preAuthenticationEncoding(payloadType, standard(payload)));
    if (id === "payload-type-swapped") expect(encoded).not.toBe(pae);
    else expect(encoded).toBe(pae);
    const [first] = signatures;
    const claim = { publicKey: hex(keys.A), message: hex(pae), signature: standard(first?.sig ?? "") };
    expect(verifyStrict(claim)).toBe(true);
  });

  it.each(vectors)("$id: $expect", (vector) => {
    expect(isAccepted(vector)).toBe(vector.expect === "accept");
  });

  it("are no statements of ours: each is refused where a statement is expected, also in URL-safe base64", () => {
    for (const { payload, payloadType, signatures } of vectors) {
      const envelope = { payload, payloadType, signatures: signatures.map((entry) => ({ keyid: "A", ...entry })) };
      expect(readAnyStatement(envelope)).toMatchObject({ ok: false, error: { code: "ENVELOPE_INVALID" } });
    }
  });
});

describe("HPKE with X-Wing, the suite of age's post-quantum recipients", () => {
  const vector = readData<Record<string, string> & { readonly encryption: Record<string, string> }>("hpke-pq");
  const suite = { id: Uint8Array.of(0x64, 0x7a, 0x00, 0x01, 0x00, 0x03), keyBytes: 32, info: hex(vector.info) };

  it("encapsulates with given coins as published, and opens again", () => {
    const { cipherText, sharedSecret } = MLKEM768X25519.encapsulate(hex(vector.pkRm), hex(vector.ikmE));
    expect(bytesToHex(cipherText)).toBe(vector.enc);
    expect(bytesToHex(sharedSecret)).toBe(vector.shared_secret);
    expect(MLKEM768X25519.getPublicKey(hex(vector.skRm))).toEqual(hex(vector.pkRm));
    expect(MLKEM768X25519.decapsulate(hex(vector.enc), hex(vector.skRm))).toEqual(hex(vector.shared_secret));
  });

  it("derives the published key and nonce, and seals the published text", () => {
    const { key, nonce } = keySchedule(hex(vector.shared_secret), suite);
    expect([bytesToHex(key), bytesToHex(nonce)]).toEqual([vector.key, vector.base_nonce]);
    const { pt, aad, ct } = vector.encryption;
    expect(bytesToHex(chacha20poly1305(key, nonce, hex(aad)).encrypt(hex(pt)))).toBe(ct);
  });
});

const RFC_9180 = "hpke_x25519_aes128_base.txt";

describe.skipIf(!hasPublished(RFC_9180))(titleOf("HPKE's key schedule in RFC 9180", RFC_9180), () => {
  it("gives the key and nonce of the first vector", () => {
    const text = hasPublished(RFC_9180) ? new TextDecoder().decode(readPublished(RFC_9180)) : "";
    const valueNamed = (name: string) =>
      hex(new RegExp(`^${name}: *\\n?((?:[0-9a-f]+\\n)+)`, "m").exec(text)?.[1]?.replaceAll("\n", ""));
    const suite = { id: Uint8Array.of(0, 32, 0, 1, 0, 1), keyBytes: 16, info: valueNamed("info") };
    expect(keySchedule(valueNamed("shared_secret"), suite)).toEqual({
      key: valueNamed("key"),
      nonce: valueNamed("base_nonce"),
    });
  });
});

describe("published rounds of drand's quicknet", () => {
  const { rounds, foreign } = readData<{
    readonly rounds: readonly { readonly round: number; readonly signature: string; readonly randomness?: string }[];
    readonly foreign: { readonly round: number; readonly signature: string };
  }>("quicknet");
  const published = rounds.map(({ round, signature }) => ({ round, signature: hex(signature) }));

  it.each(rounds)("round $round", ({ round, signature, randomness }) => {
    expect(verifyRound(QUICKNET, { round, signature: hex(signature) })).toBe(true);
    if (randomness !== undefined) expect(bytesToHex(randomnessOf(hex(signature)))).toBe(randomness);
    expect(verifyRound(QUICKNET, { round: round + 1, signature: hex(signature) })).toBe(false);
  });

  it("are verified together, and not with one of another network among them", () => {
    expect(verifyRounds(QUICKNET, published)).toBe(true);
    const stranger = { round: foreign.round, signature: hex(foreign.signature) };
    expect(verifyRound(QUICKNET, stranger)).toBe(false);
    expect(verifyRounds(QUICKNET, [...published, stranger])).toBe(false);
  });

  it("are refused with any byte flipped or any tail missing", () => {
    const [first = expect.fail("a round")] = published;
    for (let at = 0; at < first.signature.length; at += 1) {
      const flipped = first.signature.map((byte, i) => (i === at ? byte ^ 0x10 : byte));
      expect(verifyRound(QUICKNET, { round: first.round, signature: flipped })).toBe(false);
      expect(verifyRound(QUICKNET, { round: first.round, signature: first.signature.subarray(0, at) })).toBe(false);
    }
  });
});
