import type { BeaconRound } from "@underseal/evidence";
import { sql } from "kysely";
import type { Transaction } from "../platform/postgres/transact.ts";

// The only file that knows the columns of rounds.

/** Adds rounds that were verified; those that are there stay. */
export const insertRounds = async (
  transaction: Transaction,
  chainId: Uint8Array,
  rounds: readonly BeaconRound[],
): Promise<void> => {
  await sql`
    insert into beacon_round (chain_id, round, signature)
    select ${chainId}, * from unnest(
      ${rounds.map(({ round }) => BigInt(round))}::bigint[],
      ${rounds.map(({ signature }) => signature)}::bytea[])
    on conflict do nothing`.execute(transaction);
};

/** Those of the asked rounds that are stored. */
export const findRounds = async (
  transaction: Transaction,
  chainId: Uint8Array,
  rounds: readonly number[],
): Promise<readonly BeaconRound[]> => {
  const { rows } = await sql<RoundRow>`
    select round, signature from beacon_round
    where chain_id = ${chainId} and round = any(${rounds.map(BigInt)}::bigint[])`.execute(transaction);
  return rows.map(roundOf);
};

/** The stored rounds from `from` up to, without, `to`, in order. */
export const listRounds = async (
  transaction: Transaction,
  chainId: Uint8Array,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly BeaconRound[]> => {
  const { rows } = await sql<RoundRow>`
    select round, signature from beacon_round
    where chain_id = ${chainId} and round >= ${BigInt(from)} and round < ${BigInt(to)} order by round`.execute(
    transaction,
  );
  return rows.map(roundOf);
};

interface RoundRow {
  readonly round: bigint;
  readonly signature: Uint8Array;
}

const roundOf = ({ round, signature }: RoundRow): BeaconRound => ({
  round: Number(round),
  signature: new Uint8Array(signature),
});
