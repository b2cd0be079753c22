// The beacon's signatures in starts and captures: each shows that the record was made after its round was published.
import { type BeaconChain, type BeaconRound, type Statement, verifyRounds } from "@underseal/evidence";
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
  const carried = signedRounds(runs);
  const byKey = new Map<string, Map<number, Uint8Array>>();
  for (const { publicKey, round, signature, statement } of carried) {
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
    const wrong = findForged(publicKey, rounds);
    const carrier = carried.find((each) => each.publicKey === publicKey && each.round === wrong?.round);
    if (wrong !== null) return refuse("BEACON_INVALID", carrier?.statement);
  }
  const count = [...byKey.values()].reduce((sum, { size }) => sum + size, 0);
  return ok({ count, ofSpans: everyRound ? known.signatures.size : ofSpans });
};

const findForged = (publicKey: string, signatures: ReadonlyMap<number, Uint8Array>): BeaconRound | null => {
  const rounds: BeaconRound[] = Array.from(signatures, ([round, signature]) => ({ round, signature }));
  const chain = { publicKey: bytesOf(publicKey) };
  for (let from = 0; from < rounds.length; from += BATCH_ROUNDS_MAX) {
    const forged = findForgedIn(chain, rounds.slice(from, from + BATCH_ROUNDS_MAX));
    if (forged !== null) return forged;
  }
  return null;
};

/** By halving: a batch does not say which one is wrong. About as long again as the batch itself. */
const findForgedIn = (chain: Pick<BeaconChain, "publicKey">, rounds: readonly BeaconRound[]): BeaconRound | null => {
  if (verifyRounds(chain, rounds)) return null;
  const middle = Math.floor(rounds.length / 2);
  const [only] = rounds;
  if (middle === 0) return only ?? null;
  return findForgedIn(chain, rounds.slice(0, middle)) ?? findForgedIn(chain, rounds.slice(middle));
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
