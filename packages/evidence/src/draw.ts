// Unpredictable captures (protocol §6): a capture at every round with `u < 2^64 / odds`. Memoryless on purpose: the
// risk is the same in every round, so there is nothing to gain by relaxing after a capture. Until a public beacon
// exists, the rounds' randomness comes from a device seed committed in `start` and revealed with the run.
import { createHmacSha256, u64, utf8ToBytes } from "@underseal/foundation";
import { sha256 } from "./hash.ts";

const COMMITMENT_LABEL = utf8ToBytes("underseal/1/draw-seed\0");
const ROUND_LABEL = utf8ToBytes("underseal/1/device-round\0");
const DRAW_LABEL = utf8ToBytes("underseal/1/draw\0");

export interface DrawRule {
  readonly seed: Uint8Array;
  /** The freelancer's person id: neither contract nor device enters, or owning ten devices would pay. */
  readonly person: string;
  /** One round in `odds` is drawn. */
  readonly odds: number;
}

/** What `start` commits to before the run. */
export const drawCommitment = (seed: Uint8Array): Uint8Array => sha256(COMMITMENT_LABEL, seed);

export const roundOf = (unixSeconds: number, roundSeconds: number): number => Math.floor(unixSeconds / roundSeconds);

export const isDrawn = (rule: DrawRule, round: number): boolean => createDraw(rule)(round);

/** The keyed hashes are prepared once: a week of a verifier has hundreds of thousands of rounds. */
const createDraw = ({ seed, person, odds }: DrawRule): ((round: number) => boolean) => {
  const bySeed = createHmacSha256(seed);
  const byPerson = createHmacSha256(sha256(DRAW_LABEL, utf8ToBytes(person)));
  return (round) => {
    const digest = byPerson(bySeed(ROUND_LABEL, u64(BigInt(round))));
    const u = new DataView(digest.buffer, digest.byteOffset).getBigUint64(0);
    return u * BigInt(odds) < 2n ** 64n;
  };
};

const ROUNDS_MAX = 1_000_000;

/** The drawn rounds in [from, to). A run longer than a million rounds (35 days) is cut there. */
export const drawnRounds = (rule: DrawRule, { from, to }: { readonly from: number; readonly to: number }): number[] => {
  const drawn: number[] = [];
  const draw = createDraw(rule);
  for (let round = from; round < Math.min(to, from + ROUNDS_MAX); round += 1) {
    if (draw(round)) drawn.push(round);
  }
  return drawn;
};
