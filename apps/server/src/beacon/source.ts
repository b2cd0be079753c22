// Where rounds come from: the platform's own chain, or somebody else's.
import { type BeaconChain, beaconKeyOf, roundAt, signRound } from "@underseal/evidence";
import { type Redacted, reveal, SECOND_MS } from "@underseal/foundation";

export interface BeaconSource {
  readonly chain: BeaconChain;
  /** The newest round that may be asked for at this time. */
  newestAt(nowMs: number): number;
  /** The valid signature of a round, or `null` where it cannot be had now. */
  signatureOf(round: number): Promise<Uint8Array | null>;
  /** How many rounds one call may make or fetch; the next call goes on from there. */
  readonly missingMax: number;
}

/** Fixed, so that rounds have the same numbers after every start. */
const OWN_GENESIS = 1_700_000_000;

/** Five milliseconds each: a working week of a round every three seconds. */
const OWN_MISSING_MAX = 50_000;

/** Rounds are made when they are asked for; `newestAt` keeps them from being made ahead of their time. */
export const createOwnChain = ({
  secretKey,
  period,
}: {
  readonly secretKey: Redacted<Uint8Array>;
  readonly period: number;
}): BeaconSource => {
  const chain = { publicKey: beaconKeyOf(reveal(secretKey)), genesis: OWN_GENESIS, period };
  return {
    chain,
    newestAt: (nowMs) => roundAt(chain, nowMs / SECOND_MS),
    signatureOf: async (round) => signRound(reveal(secretKey), round),
    missingMax: OWN_MISSING_MAX,
  };
};
