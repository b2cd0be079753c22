// Rounds of a run whose signatures nobody has checked yet. A check of one takes about 30 ms of a core (1 % of it at a
// period of three seconds), twenty together take a fifth of that. So only what leads to a capture is checked at once;
// the rest is checked together before its minute counts as known.
import { type BeaconChain, type BeaconRound, roundTime, verifyRound, verifyRounds } from "@underseal/evidence";
import { MINUTE_MS, SECOND_MS } from "@underseal/foundation";

export interface UnprovenRounds {
  /** Remembers the round. */
  add(round: BeaconRound): void;
  /** Checks one round alone and at once. */
  prove(round: BeaconRound): boolean;
  /** Checks all that are remembered, and forgets them if they are the beacon's. */
  settle(): boolean;
  /** Whether one of them belongs to a minute before that of `ms`: then that minute waits for it. */
  isDue(ms: number): boolean;
  /** When the first of them was published; `null` if there is none. */
  sinceMs(): number | null;
}

/** A period of one second and some minutes without a look. */
const REMEMBERED_MAX = 600;

export const createUnprovenRounds = (chain: BeaconChain): UnprovenRounds => {
  let rounds: BeaconRound[] = [];
  const sinceMs = () => (rounds[0] === undefined ? null : roundTime(chain, rounds[0].round) * SECOND_MS);
  return {
    add: (round) => {
      if (rounds.length < REMEMBERED_MAX) rounds.push(round);
    },
    prove: (round) => verifyRound(chain, round),
    settle: () => {
      if (!verifyRounds(chain, rounds)) return false;
      rounds = [];
      return true;
    },
    isDue: (ms) => {
      const since = sinceMs();
      return rounds.length >= REMEMBERED_MAX || (since !== null && minuteOf(since) < minuteOf(ms));
    },
    sinceMs,
  };
};

const minuteOf = (ms: number): number => Math.floor(ms / MINUTE_MS);
