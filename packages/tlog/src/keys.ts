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

// Names and keys of C2SP signed-note. Two kinds are read: who signs a note's text as it stands (a log its
// checkpoints), and who cosigns a checkpoint with the time at which it was seen (a witness). The kind is part of the
// key's id, so that a key of one kind can never speak as the other.

const TYPES = { signer: 0x01, cosigner: 0x04 } as const;
const ID_BYTES = 4;
const KEY_TEXT_CHARS_MAX = 1_024;

export type KeyKind = keyof typeof TYPES;

/** Whom we expect a signature from. `name` and `id` together choose the key; the id alone is too short to. */
export interface VerifierKey {
  readonly kind: KeyKind;
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

const typedKey = (kind: KeyKind, publicKey: Uint8Array): Uint8Array =>
  concatBytes(Uint8Array.of(TYPES[kind]), publicKey);

const keyIdOf = (name: string, material: Uint8Array): string =>
  bytesToHex(
    sha256(
      utf8ToBytes(`${name}
`),
      material,
    ).subarray(0, ID_BYTES),
  );

const publicHalf = (kind: KeyKind, { name, seed }: NoteSigner): VerifierKey => {
  assert(isKeyName(name), "a key name has no spaces and no plus sign");
  const publicKey = publicKeyOf(reveal(seed));
  return { kind, name, id: keyIdOf(name, typedKey(kind, publicKey)), publicKey };
};

/** The public half of a signer, to be given to those who verify. */
export const verifierKeyOf = (signer: NoteSigner): VerifierKey => publicHalf("signer", signer);

/** The public half of a witness. One seed must not serve two witnesses: what is signed does not name the signer. */
export const cosignerKeyOf = (signer: NoteSigner): VerifierKey => publicHalf("cosigner", signer);

/** `name+id+base64`, the one-line form in which verifier keys are handed around. */
export const encodeVerifierKey = ({ kind, name, id, publicKey }: VerifierKey): string =>
  `${name}+${id}+${bytesToBase64(typedKey(kind, publicKey))}`;

const kindOf = (type: number | undefined): KeyKind | null => {
  if (type === TYPES.signer) return "signer";
  return type === TYPES.cosigner ? "cosigner" : null;
};

/**
 * Reads the one-line form and checks that the key is sound and the id belongs to it. Whether its kind is the one
 * that is needed is the caller's matter. Errors: the `KEY_…` codes.
 */
export const decodeVerifierKey = (text: string): Result<VerifierKey, TlogError> => {
  if (text.length > KEY_TEXT_CHARS_MAX) return refuse("KEY_MALFORMED");
  const [name = "", id = "", ...rest] = text.split("+");
  // The plus sign is also a base64 digit.
  const material = base64ToBytes(rest.join("+"));
  if (!isKeyName(name) || !/^[0-9a-f]{8}$/.test(id) || material === null) return refuse("KEY_MALFORMED");
  if (material.length === 0) return refuse("KEY_MALFORMED");
  const kind = kindOf(material[0]);
  if (kind === null) return refuse("KEY_TYPE_UNSUPPORTED");
  const publicKey = material.slice(1);
  if (publicKey.length !== PUBLIC_KEY_BYTES) return refuse("KEY_MALFORMED");
  if (keyIdOf(name, material) !== id) return refuse("KEY_ID_MISMATCH");
  return isAcceptablePublicKey(publicKey) ? ok({ kind, name, id, publicKey }) : refuse("KEY_UNACCEPTABLE");
};
