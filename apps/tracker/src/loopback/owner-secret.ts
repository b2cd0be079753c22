// The secret of `daemon.json`, in both directions. Before the command line shows it, the daemon proves that it knows it
// too: a program that took the port of a daemon that was killed learns nothing, and is not believed.
import {
  base64UrlToBytes,
  bytesToBase64Url,
  concatBytes,
  equalBytes,
  hmacSha256,
  type Redacted,
  reveal,
  sha256,
  utf8ToBytes,
} from "@underseal/foundation";

export const CHALLENGE_BYTES = 32;
export const CHALLENGE_HEADER = "underseal-challenge";

const PROOF_OF = utf8ToBytes("underseal daemon\n");

/** `null` where it is no challenge: the secret answers nothing else. */
export const proofFor = (secret: Redacted<Uint8Array>, challenge: string): string | null => {
  const bytes = base64UrlToBytes(challenge);
  if (bytes?.length !== CHALLENGE_BYTES) return null;
  return bytesToBase64Url(hmacSha256(reveal(secret), concatBytes(PROOF_OF, bytes)));
};

export const authorizationOf = (secret: Redacted<Uint8Array>): string => `Bearer ${bytesToBase64Url(reveal(secret))}`;

export const isOwner = (secret: Redacted<Uint8Array>, authorization: string | undefined): boolean =>
  authorization !== undefined &&
  // Of hashes: where two of them differ tells nothing about the secret.
  equalBytes(sha256(utf8ToBytes(authorization)), sha256(utf8ToBytes(authorizationOf(secret))));
