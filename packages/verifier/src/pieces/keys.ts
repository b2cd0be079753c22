// The keys that a caller trusts. Everything a check proves rests on them, so a key that could count twice is refused.
import { equalBytes, ok, type Result } from "@underseal/foundation";
import { decodeVerifierKey, NOTE_SIGNATURES_MAX, type VerifierKey } from "@underseal/tlog";
import { type PieceFailure, refusePiece, refusePieceAs } from "./piece-failure.ts";

/** Reads keys in their one-line form. Errors: the `KEY…` codes but `KEYS_MISSING`. */
export const readKeys = (texts: readonly string[]): Result<readonly VerifierKey[], PieceFailure> => {
  if (texts.length > NOTE_SIGNATURES_MAX) return refusePiece("KEYS_TOO_MANY");
  const keys: VerifierKey[] = [];
  for (const text of texts) {
    const key = decodeVerifierKey(text);
    if (!key.ok) return refusePieceAs(key.error, "KEY_MALFORMED");
    // Whatever its name: one key under two names would be two witnesses.
    const isKnown = keys.some(
      ({ kind, publicKey }) => kind === key.value.kind && equalBytes(publicKey, key.value.publicKey),
    );
    if (isKnown) return refusePiece("KEY_REPEATED");
    keys.push(key.value);
  }
  return ok(keys);
};
