import {
  assert,
  base64ToBytes,
  bytesToBase64,
  bytesToHex,
  concatBytes,
  hexToBytes,
  ok,
  type Result,
  reveal,
  utf8ToBytes,
} from "@underseal/foundation";
import { signCosignature, verifyCosignature } from "./cosignature.ts";
import { signEd25519, verifyStrict } from "./ed25519.ts";
import { refuse, type TlogError } from "./errors.ts";
import { cosignerKeyOf, isKeyName, type NoteSigner, type VerifierKey, verifierKeyOf } from "./keys.ts";

// C2SP signed-note: a text, an empty line, and lines of signatures by whoever vouches for it. A note comes from the
// network, so its text means nothing until a key that the caller knows has been checked.

/** Room for the 16 signatures that every reader must accept, even if all were post-quantum (5 kB each). */
export const NOTE_CHARS_MAX = 262_144;
export const NOTE_SIGNATURES_MAX = 64;

const KEY_ID_BYTES = 4;
const SIGNATURE_LINE = /^— (\S+) (\S+)$/u;

export interface NoteSignature {
  readonly name: string;
  /** Eight lower-case hexadecimal digits. */
  readonly keyId: string;
  /** What follows the key id; its form depends on the kind of key. */
  readonly signature: Uint8Array;
}

/** A note taken apart. Nothing in it has been verified. */
export interface UnverifiedNote {
  /** Ends in a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface Cosignature {
  readonly key: VerifierKey;
  /** Unix seconds by the cosigner's clock; where it cosigned twice, the earlier of the two. */
  readonly time: number;
}

export interface VerifiedNote extends UnverifiedNote {
  /** The known keys whose signatures fit, of both kinds; at least one. */
  readonly signedBy: readonly VerifierKey[];
  /** One for each known cosigner among them. */
  readonly cosignatures: readonly Cosignature[];
}

const hasControlCharacter = (text: string): boolean => {
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 && unit !== 0x0a) return true;
  }
  return false;
};

const isNoteText = (text: string): boolean => text.endsWith("\n") && text.isWellFormed() && !hasControlCharacter(text);

const parseSignatureLine = (line: string): NoteSignature | null => {
  const [, name = "", encoded = ""] = SIGNATURE_LINE.exec(line) ?? [];
  const bytes = base64ToBytes(encoded);
  if (!isKeyName(name) || bytes === null || bytes.length <= KEY_ID_BYTES) return null;
  return { name, keyId: bytesToHex(bytes.subarray(0, KEY_ID_BYTES)), signature: bytes.slice(KEY_ID_BYTES) };
};

/** Takes a note apart without verifying anything. Errors: `NOTE_TOO_LARGE`, `…_MALFORMED`, `…_SIGNATURES_TOO_MANY`. */
export const parseNote = (note: string): Result<UnverifiedNote, TlogError> => {
  if (note.length > NOTE_CHARS_MAX) return refuse("NOTE_TOO_LARGE");
  // The text may hold empty lines itself: the last one divides.
  const divider = note.lastIndexOf("\n\n");
  if (divider < 0 || !isNoteText(note)) return refuse("NOTE_MALFORMED");
  const lines = note.slice(divider + 2, -1).split("\n");
  if (lines.length > NOTE_SIGNATURES_MAX) return refuse("NOTE_SIGNATURES_TOO_MANY");
  const signatures = lines.map(parseSignatureLine).filter((signature) => signature !== null);
  if (signatures.length !== lines.length) return refuse("NOTE_MALFORMED");
  return ok({ text: note.slice(0, divider + 1), signatures });
};

/** When the key signed (0 for kinds that do not say), or `null` where the signature does not fit. */
const signingTime = (key: VerifierKey, text: string, signature: Uint8Array): number | null => {
  const { publicKey } = key;
  if (key.kind === "cosigner") return verifyCosignature({ publicKey, text, signature });
  return verifyStrict({ publicKey, message: utf8ToBytes(text), signature }) ? 0 : null;
};

/**
 * Verifies a note against the keys that the caller trusts for it. Signatures by other keys are ignored (witnesses,
 * newer keys); one by a known key that does not fit spoils the whole note. Errors: those of `parseNote`,
 * `NOTE_SIGNATURE_INVALID`, `NOTE_SIGNER_UNKNOWN`.
 */
export const verifyNote = (note: string, keys: readonly VerifierKey[]): Result<VerifiedNote, TlogError> => {
  const parsed = parseNote(note);
  if (!parsed.ok) return parsed;
  const times = new Map<VerifierKey, number>();
  for (const { name, keyId, signature } of parsed.value.signatures) {
    for (const key of keys.filter((known) => known.name === name && known.id === keyId)) {
      const time = signingTime(key, parsed.value.text, signature);
      if (time === null) return refuse("NOTE_SIGNATURE_INVALID");
      times.set(key, Math.min(time, times.get(key) ?? time));
    }
  }
  if (times.size === 0) return refuse("NOTE_SIGNER_UNKNOWN");
  const cosignatures = Array.from(times, ([key, time]) => ({ key, time })).filter(({ key }) => key.kind === "cosigner");
  return ok({ ...parsed.value, signedBy: [...times.keys()], cosignatures });
};

/** The line that carries one signature, newline included. */
export const formatSignature = ({ name, keyId, signature }: NoteSignature): string => {
  const id = hexToBytes(keyId);
  assert(isKeyName(name) && id?.length === KEY_ID_BYTES, "a signature has a key name and an id");
  return `— ${name} ${bytesToBase64(concatBytes(id, signature))}\n`;
};

/** Joins text and signatures to a note; so are further signatures added to one. */
export const formatNote = ({ text, signatures }: UnverifiedNote): string => {
  assert(isNoteText(text), "a note's text ends in a newline and holds no control characters");
  assert(signatures.length > 0 && signatures.length <= NOTE_SIGNATURES_MAX, "a note has 1 to 64 signatures");
  return `${text}\n${signatures.map(formatSignature).join("")}`;
};

/** Signs a text that ends in a newline. */
export const signNote = (text: string, signers: readonly NoteSigner[]): string => {
  const message = utf8ToBytes(text);
  const signatures = signers.map((signer) => ({
    name: signer.name,
    keyId: verifierKeyOf(signer).id,
    signature: signEd25519({ seed: reveal(signer.seed), message }),
  }));
  return formatNote({ text, signatures });
};

/** A witness's word that this checkpoint was the newest it had seen at `time` (unix seconds). */
export const cosignText = ({
  text,
  signer,
  time,
}: {
  text: string;
  signer: NoteSigner;
  time: number;
}): NoteSignature => ({
  name: signer.name,
  keyId: cosignerKeyOf(signer).id,
  signature: signCosignature({ seed: signer.seed, text, time }),
});

/** The note with more signatures under it, its own bytes unchanged. The caller has parsed the note before. */
export const addSignatures = (note: string, signatures: readonly NoteSignature[]): string => {
  const parsed = parseNote(note);
  assert(parsed.ok, "only a well-formed note is signed further");
  return formatNote({ text: parsed.value.text, signatures: [...parsed.value.signatures, ...signatures] });
};
