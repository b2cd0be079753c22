// Everything that decrypts. The server and the verifier must not reach this file: a wall holds that.
import {
  base64UrlToBytes,
  bytesToBase64Url,
  err,
  hashEach,
  ok,
  type Redacted,
  type Result,
  redact,
  reveal,
} from "@underseal/foundation";
import { Decrypter } from "age-encryption";
import { derivedIdentity } from "./age-wrap.ts";
import { type CheckError, checkVisible, type DisclosedRecords, type Picture } from "./check.ts";
import { type HiddenManifest, hiddenManifestSchema, splitBlob } from "./content.ts";
import { decompressExactly } from "./decompress.ts";
import type { StatementBody } from "./statements.ts";
import { wrapCommitment } from "./tree.ts";

export type OpenError =
  | { readonly code: "DIGEST"; readonly detail: string }
  | { readonly code: "UNDECRYPTABLE"; readonly detail: string }
  | CheckError;

/** Opens a visible blob: digest, decryption, then every check of check.ts. */
export const openVisible = async (
  blob: Uint8Array,
  identity: Redacted<string>,
  records: DisclosedRecords,
): Promise<Result<Picture, OpenError>> => {
  if (!(await isNamed(blob, records.disclosure.visible))) return err(OTHER_FILE);
  const plaintext = await decrypt(blob, identity);
  return plaintext.ok ? checkVisible(plaintext.value, records) : plaintext;
};

const OTHER_FILE = { code: "DIGEST", detail: "the file is not the one that the disclosure names" } as const;

/** Where the disclosure names no file (`local`), none is the right one. */
const isNamed = async (blob: Uint8Array, named: StatementBody<"disclosure">["visible"]): Promise<boolean> => {
  if (named === undefined || blob.length !== named.bytes) return false;
  const [digest] = await hashEach([[blob]]);
  return digest !== undefined && bytesToBase64Url(digest) === named.digest;
};

export interface RevealedWrap {
  readonly wrapKey: Uint8Array;
  /** As the terms name them: the client's, then the freelancer's. */
  readonly recipients: readonly string[];
}

/**
 * Opens a visible blob with the wrap key that its author revealed (protocol §9, `UNDECRYPTABLE`): the key is the one
 * that the disclosure committed to, and the file is sealed to exactly these recipients. Opens that one file and no
 * other; the hidden blob has randomness of its own.
 */
export const openVisibleWithWrapKey = async (
  blob: Uint8Array,
  { wrapKey, recipients }: RevealedWrap,
  records: DisclosedRecords,
): Promise<Result<Picture, OpenError>> => {
  const { visible, wrapC, ver } = records.disclosure;
  if (!(await isNamed(blob, visible))) return err(OTHER_FILE);
  if (bytesToBase64Url(wrapCommitment(wrapKey)) !== wrapC) {
    return err({ code: "UNDECRYPTABLE", detail: "the key is not the one that the disclosure committed to" });
  }
  const decrypter = new Decrypter();
  decrypter.addIdentity(derivedIdentity(recipients, { wrapKey, ver }));
  const plaintext = await decryptWith(decrypter, blob);
  return plaintext.ok ? checkVisible(plaintext.value, records) : plaintext;
};

export interface OpenedSecret {
  readonly capture: Uint8Array;
  readonly secret: Redacted<Uint8Array>;
  readonly headerBytes: number;
  /** The payloads of the leaves inside, one after the other. */
  readonly payload: Uint8Array;
}

/** Opens a hidden blob, or a capture at rest in the vault. */
export const openSecret = async (
  blob: Uint8Array,
  identity: Redacted<string>,
): Promise<Result<OpenedSecret, OpenError>> => {
  const plaintext = await decrypt(blob, identity);
  if (!plaintext.ok) return plaintext;
  const split = splitBlob<HiddenManifest>(plaintext.value, hiddenManifestSchema);
  const payload = split.ok ? decompressExactly(split.value.stream, split.value.manifest.payloadBytes) : null;
  if (!split.ok || payload === null) return err({ code: "MANIFEST", detail: "not of the documented form" });
  const { capture, secret, headerBytes } = split.value.manifest;
  return ok({
    capture: base64UrlToBytes(capture) ?? new Uint8Array(),
    secret: redact(base64UrlToBytes(secret) ?? new Uint8Array()),
    headerBytes,
    payload,
  });
};

const SEED_BYTES = 32;

/** Opens an account seed that was sealed to this identity; `null` where it was not. */
export const openSeed = async (box: Uint8Array, identity: Redacted<string>): Promise<Redacted<Uint8Array> | null> => {
  const seed = await decrypt(box, identity);
  return seed.ok && seed.value.length === SEED_BYTES ? redact(seed.value) : null;
};

const decrypt = async (
  file: Uint8Array,
  identity: Redacted<string>,
): Promise<Result<Uint8Array, { code: "UNDECRYPTABLE"; detail: string }>> => {
  const decrypter = new Decrypter();
  decrypter.addIdentity(reveal(identity));
  return decryptWith(decrypter, file);
};

const decryptWith = async (
  decrypter: Decrypter,
  file: Uint8Array,
): Promise<Result<Uint8Array, { code: "UNDECRYPTABLE"; detail: string }>> => {
  try {
    return ok(await decrypter.decrypt(file));
  } catch {
    // The library's error text may quote the file; which of its reasons it was changes nothing for the reader.
    return err({ code: "UNDECRYPTABLE", detail: "the file does not open with this key" });
  }
};
