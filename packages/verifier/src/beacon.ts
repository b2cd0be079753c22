// The beacon's signatures in starts and captures: each shows that the record was made after its round was published.
import { type BeaconRound, type Statement, verifyRounds } from "@underseal/evidence";
import { equalBytes, ok, type Result } from "@underseal/foundation";
import { bytesOf } from "./bytes-of.ts";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { KnownRounds } from "./rounds.ts";
import type { Run } from "./runs.ts";

/** Verified at once, so that a week of rounds costs no more memory than this many points. */
const BATCH_ROUNDS_MAX = 4_096;

interface VerifiedRounds {
  readonly count: number;
  /** Of these, how many stand in the bundle's list of rounds. */
  readonly ofSpans: number;
}

export interface BeaconOptions {
  /** Of the beacon whose rounds the bundle lists, as terms write it. */
  readonly listedKey: string | undefined;
  readonly everyRound: boolean;
}

/** The signatures in starts and captures, and, if asked, all others of the list. */
export const verifyBeacon = (
  runs: readonly Run[],
  known: KnownRounds,
  { listedKey, everyRound }: BeaconOptions,
): Result<VerifiedRounds, VerificationFailure> => {
  const byKey = new Map<string, Map<number, Uint8Array>>();
  for (const { publicKey, round, signature, statement } of signedRounds(runs)) {
    const rounds = byKey.get(publicKey) ?? new Map<number, Uint8Array>();
    byKey.set(publicKey, rounds);
    const listed = publicKey === listedKey ? known.signatures.get(round) : undefined;
    // A round has one signature: two that differ cannot both be valid.
    if (!equalBytes(rounds.get(round) ?? listed ?? signature, signature)) return refuse("BEACON_INVALID", statement);
    rounds.set(round, signature);
  }
  const listed = listedKey === undefined ? undefined : byKey.get(listedKey);
  const ofSpans = [...(listed?.keys() ?? [])].filter((round) => known.signatures.has(round)).length;
  if (everyRound) for (const [round, signature] of known.signatures) listed?.set(round, signature);
  for (const [publicKey, rounds] of byKey) {
    if (!areRounds(publicKey, rounds)) return refuse("BEACON_INVALID");
  }
  const count = [...byKey.values()].reduce((sum, { size }) => sum + size, 0);
  return ok({ count, ofSpans: everyRound ? known.signatures.size : ofSpans });
};

const areRounds = (publicKey: string, signatures: ReadonlyMap<number, Uint8Array>): boolean => {
  const rounds: BeaconRound[] = Array.from(signatures, ([round, signature]) => ({ round, signature }));
  const chain = { publicKey: bytesOf(publicKey) };
  for (let from = 0; from < rounds.length; from += BATCH_ROUNDS_MAX) {
    if (!verifyRounds(chain, rounds.slice(from, from + BATCH_ROUNDS_MAX))) return false;
  }
  return true;
};

interface SignedRound extends BeaconRound {
  readonly publicKey: string;
  readonly statement: Statement;
}

const signedRounds = (runs: readonly Run[]): SignedRound[] =>
  runs.flatMap(({ terms, start, captures }) => {
    const { publicKey } = terms.statement.body.draw.beacon;
    const statements = [
      ...(start === null ? [] : [start]),
      ...[...captures.values()].map(({ statement }) => statement),
    ];
    return statements.flatMap((statement) => {
      const { round, sig } = statement.body.beacon;
      return sig === undefined ? [] : [{ publicKey, round, signature: bytesOf(sig), statement }];
    });
  });
