import { bech32 } from "@scure/base";
import { redact, reveal } from "@underseal/foundation";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isSignedBy } from "../src/envelope.ts";
import {
  accountKeysOf,
  isRecipient,
  phraseOf,
  recoveryCodeOf,
  recoveryKeyOf,
  sealingKeyOf,
  signingKeyOf,
  signStatement,
} from "../src/index.ts";
import { sampleBodies, sampleSecret } from "./samples.ts";

describe("account keys", () => {
  const seed = redact(sampleSecret(31));

  it("are the same for one seed and generation", () => {
    expect(accountKeysOf(seed, 3).sealing.recipient).toBe(accountKeysOf(seed, 3).sealing.recipient);
    expect(accountKeysOf(seed, 3).signing.publicKey).toEqual(accountKeysOf(seed, 3).signing.publicKey);
  });

  it("are others for another generation, seed or use", () => {
    const keys = [accountKeysOf(seed, 0), accountKeysOf(seed, 1), accountKeysOf(redact(sampleSecret(32)), 0)];
    expect(new Set(keys.map(({ sealing }) => sealing.recipient)).size).toBe(3);
    expect(new Set(keys.map(({ signing }) => signing.publicKey.join())).size).toBe(3);
    const first = keys[0];
    if (first === undefined) throw new Error("three keys");
    expect(sealingKeyOf(reveal(first.signing.secretKey)).recipient).not.toBe(first.sealing.recipient);
  });

  it("sign what their public key verifies", () => {
    const { signing } = accountKeysOf(seed, 0);
    const statement = signStatement("receipt", sampleBodies.receipt, [reveal(signing.secretKey)]);
    expect(isSignedBy(statement, [signing.publicKey])).toBe(true);
    expect(isSignedBy(statement, [signingKeyOf(sampleSecret(33)).publicKey])).toBe(false);
  });

  it("do not print their secrets", () => {
    const keys = accountKeysOf(seed, 0);
    const printed = JSON.stringify(keys) + String(keys.signing.secretKey) + String(keys.sealing.identity);
    expect(printed).toContain("<redacted>");
    expect(printed).not.toContain(reveal(keys.sealing.identity));
    expect(printed).not.toContain("AGE-SECRET-KEY");
  });
});

describe("a recipient", () => {
  const { recipient } = sealingKeyOf(sampleSecret(34));
  const bytes = () => bech32.fromWords(bech32.decode(recipient as `${string}1${string}`, false).words);
  const encode = (raw: Uint8Array, prefix = "age1pq") => bech32.encode(prefix, bech32.toWords(raw), false);

  it("has 1,959 characters and can be sealed to", () => {
    expect(recipient).toHaveLength(1_959);
    expect(isRecipient(recipient)).toBe(true);
    expect(encode(bytes())).toBe(recipient);
  });

  it.each<[string, () => string]>([
    ["no text", () => ""],
    ["another kind of recipient", () => encode(bytes(), "age")],
    ["a short key", () => encode(bytes().slice(0, -1))],
    ["a long key", () => encode(Uint8Array.of(...bytes(), 0))],
    ["capitals", () => recipient.toUpperCase()],
    ["a coefficient at the modulus", () => encode(bytes().with(0, 0x01).with(1, 0x0d))],
    ["a coefficient of all ones", () => encode(bytes().with(1_150, 0xff).with(1_151, 0xff))],
    ["a point of small order", () => encode(Uint8Array.of(...bytes().slice(0, 1_184), ...new Uint8Array(32)))],
  ])("is none with %s", (_, make) => {
    expect(isRecipient(make())).toBe(false);
  });

  it("is none with any character changed", () => {
    fc.assert(
      fc.property(fc.nat(1_958), (at) => {
        const other = recipient[at] === "q" ? "p" : "q";
        expect(isRecipient(recipient.slice(0, at) + other + recipient.slice(at + 1))).toBe(false);
      }),
      { numRuns: 40 },
    );
  });
});

describe("a recovery code", () => {
  const entropy = sampleSecret(35);
  const code = reveal(recoveryCodeOf(entropy));
  const words = code.split(" ");

  it("is 24 words that lead to one key, however they are typed", () => {
    expect(words).toHaveLength(24);
    const key = recoveryKeyOf(code);
    expect(key?.recipient).toMatch(/^age1pq1/);
    expect(recoveryKeyOf(`  ${code.toUpperCase().replaceAll(" ", "\n ")} `)?.recipient).toBe(key?.recipient);
    expect(recoveryKeyOf(reveal(recoveryCodeOf(sampleSecret(36))))?.recipient).not.toBe(key?.recipient);
  });

  it.each<[string, () => string]>([
    ["no words", () => ""],
    ["a word missing", () => words.slice(1).join(" ")],
    ["a word too many", () => [...words, words[0]].join(" ")],
    ["a word that is not in the list", () => words.with(3, "underseal").join(" ")],
    ["a wrong checksum", () => words.with(0, words[0] === "zoo" ? "abandon" : "zoo").join(" ")],
    ["twelve words that are valid elsewhere", () => `${"abandon ".repeat(11)}about`],
  ])("is none with %s", (_, make) => {
    expect(recoveryKeyOf(make())).toBeNull();
  });

  it("is made of 32 bytes only", () => {
    expect(() => recoveryCodeOf(new Uint8Array(16))).toThrow("broken assumption");
  });
});

describe("the phrase of the terms", () => {
  it("is twelve words, and others for every flipped bit of the hash", () => {
    const hash = sampleSecret(37);
    const phrase = phraseOf(hash);
    expect(phrase.split(" ")).toHaveLength(12);
    expect(phrase).toMatch(/^[a-z]+( [a-z]+){11}$/);
    for (let bit = 0; bit < 256; bit += 1) {
      expect(phraseOf(hash.with(bit >> 3, (hash[bit >> 3] ?? 0) ^ (1 << (bit & 7))))).not.toBe(phrase);
    }
  });
});
