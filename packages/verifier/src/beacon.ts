// The beacon's signatures in starts and captures: each shows that the record was made after its round was published.
import { type BeaconRound, type Statement, verifyRounds } from "@underseal/evidence";
import { equalBytes, ok, type Result } from "@underseal/foundation";
import { bytesOf } from "./bytes-of.ts";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { KnownRounds } from "./rounds.ts";
import type { Run } from "./runs.ts";
import type { AgreedTerms } from "./terms.ts";

interface VerifiedRounds {
  readonly count: number;
  /** Of these, how many stand in the bundle's list of rounds. */
  readonly ofSpans: number;
}

/** The signatures in starts and captures, and, if asked, all others; those of one chain at once. */
export const verifyBeacon = (
  runs: readonly Run[],
  known: KnownRounds,
  everyRound: boolean,
): Result<VerifiedRounds, VerificationFailure> => {
  const byChain = new Map<string, { readonly publicKey: Uint8Array; readonly rounds: Map<number, BeaconRound> }>();
  for (const { terms, beacon, statement } of signedRounds(runs)) {
    const publicKey = terms.statement.body.draw.beacon.publicKey;
    const chain = byChain.get(publicKey) ?? { publicKey: terms.chain.publicKey, rounds: new Map() };
    byChain.set(publicKey, chain);
    const signature = bytesOf(beacon.sig);
    const other = chain.rounds.get(beacon.round)?.signature ?? known.signatures.get(beacon.round) ?? signature;
    // A round has one signature: two that differ cannot both be valid.
    if (!equalBytes(other, signature)) return refuse("BEACON_INVALID", statement);
    chain.rounds.set(beacon.round, { round: beacon.round, signature });
  }
  const all = [...byChain.values()];
  if (everyRound && all[0] !== undefined) {
    for (const [round, signature] of known.signatures) all[0].rounds.set(round, { round, signature });
  }
  if (!all.every((chain) => verifyRounds(chain, [...chain.rounds.values()]))) return refuse("BEACON_INVALID");
  const verified = all.flatMap(({ rounds }) => [...rounds.keys()]);
  return ok({ count: verified.length, ofSpans: verified.filter((round) => known.signatures.has(round)).length });
};

interface SignedRound {
  readonly terms: AgreedTerms;
  readonly beacon: { readonly round: number; readonly sig: string };
  readonly statement: Statement;
}

const signedRounds = (runs: readonly Run[]): SignedRound[] =>
  runs.flatMap(({ terms, start, captures }) => {
    const statements = [
      ...(start === null ? [] : [start]),
      ...[...captures.values()].map(({ statement }) => statement),
    ];
    return statements.flatMap((statement) => {
      const { round, sig } = statement.body.beacon;
      return sig === undefined ? [] : [{ terms, beacon: { round, sig }, statement }];
    });
  });
