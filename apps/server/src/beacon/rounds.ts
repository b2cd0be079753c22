// Signatures of rounds, looked up where it is cheapest: in memory, in the table, and only then at the source. What the
// source gives is stored, so that a round is made or fetched and verified once.
import { setImmediate } from "node:timers/promises";
import { type BeaconRound, sha256 } from "@underseal/evidence";
import type { Clock } from "@underseal/foundation";
import { createGroupCommit } from "../platform/group-commit.ts";
import type { Database } from "../platform/postgres/database.ts";
import { systemActor, transact } from "../platform/postgres/transact.ts";
import type { BeaconSource } from "./source.ts";
import { findRounds, insertRounds, listRounds } from "./store.ts";

/** Rounds [from, to). */
interface RoundRange {
  readonly from: number;
  readonly to: number;
}

export interface Rounds {
  /** Those of the rounds that can be had now, by number. Rounds to come are left out. */
  signaturesOf(rounds: readonly number[]): Promise<ReadonlyMap<number, Uint8Array>>;
  /** All of the range in order, or `null` where one cannot be had now; what was had is not asked for again. */
  signaturesIn(range: RoundRange): Promise<readonly Uint8Array[] | null>;
  /** As `signaturesOf` for one round, from what is at hand alone. */
  storedSignatureOf(round: number): Promise<Uint8Array | null>;
}

export interface RoundsDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly source: BeaconSource;
}

/** Of one call. */
const ROUNDS_MAX = 1_000_000;
const REMEMBERED_MAX = 4_096;
const BATCH_MAX = 200;
/** Rounds that are being asked for at once. */
const READS_MAX = 10_000;
const CHAIN_ID_BYTES = 16;

export const createRounds = ({ database, clock, source }: RoundsDeps): Rounds => {
  const chainId = sha256(source.chain.publicKey).subarray(0, CHAIN_ID_BYTES);
  const recent = createRecentRounds();
  const isOut = (round: number): boolean => round >= 1 && round <= source.newestAt(clock.now());

  const readNow = async (rounds: readonly number[]): Promise<readonly BeaconRound[]> => {
    const stored = await transact(database, systemActor, (transaction) => findRounds(transaction, chainId, rounds));
    recent.add(stored);
    return stored;
  };
  /** Whoever was drawn by a new round asks for it at the same time: one look is for all of them. */
  const reads = createGroupCommit<number, BeaconRound | null>({
    runBatch: async (rounds) => {
      const wanted = [...new Set(rounds)];
      const known = recent.find(wanted);
      const missing = wanted.filter((round) => !known.some((each) => each.round === round));
      const read = missing.length === 0 ? [] : await readNow(missing);
      const found = new Map([...known, ...read].map((each) => [each.round, each]));
      return rounds.map((round) => found.get(round) ?? null);
    },
    ...{ batchMax: BATCH_MAX, waitingMax: READS_MAX, gatherMs: 0 },
  });
  const readStored = async (rounds: readonly number[]): Promise<readonly BeaconRound[]> => {
    if (rounds.length === 0) return [];
    const reading = rounds.length <= BATCH_MAX ? reads.submit(rounds) : null;
    if (reading === null) return await readNow(rounds);
    return (await reading).filter((round) => round !== null);
  };
  /** Two who ask for the same round at once wait for the one answer. */
  const asked = new Map<number, Promise<Uint8Array | null>>();
  const askSource = (round: number): Promise<Uint8Array | null> => {
    const running = asked.get(round);
    if (running !== undefined) return running;
    const asking = source.signatureOf(round).finally(() => asked.delete(round));
    asked.set(round, asking);
    return asking;
  };
  const obtain = async (rounds: readonly number[]): Promise<readonly BeaconRound[]> => {
    const obtained: BeaconRound[] = [];
    for (const round of rounds) {
      const signature = await askSource(round);
      if (signature !== null) obtained.push({ round, signature });
      // Making or verifying a round takes milliseconds: whoever else asks something comes in between.
      await setImmediate();
    }
    if (obtained.length > 0) {
      await transact(database, systemActor, (transaction) => insertRounds(transaction, chainId, obtained));
      recent.add(obtained);
    }
    return obtained;
  };
  const signaturesOf = async (rounds: readonly number[]): Promise<ReadonlyMap<number, Uint8Array>> => {
    const wanted = [...new Set(rounds)].filter(isOut);
    const found = new Map<number, Uint8Array>();
    const add = (some: readonly BeaconRound[]): void => {
      for (const { round, signature } of some) found.set(round, signature);
    };
    const missing = (): number[] => wanted.filter((round) => !found.has(round));
    add(recent.find(wanted));
    add(await readStored(missing()));
    for (const batch of batchesOf(missing().slice(0, source.missingMax))) add(await obtain(batch));
    return found;
  };
  const signaturesIn = async ({ from, to }: RoundRange): Promise<readonly Uint8Array[] | null> => {
    if (to <= from) return [];
    if (to - from > ROUNDS_MAX || !isOut(from) || !isOut(to - 1)) return null;
    const stored = await transact(database, systemActor, (transaction) =>
      listRounds(transaction, chainId, { from, to }),
    );
    if (stored.length === to - from) return stored.map(({ signature }) => signature);
    const found = new Map(stored.map(({ round, signature }) => [round, signature]));
    const missing = numbersIn({ from, to }).filter((round) => !found.has(round));
    for (const [round, signature] of await signaturesOf(missing)) found.set(round, signature);
    const all = numbersIn({ from, to }).flatMap((round) => found.get(round) ?? []);
    return all.length === to - from ? all : null;
  };
  return {
    signaturesOf,
    signaturesIn,
    storedSignatureOf: async (round) => {
      if (!isOut(round)) return null;
      const [found = null] = [...recent.find([round]), ...(await readStored([round]))];
      return found?.signature ?? null;
    },
  };
};

const numbersIn = ({ from, to }: RoundRange): number[] => Array.from({ length: to - from }, (_, i) => from + i);

const batchesOf = (rounds: readonly number[]): readonly (readonly number[])[] =>
  Array.from({ length: Math.ceil(rounds.length / BATCH_MAX) }, (_, i) =>
    rounds.slice(i * BATCH_MAX, (i + 1) * BATCH_MAX),
  );

/** The newest rounds that were asked for, in bounded memory. */
const createRecentRounds = () => {
  // A Map keeps the order in which its keys came.
  const signatures = new Map<number, Uint8Array>();
  return {
    find: (rounds: readonly number[]): readonly BeaconRound[] =>
      rounds.flatMap((round) => {
        const signature = signatures.get(round);
        return signature === undefined ? [] : [{ round, signature }];
      }),
    add: (rounds: readonly BeaconRound[]): void => {
      for (const { round, signature } of rounds.slice(-REMEMBERED_MAX)) signatures.set(round, signature);
      for (const round of signatures.keys()) {
        if (signatures.size <= REMEMBERED_MAX) break;
        signatures.delete(round);
      }
    },
  };
};
