// Identity is keys (protocol §10): one account seed gives the signing key and the age identity of each generation.

import { x25519 } from "@noble/curves/ed25519.js";
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

const ML_KEM_BYTES = 1184;
const ML_KEM_SEED_BYTES = 32;
const ML_KEM_MODULUS = 3329;
const X25519_BYTES = 32;

/**
 * Whether something can be sealed to this recipient. The text comes from the other party: one that only looks right
 * would make every later sealing fail.
 */
export const isRecipient = (text: string): boolean => {
  try {
    // Longer than bech32's usual limit of 90 characters. One spelling only: bech32 knows capitals too.
    const { prefix, words } = bech32.decode(text as `${string}1${string}`, false);
    const bytes = bech32.fromWords(words);
    if (prefix !== "age1pq" || bytes.length !== ML_KEM_BYTES + X25519_BYTES || text !== text.toLowerCase())
      return false;
    // Refuses points of small order by an error; the result is of no use.
    x25519.getSharedSecret(new Uint8Array(X25519_BYTES).fill(1), bytes.slice(ML_KEM_BYTES));
    return hasReducedCoefficients(bytes.subarray(0, ML_KEM_BYTES - ML_KEM_SEED_BYTES));
  } catch {
    return false;
  }
};

/** FIPS 203, section 7.2: twelve bits each, below the modulus. */
const hasReducedCoefficients = (packed: Uint8Array): boolean => {
  for (let i = 0; i + 2 < packed.length; i += 3) {
    const [low = 0, middle = 0, high = 0] = packed.subarray(i, i + 3);
    if ((low | ((middle & 0x0f) << 8)) >= ML_KEM_MODULUS || ((middle >> 4) | (high << 4)) >= ML_KEM_MODULUS)
      return false;
  }
  return true;
};

const RECOVERY_BYTES = 32;

/** 24 words for 32 random bytes: shown once, typed back once. */
export const recoveryCodeOf = (entropy: Uint8Array): Redacted<string> => {
  assert(entropy.length === RECOVERY_BYTES, "a recovery code holds 32 bytes");
  return redact(entropyToMnemonic(entropy, wordlist));
};

/** The sealing key behind a recovery code, or `null` where a word or the checksum is wrong. */
export const recoveryKeyOf = (code: string): SealingKey | null => {
  const words = code.trim().toLowerCase().split(/\s+/).join(" ");
  try {
    const entropy = mnemonicToEntropy(words, wordlist);
    // Shorter phrases of the same word list are valid too, but none of ours.
    if (entropy.length !== RECOVERY_BYTES) return null;
    return sealingKeyOf(deriveKey(entropy, "underseal/1/recovery"));
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
