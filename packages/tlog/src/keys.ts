import {
  assert,
  base64ToBytes,
  bytesToBase64,
  bytesToHex,
  concatBytes,
  ok,
  type Redacted,
  type Result,
  reveal,
  sha256,
  utf8ToBytes,
} from "@underseal/foundation";
import { isAcceptablePublicKey, PUBLIC_KEY_BYTES, publicKeyOf } from "./ed25519.ts";
import { refuse, type TlogError } from "./errors.ts";

// Names and keys of C2SP signed-note. Ed25519 over the note's text is the only signature type that a log's own key
// uses here.

const ED25519_TYPE = 0x01;
const ID_BYTES = 4;
const KEY_TEXT_CHARS_MAX = 1_024;

/** Whom we expect a signature from. `name` and `id` together choose the key; the id alone is too short to. */
export interface VerifierKey {
  readonly name: string;
  /** Eight lower-case hexadecimal digits. */
  readonly id: string;
  readonly publicKey: Uint8Array;
}

export interface NoteSigner {
  readonly name: string;
  /** The 32-byte Ed25519 seed. */
  readonly seed: Redacted<Uint8Array>;
}

const NAME = /^[^\p{White_Space}+\p{Cc}]+$/u;

/** Not empty, no spaces, no plus sign and nothing that UTF-8 cannot carry. */
export const isKeyName = (name: string): boolean => NAME.test(name) && name.isWellFormed();

const typedKey = (publicKey: Uint8Array): Uint8Array => concatBytes(Uint8Array.of(ED25519_TYPE), publicKey);

const keyIdOf = (name: string, publicKey: Uint8Array): string =>
  bytesToHex(sha256(utf8ToBytes(`${name}\n`), typedKey(publicKey)).subarray(0, ID_BYTES));

/** The public half of a signer, to be given to those who verify. */
export const verifierKeyOf = ({ name, seed }: NoteSigner): VerifierKey => {
  assert(isKeyName(name), "a key name has no spaces and no plus sign");
  const publicKey = publicKeyOf(reveal(seed));
  return { name, id: keyIdOf(name, publicKey), publicKey };
};

/** `name+id+base64`, the one-line form in which verifier keys are handed around. */
export const encodeVerifierKey = ({ name, id, publicKey }: VerifierKey): string =>
  `${name}+${id}+${bytesToBase64(typedKey(publicKey))}`;

/** Reads the one-line form and checks that the key is sound and the id belongs to it. Errors: the `KEY_…` codes. */
export const decodeVerifierKey = (text: string): Result<VerifierKey, TlogError> => {
  if (text.length > KEY_TEXT_CHARS_MAX) return refuse("KEY_MALFORMED");
  const [name = "", id = "", ...rest] = text.split("+");
  // The plus sign is also a base64 digit.
  const material = base64ToBytes(rest.join("+"));
  if (!isKeyName(name) || !/^[0-9a-f]{8}$/.test(id) || material === null) return refuse("KEY_MALFORMED");
  if (material.length === 0) return refuse("KEY_MALFORMED");
  if (material[0] !== ED25519_TYPE) return refuse("KEY_TYPE_UNSUPPORTED");
  const publicKey = material.slice(1);
  if (publicKey.length !== PUBLIC_KEY_BYTES) return refuse("KEY_MALFORMED");
  if (keyIdOf(name, publicKey) !== id) return refuse("KEY_ID_MISMATCH");
  return isAcceptablePublicKey(publicKey) ? ok({ name, id, publicKey }) : refuse("KEY_UNACCEPTABLE");
};
