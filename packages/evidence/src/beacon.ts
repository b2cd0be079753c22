// The public randomness that nobody can foresee (protocol §6): drand's scheme `bls-unchained-g1-rfc9380`, used by its
// quicknet network and by a platform's own chain. Each round has exactly one valid signature, so whoever shows one
// shows what everybody else saw, and a record that holds it was made after the round was published.
import { pippenger } from "@noble/curves/abstract/curve.js";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { assert, concatBytes, equalBytes, u64, utf8ToBytes } from "@underseal/foundation";
import { sha256 } from "./hash.ts";

/** Which beacon, as terms pin it: its key, when round 1 was published, and how many seconds lie between two rounds. */
export interface BeaconChain {
  /** A compressed point of G2. */
  readonly publicKey: Uint8Array;
  /** Unix seconds. */
  readonly genesis: number;
  readonly period: number;
}

export interface BeaconRound {
  readonly round: number;
  /** A compressed point of G1. */
  readonly signature: Uint8Array;
}

export const BEACON_KEY_BYTES = 96;
export const BEACON_SIGNATURE_BYTES = 48;

/** When a round is published, in Unix seconds. */
export const roundTime = ({ genesis, period }: Pick<BeaconChain, "genesis" | "period">, round: number): number =>
  genesis + (round - 1) * period;

/** The newest round published by then; 0 and less before the first. */
export const roundAt = ({ genesis, period }: Pick<BeaconChain, "genesis" | "period">, unixSeconds: number): number =>
  Math.floor((unixSeconds - genesis) / period) + 1;

/** What a round's draws are made of. */
export const randomnessOf = (signature: Uint8Array): Uint8Array => sha256(signature);

const { shortSignatures: scheme, G1 } = bls12_381;
type Point = ReturnType<typeof scheme.hash>;

const DOMAIN = "BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_";

const messagePoint = (round: number): Point => scheme.hash(sha256(u64(BigInt(round))), DOMAIN);

const isRound = ({ round, signature }: BeaconRound): boolean =>
  Number.isSafeInteger(round) && round >= 1 && signature.length === BEACON_SIGNATURE_BYTES;

/** Whether the bytes are the key of some beacon: a point of the right group, not the neutral one. */
export const isBeaconKey = (publicKey: Uint8Array): boolean => {
  if (publicKey.length !== BEACON_KEY_BYTES) return false;
  try {
    const point = bls12_381.G2.Point.fromBytes(publicKey);
    point.assertValidity();
    return !point.is0() && equalBytes(point.toBytes(), publicKey);
  } catch {
    return false;
  }
};

/** Never throws: bytes of any length and content are an honest `false`. About 30 ms. */
export const verifyRound = ({ publicKey }: Pick<BeaconChain, "publicKey">, round: BeaconRound): boolean => {
  if (!isRound(round) || publicKey.length !== BEACON_KEY_BYTES) return false;
  try {
    return scheme.verify(round.signature, messagePoint(round.round), publicKey);
  } catch {
    return false;
  }
};

const WEIGHT_LABEL = utf8ToBytes("underseal/1/beacon-batch\0");
/** With weights of 128 bits a set with a wrong signature passes with probability 2^-128. */
const WEIGHT_BYTES = 16;
const ROUND_NUMBER_BYTES = 8;

/**
 * Whether all of these are rounds of the chain, about eight times faster than one by one: a random linear combination
 * whose weights are drawn from the signatures themselves, so that the same input has the same answer everywhere. The
 * answer does not say which one is wrong.
 */
export const verifyRounds = (chain: Pick<BeaconChain, "publicKey">, rounds: readonly BeaconRound[]): boolean => {
  const [first] = rounds;
  if (first === undefined) return true;
  if (rounds.length === 1) return verifyRound(chain, first);
  if (!rounds.every(isRound) || chain.publicKey.length !== BEACON_KEY_BYTES) return false;
  try {
    const weights = weightsOf(chain.publicKey, rounds);
    const signatures = rounds.map(({ signature }) => G1.Point.fromBytes(signature));
    for (const point of signatures) point.assertValidity();
    const messages = rounds.map(({ round }) => messagePoint(round));
    return scheme.verify(
      pippenger(G1.Point, signatures, weights),
      pippenger(G1.Point, messages, weights),
      chain.publicKey,
    );
  } catch {
    return false;
  }
};

/** Exported for its test: verifying so many rounds takes minutes. */
export const weightsOf = (publicKey: Uint8Array, rounds: readonly BeaconRound[]): bigint[] => {
  const bytes = ROUND_NUMBER_BYTES + BEACON_SIGNATURE_BYTES;
  const joined = new Uint8Array(rounds.length * bytes);
  // One by one: so many arguments of one call would overflow the stack, and valid rounds would seem forged.
  for (const [i, { round, signature }] of rounds.entries()) {
    joined.set(u64(BigInt(round)), i * bytes);
    joined.set(signature, i * bytes + ROUND_NUMBER_BYTES);
  }
  const seed = sha256(WEIGHT_LABEL, publicKey, joined);
  return rounds.map((_, index) => {
    const weight = sha256(seed, u64(BigInt(index))).subarray(0, WEIGHT_BYTES);
    // Zero would leave a signature out; it is as likely as a forged signature.
    return weight.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n) | 1n;
  });
};

/** A platform's own beacon. `secretKey` has 32 bytes; it is reduced to a key of the scheme. */
export const beaconKeyOf = (secretKey: Uint8Array): Uint8Array =>
  bls12_381.G2.Point.BASE.multiply(scalarOf(secretKey)).toBytes();

/** The one signature of a round; the same every time. Whoever holds the key can make rounds ahead of their time. */
export const signRound = (secretKey: Uint8Array, round: number): Uint8Array => {
  assert(Number.isSafeInteger(round) && round >= 1, "rounds are counted from 1");
  return messagePoint(round).multiply(scalarOf(secretKey)).toBytes();
};

const SCALAR_LABEL = utf8ToBytes("underseal/1/beacon-key\0");

/** 512 bits reduced by the group's order leave no measurable bias. */
const scalarOf = (secretKey: Uint8Array): bigint => {
  assert(secretKey.length === 32, "a beacon's secret has 32 bytes");
  const wide = concatBytes(
    sha256(SCALAR_LABEL, secretKey, Uint8Array.of(0)),
    sha256(SCALAR_LABEL, secretKey, Uint8Array.of(1)),
  );
  const value = wide.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return (value % (G1.Point.Fn.ORDER - 1n)) + 1n;
};

/** drand's quicknet, chain 52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971. */
export const QUICKNET: BeaconChain = {
  publicKey: Uint8Array.from(
    (
      "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c8c4b450b6a0a6c3ac6a5776a2d106451" +
      "0d1fec758c921cc22b0e17e63aaf4bcb5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
    ).match(/../g) ?? [],
    (digits) => Number.parseInt(digits, 16),
  ),
  genesis: 1_692_803_367,
  period: 3,
};
