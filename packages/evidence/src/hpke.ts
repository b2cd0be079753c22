// The key schedule of HPKE (RFC 9180, section 5.1) in base mode with HKDF-SHA-256: what turns a shared secret into the
// key and nonce of an age stanza.
import { concatBytes, utf8ToBytes } from "@underseal/foundation";
import { expandKey, extractKey } from "./hash.ts";

export interface HpkeSuite {
  /** The ids of KEM, KDF and AEAD, two bytes each. */
  readonly id: Uint8Array;
  readonly keyBytes: number;
  readonly info: Uint8Array;
}

const VERSION = utf8ToBytes("HPKE-v1");
const HPKE = utf8ToBytes("HPKE");
const BASE_MODE = Uint8Array.of(0x00);
const NONCE_BYTES = 12;
const EMPTY = new Uint8Array();

export const keySchedule = (sharedSecret: Uint8Array, { id, keyBytes, info }: HpkeSuite) => {
  const suite = concatBytes(HPKE, id);
  const extract = (salt: Uint8Array, label: string, input: Uint8Array): Uint8Array =>
    extractKey(salt, concatBytes(VERSION, suite, utf8ToBytes(label), input));
  const expand = (secret: Uint8Array, label: string, context: Uint8Array, lengthBytes: number): Uint8Array => {
    const length = Uint8Array.of(lengthBytes >> 8, lengthBytes & 0xff);
    return expandKey(secret, concatBytes(length, VERSION, suite, utf8ToBytes(label), context), lengthBytes);
  };
  const context = concatBytes(BASE_MODE, extract(EMPTY, "psk_id_hash", EMPTY), extract(EMPTY, "info_hash", info));
  const secret = extract(sharedSecret, "secret", EMPTY);
  return { key: expand(secret, "key", context, keyBytes), nonce: expand(secret, "base_nonce", context, NONCE_BYTES) };
};
