// One round of a public beacon, judged by the key that the caller pins.
import {
  BEACON_SIGNATURE_BYTES,
  isBeaconKey,
  QUICKNET,
  randomnessOf,
  roundTime,
  verifyRound,
} from "@underseal/evidence";
import { bytesToHex, equalBytes, ok, type Result } from "@underseal/foundation";
import { type PieceFailure, type Reasons, refusePiece } from "./piece-failure.ts";

/** Two names of one scheme: that of drand's network, and that of the scheme itself. */
export const BEACON_SCHEMES = ["quicknet", "bls-unchained-g1-rfc9380"] as const;

export interface BeaconRoundClaim {
  readonly scheme: string;
  readonly publicKey: Uint8Array;
  readonly round: number;
  readonly signature: Uint8Array;
}

export interface BeaconRoundVerdict extends Reasons {
  readonly round: number;
  /** In hexadecimal: what the draws of this round are made of. */
  readonly randomness: string;
  /** Unix seconds, where the key is drand's own, whose timetable is known; else `null`. */
  readonly publishedAt: number | null;
}

export const verifyBeaconRound = (claim: BeaconRoundClaim): Result<BeaconRoundVerdict, PieceFailure> => {
  const { scheme, publicKey, round, signature } = claim;
  if (!BEACON_SCHEMES.some((known) => known === scheme)) return refusePiece("BEACON_SCHEME_UNKNOWN");
  if (!isBeaconKey(publicKey)) return refusePiece("BEACON_KEY_INVALID");
  if (!Number.isSafeInteger(round) || round < 1) return refusePiece("BEACON_ROUND_INVALID");
  if (signature.length !== BEACON_SIGNATURE_BYTES) return refusePiece("BEACON_SIGNATURE_MALFORMED");
  if (!verifyRound({ publicKey }, { round, signature })) return refusePiece("BEACON_SIGNATURE_INVALID");
  const isQuicknet = equalBytes(publicKey, QUICKNET.publicKey);
  return ok({
    round,
    randomness: bytesToHex(randomnessOf(signature)),
    publishedAt: isQuicknet ? roundTime(QUICKNET, round) : null,
    ...reasonsOf(round, isQuicknet),
  });
};

const reasonsOf = (round: number, isQuicknet: boolean): Reasons => ({
  proven: [
    `The signature is the only one that the key's holder could give to round ${round}.`,
    ...(isQuicknet ? ["The key is that of drand's quicknet, which no single operator holds."] : []),
  ],
  notProven: [
    "Nothing here shows when anybody first saw this round.",
    ...(isQuicknet ? [] : ["The key is not drand's: whoever holds it alone could know rounds ahead of their time."]),
  ],
});
