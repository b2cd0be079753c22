// Unpredictable captures (protocol §6): a capture at every round of a run with `u < 2^64 / odds`. Memoryless on
// purpose: the risk is the same in every round, so there is nothing to gain by relaxing after a capture. The randomness
// of a round is the public beacon's; offline it comes from a seed that the device committed to in `start`.
import { createHmacSha256, hmacSha256, u64, utf8ToBytes } from "@underseal/foundation";
import { sha256 } from "./hash.ts";

const COMMITMENT_LABEL = utf8ToBytes("underseal/1/draw-seed\0");
const ROUND_LABEL = utf8ToBytes("underseal/1/device-round\0");
const DRAW_LABEL = utf8ToBytes("underseal/1/draw\0");

export interface DrawRule {
  /** The freelancer's person id: neither contract nor device enters, or owning ten devices would pay. */
  readonly person: string;
  /** One round in `odds` is drawn. */
  readonly odds: number;
}

/** What an offline `start` commits to before the run. */
export const drawCommitment = (seed: Uint8Array): Uint8Array => sha256(COMMITMENT_LABEL, seed);

/** The randomness of a round that no beacon could be asked for. */
export const deviceRandomness = (seed: Uint8Array, round: number): Uint8Array =>
  hmacSha256(seed, ROUND_LABEL, u64(BigInt(round)));

export const isDrawn = (rule: DrawRule, randomness: Uint8Array): boolean => createDraw(rule)(randomness);

/** For many rounds: the person's key is prepared once. */
export const createDraw = ({ person, odds }: DrawRule): ((randomness: Uint8Array) => boolean) => {
  const byPerson = createHmacSha256(sha256(DRAW_LABEL, utf8ToBytes(person)));
  return (randomness) => {
    const digest = byPerson(randomness);
    const u = new DataView(digest.buffer, digest.byteOffset).getBigUint64(0);
    return u * BigInt(odds) < 2n ** 64n;
  };
};

/** A stop that is seen later than this is none of a run that owes no more draws. */
const STOP_SEEN_MAX_SECONDS = 60;

/**
 * Until when a stopped run owes its draws, in Unix seconds: until somebody else saw the stop, for a minute at most.
 * Were it the time that the stop itself states, whoever saw a draw could say to have stopped a second before it.
 */
export const drawsEndAt = ({ stoppedAt, seenAt }: { readonly stoppedAt: number; readonly seenAt: number }): number =>
  Math.max(stoppedAt, Math.min(seenAt, stoppedAt + STOP_SEEN_MAX_SECONDS));

const ROUNDS_MAX = 1_000_000;

/**
 * The drawn rounds in [from, to), of those whose randomness is known. A run longer than a million rounds (35 days) is
 * cut there.
 */
export const drawnRounds = (
  rule: DrawRule,
  randomnessAt: (round: number) => Uint8Array | null,
  { from, to }: { readonly from: number; readonly to: number },
): number[] => {
  const drawn: number[] = [];
  const draw = createDraw(rule);
  for (let round = from; round < Math.min(to, from + ROUNDS_MAX); round += 1) {
    const randomness = randomnessAt(round);
    if (randomness !== null && draw(randomness)) drawn.push(round);
  }
  return drawn;
};
