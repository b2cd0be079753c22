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
import { signEd25519, verifyStrict } from "./ed25519.ts";
import { refuse, type TlogError } from "./errors.ts";
import { isKeyName, type NoteSigner, type VerifierKey, verifierKeyOf } from "./keys.ts";

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

export interface VerifiedNote extends UnverifiedNote {
  /** The known keys whose signatures fit; at least one. */
  readonly signedBy: readonly VerifierKey[];
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

/**
 * Verifies a note against the keys that the caller trusts for it. Signatures by other keys are ignored (witnesses,
 * newer keys); one by a known key that does not fit spoils the whole note. Errors: those of `parseNote`,
 * `NOTE_SIGNATURE_INVALID`, `NOTE_SIGNER_UNKNOWN`.
 */
export const verifyNote = (note: string, keys: readonly VerifierKey[]): Result<VerifiedNote, TlogError> => {
  const parsed = parseNote(note);
  if (!parsed.ok) return parsed;
  const message = utf8ToBytes(parsed.value.text);
  const signedBy = new Set<VerifierKey>();
  for (const { name, keyId, signature } of parsed.value.signatures) {
    for (const key of keys.filter((known) => known.name === name && known.id === keyId)) {
      if (!verifyStrict({ publicKey: key.publicKey, message, signature })) return refuse("NOTE_SIGNATURE_INVALID");
      signedBy.add(key);
    }
  }
  return signedBy.size === 0 ? refuse("NOTE_SIGNER_UNKNOWN") : ok({ ...parsed.value, signedBy: [...signedBy] });
};

/** The line that carries one signature, newline included. */
const formatSignature = ({ name, keyId, signature }: NoteSignature): string => {
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
