// Identity is keys (protocol §10): one account seed gives the signing key and the age identity of each generation.

import { MLKEM768X25519 } from "@noble/post-quantum/hybrid.js";
import { bech32 } from "@scure/base";
import { entropyToMnemonic, mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { assert, concatBytes, type Redacted, redact, reveal, u32, utf8ToBytes } from "@underseal/foundation";
import { publicKeyOf } from "@underseal/tlog";
import { deriveKey, sha256 } from "./hash.ts";

export interface SigningKey {
  readonly secretKey: Redacted<Uint8Array>;
  readonly publicKey: Uint8Array;
}

export interface SealingKey {
  /** `AGE-SECRET-KEY-PQ-1…`, as the age command line takes it. */
  readonly identity: Redacted<string>;
  /** `age1pq1…` */
  readonly recipient: string;
}

export interface AccountKeys {
  readonly generation: number;
  readonly signing: SigningKey;
  readonly sealing: SealingKey;
}

export const accountKeysOf = (seed: Redacted<Uint8Array>, generation: number): AccountKeys => {
  const derive = (use: string) =>
    deriveKey(reveal(seed), concatBytes(utf8ToBytes(`underseal/1/account/${use}\0`), u32(generation)));
  return { generation, signing: signingKeyOf(derive("sign")), sealing: sealingKeyOf(derive("seal")) };
};

export const signingKeyOf = (secretKey: Uint8Array): SigningKey => ({
  secretKey: redact(secretKey),
  publicKey: publicKeyOf(secretKey),
});

/** The age post-quantum identity (ML-KEM-768 + X25519) of a 32-byte secret. */
export const sealingKeyOf = (secret: Uint8Array): SealingKey => {
  assert(secret.length === 32, "an age identity is 32 bytes");
  const recipient = MLKEM768X25519.getPublicKey(secret);
  return {
    identity: redact(bech32.encodeFromBytes("AGE-SECRET-KEY-PQ-", secret).toUpperCase()),
    // The recipient is longer than bech32's usual limit of 90 characters.
    recipient: bech32.encode("age1pq", bech32.toWords(recipient), false),
  };
};

/** 24 words for 32 random bytes: shown once, typed back once. */
export const recoveryCodeOf = (entropy: Uint8Array): Redacted<string> => redact(entropyToMnemonic(entropy, wordlist));

/** The sealing key behind a recovery code, or `null` where a word or the checksum is wrong. */
export const recoveryKeyOf = (code: string): SealingKey | null => {
  const words = code.trim().toLowerCase().split(/\s+/).join(" ");
  try {
    return sealingKeyOf(deriveKey(mnemonicToEntropy(words, wordlist), "underseal/1/recovery"));
  } catch {
    return null;
  }
};

/** Twelve words that both sides compare outside the platform: a swapped key gives other words. */
export const phraseOf = (termsHash: Uint8Array): string => {
  const digest = sha256(utf8ToBytes("underseal/1/phrase"), termsHash);
  const bits = Array.from(digest, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const words = Array.from({ length: 12 }, (_, i) => wordlist[Number.parseInt(bits.slice(11 * i, 11 * i + 11), 2)]);
  return words.join(" ");
};
