// The verifiable wrap (protocol §5): an age recipient whose encapsulation randomness is derived instead of drawn, so
// that revealing one key later lets an arbiter re-derive the recipient's stanza byte for byte and settle "I cannot
// decrypt it". The stanza is age's own `mlkem768x25519` (C2SP age.md, HPKE of RFC 9180 with the X-Wing KEM 0x647a):
// stock age tools open it.
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { MLKEM768X25519 } from "@noble/post-quantum/hybrid.js";
import { base64nopad, bech32 } from "@scure/base";
import { concatBytes, equalBytes, u32, utf8ToBytes } from "@underseal/foundation";
import { type Identity, type Recipient, Stanza } from "age-encryption";
import { deriveKey, sha256 } from "./hash.ts";
import { type HpkeSuite, keySchedule } from "./hpke.ts";

export interface WrapRandomness {
  readonly wrapKey: Uint8Array;
  /** Which replacement of the disclosure this is: the same coins twice would reuse a key and nonce. */
  readonly ver: number;
}

const COINS_BYTES = 64;

export const derivedRecipient = (recipient: string, randomness: WrapRandomness): Recipient => ({
  wrapFileKey: (fileKey) => {
    const { argument, key, nonce } = deriveWrap(recipient, randomness);
    return [new Stanza([STANZA, argument], chacha20poly1305(key, nonce).encrypt(fileKey))];
  },
});

/**
 * Opens a file with its wrap key instead of an identity, and only if the stanzas of its header are the derived ones
 * of exactly these recipients in this order, byte for byte: then each of them can open it too.
 */
export const derivedIdentity = (recipients: readonly string[], randomness: WrapRandomness): Identity => ({
  unwrapFileKey: (stanzas) => {
    const fileKeys = recipients.map((recipient, i) => unwrap(stanzas[i], deriveWrap(recipient, randomness)));
    const [first] = fileKeys;
    const isWhole = stanzas.length === recipients.length && first !== undefined && first !== null;
    return isWhole && fileKeys.every((key) => key !== null && equalBytes(key, first)) ? first : null;
  },
});

interface DerivedWrap {
  /** The stanza's second argument: the encapsulation. */
  readonly argument: string;
  readonly key: Uint8Array;
  readonly nonce: Uint8Array;
}

const STANZA = "mlkem768x25519";

/** KEM X-Wing (0x647a), KDF HKDF-SHA-256 (0x0001), AEAD ChaCha20-Poly1305 (0x0003). */
const HPKE_OF_AGE: HpkeSuite = {
  id: Uint8Array.of(0x64, 0x7a, 0x00, 0x01, 0x00, 0x03),
  keyBytes: 32,
  info: utf8ToBytes("age-encryption.org/mlkem768x25519"),
};

const deriveWrap = (recipient: string, { wrapKey, ver }: WrapRandomness): DerivedWrap => {
  // Longer than bech32's usual limit of 90 characters.
  const publicKey = bech32.fromWords(bech32.decode(recipient as `${string}1${string}`, false).words);
  const label = concatBytes(utf8ToBytes("underseal/1/age-coins"), u32(ver));
  const coins = deriveKey(wrapKey, label, { salt: sha256(publicKey), lengthBytes: COINS_BYTES });
  const { cipherText, sharedSecret } = MLKEM768X25519.encapsulate(publicKey, coins);
  return { argument: base64nopad.encode(cipherText), ...keySchedule(sharedSecret, HPKE_OF_AGE) };
};

const unwrap = (stanza: Stanza | undefined, { argument, key, nonce }: DerivedWrap): Uint8Array | null => {
  if (stanza?.args.length !== 2 || stanza.args[0] !== STANZA || stanza.args[1] !== argument) return null;
  try {
    return chacha20poly1305(key, nonce).decrypt(stanza.body);
  } catch {
    return null;
  }
};
