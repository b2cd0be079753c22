import type { StatementBody } from "@underseal/evidence";
import { assert, base64UrlToBytes } from "@underseal/foundation";
import { sql } from "kysely";
import type { Transaction } from "../../platform/postgres/transact.ts";
import type { OpenRun } from "../rules.ts";
import type { ChainKey } from "./chain.ts";
import type { Parties } from "./rows.ts";

/** What the schema of statements has checked to be bytes. */
export const decoded = (text: string): Uint8Array => {
  const bytes = base64UrlToBytes(text);
  assert(bytes !== null, "the statement's schema checked that this is base64url");
  return bytes;
};

/** A run by its chain and the number of its start. */
export interface RunKey extends ChainKey {
  readonly startSeq: number;
}

export type FoundRun = OpenRun & ChainKey;

interface RunRow extends ChainKey {
  readonly startSeq: bigint;
  readonly startedAtS: bigint;
  readonly startRound: bigint;
  readonly drawCommitment: Uint8Array | null;
  readonly lastSlot: number | null;
}

const keyColumns = (keys: readonly ChainKey[]) => ({
  contracts: keys.map(({ contractId }) => contractId),
  devices: keys.map(({ deviceId }) => deviceId),
});

/** For each place in a chain the run that a record there would belong to: that of the last start before it. */
export const findRunsBefore = async (
  transaction: Transaction,
  places: readonly (ChainKey & { readonly seq: number })[],
): Promise<readonly FoundRun[]> => {
  const { contracts, devices } = keyColumns(places);
  // A run's segments go forward in time, so that the last of them has the newest slot.
  const { rows } = await sql<RunRow>`
    select distinct on (r.contract_id, r.device_id, r.start_seq)
      r.contract_id as "contractId", r.device_id as "deviceId", r.start_seq as "startSeq",
      r.started_at_s as "startedAtS", r.start_round as "startRound", r.draw_commitment as "drawCommitment",
      (select s.slot from segment s where s.contract_id = r.contract_id and s.device_id = r.device_id
        and s.seq > r.start_seq and s.start_seq = r.start_seq order by s.seq desc limit 1) as "lastSlot"
    from unnest(${contracts}::uuid[], ${devices}::uuid[], ${places.map(({ seq }) => seq)}::bigint[])
      as p (contract_id, device_id, seq)
    cross join lateral (
      select * from run
      where run.contract_id = p.contract_id and run.device_id = p.device_id and run.start_seq < p.seq
      order by run.start_seq desc limit 1) r
    order by r.contract_id, r.device_id, r.start_seq`.execute(transaction);
  return rows.map((row) => ({
    ...row,
    startSeq: Number(row.startSeq),
    startedAtS: Number(row.startedAtS),
    startRound: Number(row.startRound),
  }));
};

export interface RunRound extends RunKey {
  readonly round: number;
}

interface RunRoundRow extends ChainKey {
  readonly startSeq: bigint;
  readonly round: bigint;
}

const roundOfRow = (row: RunRoundRow): RunRound => ({
  ...row,
  startSeq: Number(row.startSeq),
  round: Number(row.round),
});

/** Those of these rounds that their run has captures of. */
export const findRounds = async (
  transaction: Transaction,
  asked: readonly RunRound[],
): Promise<readonly RunRound[]> => {
  if (asked.length === 0) return [];
  const { contracts, devices } = keyColumns(asked);
  const { rows } = await sql<RunRoundRow>`
    select contract_id as "contractId", device_id as "deviceId", start_seq as "startSeq", round from capture
    where (contract_id, device_id, start_seq, round) in (
      select * from unnest(${contracts}::uuid[], ${devices}::uuid[],
        ${asked.map(({ startSeq }) => startSeq)}::bigint[], ${asked.map(({ round }) => round)}::bigint[]))`.execute(
    transaction,
  );
  return rows.map(roundOfRow);
};

/** All rounds that these runs have captures of. */
export const listRounds = async (transaction: Transaction, runs: readonly RunKey[]): Promise<readonly RunRound[]> => {
  if (runs.length === 0) return [];
  const { contracts, devices } = keyColumns(runs);
  const { rows } = await sql<RunRoundRow>`
    select contract_id as "contractId", device_id as "deviceId", start_seq as "startSeq", round from capture
    where (contract_id, device_id, start_seq) in (
      select * from unnest(${contracts}::uuid[], ${devices}::uuid[],
        ${runs.map(({ startSeq }) => startSeq)}::bigint[]))`.execute(transaction);
  return rows.map(roundOfRow);
};

export interface RunSlot extends RunKey {
  readonly slot: number;
}

/** The slots that these runs have segments of, in their order. */
export const listRunSlots = async (transaction: Transaction, runs: readonly RunKey[]): Promise<readonly RunSlot[]> => {
  if (runs.length === 0) return [];
  const { contracts, devices } = keyColumns(runs);
  const { rows } = await sql<ChainKey & { startSeq: bigint; slot: number }>`
    select contract_id as "contractId", device_id as "deviceId", start_seq as "startSeq", slot from segment
    where (contract_id, device_id, start_seq) in (
      select * from unnest(${contracts}::uuid[], ${devices}::uuid[],
        ${runs.map(({ startSeq }) => startSeq)}::bigint[]))
    order by slot`.execute(transaction);
  return rows.map((row) => ({ ...row, startSeq: Number(row.startSeq) }));
};

export interface RunToStore extends ChainKey, Parties {
  readonly body: StatementBody<"start">;
}

export const insertRuns = async (transaction: Transaction, runs: readonly RunToStore[]): Promise<void> => {
  if (runs.length === 0) return;
  const { contracts, devices } = keyColumns(runs);
  await sql`
    insert into run (contract_id, device_id, start_seq, freelancer_id, client_id, draw_commitment, started_at_s,
      start_round)
    select * from unnest(${contracts}::uuid[], ${devices}::uuid[], ${runs.map(({ body }) => body.seq)}::bigint[],
      ${runs.map(({ freelancerId }) => freelancerId)}::uuid[], ${runs.map(({ clientId }) => clientId)}::uuid[],
      ${runs.map(({ body }) => (body.drawC === undefined ? null : decoded(body.drawC)))}::bytea[], ${runs.map(({ body }) => body.at)}::bigint[],
      ${runs.map(({ body }) => body.beacon.round)}::bigint[])`.execute(transaction);
};

export interface StopToStore extends RunKey, Parties {
  readonly segment: StatementBody<"segment">;
  readonly drawnRounds: readonly number[];
}

/** One by one: a run stops once in hours, and each has a list of its own. */
export const insertStop = async (
  transaction: Transaction,
  { contractId, deviceId, startSeq, segment, drawnRounds, ...parties }: StopToStore,
): Promise<void> => {
  await sql`
    insert into run_stop (contract_id, device_id, start_seq, freelancer_id, client_id, stop_seq, draw_seed,
      stopped_at_s, drawn_rounds)
    values (${contractId}, ${deviceId}, ${startSeq}, ${parties.freelancerId}, ${parties.clientId}, ${segment.seq},
      ${segment.drawSeed === undefined ? null : decoded(segment.drawSeed)}, ${segment.at}, ${[...drawnRounds]}::bigint[])`.execute(
    transaction,
  );
};
