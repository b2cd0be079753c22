// What Wycheproof has for each primitive below the sealed files. Ed25519 and ECDSA are tested where they are used.
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { bytesToHex, hexToBytes, hmacSha256 } from "@underseal/foundation";
import { describe, expect, it } from "vitest";
import { deriveKey } from "../src/hash.ts";
import { hasPublished, readPublished, titleOf } from "./published.ts";

const FOLDER = "wycheproof/testvectors_v1";

type Case = Readonly<Record<string, string>> & { readonly tcId: number; readonly size: number };

interface File {
  readonly numberOfTests: number;
  readonly testGroups: readonly { readonly tagSize?: number; readonly tests: readonly Case[] }[];
}

const hex = (text: string | undefined): Uint8Array => hexToBytes(text ?? "") ?? expect.fail("not hexadecimal");

/** The numbers of the cases in which we decide otherwise. */
const mismatches = (name: string, agrees: (test: Case, tagBytes: number) => boolean): number[] => {
  const file = JSON.parse(new TextDecoder().decode(readPublished(`${FOLDER}/${name}_test.json`))) as File;
  const decided = file.testGroups.flatMap(({ tests, tagSize = 0 }) =>
    tests.map((test) => ({ id: test.tcId, agrees: agrees(test, tagSize / 8) })),
  );
  expect(decided).toHaveLength(file.numberOfTests);
  return decided.filter((test) => !test.agrees).map(({ id }) => id);
};

/** The answer, or `null` for an error. */
const attempt = (make: () => Uint8Array): string | null => {
  try {
    return bytesToHex(make());
  } catch {
    return null;
  }
};

describe.skipIf(!hasPublished(FOLDER))(titleOf("Wycheproof decides as we do", FOLDER), () => {
  it("on HMAC-SHA-256, also with shortened tags", () => {
    const wrong = mismatches("hmac_sha256", ({ key, msg, tag, result }, tagBytes) => {
      const computed = bytesToHex(hmacSha256(hex(key), hex(msg)).subarray(0, tagBytes));
      return (computed === tag) === (result === "valid");
    });
    expect(wrong).toEqual([]);
  });

  it("on HKDF-SHA-256; what asks for more than 255 blocks is a broken assumption", () => {
    const wrong = mismatches("hkdf_sha256", ({ ikm, salt, info, size, okm, result }) => {
      const derived = attempt(() => deriveKey(hex(ikm), hex(info), { salt: hex(salt), lengthBytes: size }));
      return result === "valid" ? derived === okm : derived === null;
    });
    expect(wrong).toEqual([]);
  });

  it("on ChaCha20-Poly1305, both ways", () => {
    const wrong = mismatches("chacha20_poly1305", ({ tcId, key, iv, aad, msg, ct, tag, result }) => {
      const sealed = hex(`${ct}${tag}`);
      const opened = attempt(() => chacha20poly1305(hex(key), hex(iv), hex(aad)).decrypt(sealed));
      if (result !== "valid") return opened === null;
      const again = attempt(() => chacha20poly1305(hex(key), hex(iv), hex(aad)).encrypt(hex(msg)));
      const damaged = sealed.map((byte, at) => (at === tcId % sealed.length ? byte ^ 1 : byte));
      const damagedOpens = attempt(() => chacha20poly1305(hex(key), hex(iv), hex(aad)).decrypt(damaged));
      return opened === msg && again === bytesToHex(sealed) && damagedOpens === null;
    });
    expect(wrong).toEqual([]);
  });

  it("on X25519; points that give nothing but zeros are refused", () => {
    const wrong = mismatches("x25519", (test) => {
      const shared = attempt(() => x25519.getSharedSecret(hex(test.private), hex(test.public)));
      return shared === (/^0+$/.test(test.shared ?? "") ? null : test.shared);
    });
    expect(wrong).toEqual([]);
  });
});
