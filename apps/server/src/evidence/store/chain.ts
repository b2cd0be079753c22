import type { ContractId, DeviceId } from "@underseal/foundation";
import { sql } from "kysely";
import type { Transaction } from "../../platform/postgres/transact.ts";
import type { Head } from "../rules.ts";

export interface ChainKey {
  readonly contractId: ContractId;
  readonly deviceId: DeviceId;
}

export interface Chain extends Head {
  /** Sequence number of the start of the run that has not stopped. */
  readonly openRunSeq: number | null;
}

interface ChainRow {
  readonly seq: bigint;
  readonly hash: Uint8Array;
  readonly openRunSeq: bigint | null;
}

export interface LockedChain extends Chain, ChainKey {}

/**
 * Waits for its turn at each of these: until the end of the transaction nobody else adds to these chains. Locked in
 * the order of their keys, so that two batches do not wait for each other.
 */
export const lockChains = async (
  transaction: Transaction,
  keys: readonly (ChainKey & { readonly freelancerId: string })[],
): Promise<readonly LockedChain[]> => {
  const found = await readLocked(transaction, keys);
  if (found.length === keys.length) return found;
  await sql`
    insert into device_chain (contract_id, device_id, freelancer_id, head_hash)
    select contract_id, device_id, freelancer_id, ${new Uint8Array(32)}::bytea
    from unnest(${keys.map(({ contractId }) => contractId)}::uuid[], ${keys.map(({ deviceId }) => deviceId)}::uuid[],
      ${keys.map(({ freelancerId }) => freelancerId)}::uuid[]) as k (contract_id, device_id, freelancer_id)
    order by contract_id, device_id
    on conflict do nothing`.execute(transaction);
  return await readLocked(transaction, keys);
};

const readLocked = async (transaction: Transaction, keys: readonly ChainKey[]): Promise<readonly LockedChain[]> => {
  const { rows } = await sql<ChainRow & ChainKey>`
    select contract_id as "contractId", device_id as "deviceId", head_seq as seq, head_hash as hash,
      open_run_seq as "openRunSeq"
    from device_chain
    where (contract_id, device_id) in (
      select * from unnest(${keys.map(({ contractId }) => contractId)}::uuid[],
        ${keys.map(({ deviceId }) => deviceId)}::uuid[]))
    order by contract_id, device_id
    for update`.execute(transaction);
  return rows.map((row) => ({ contractId: row.contractId, deviceId: row.deviceId, ...chainOf(row) }));
};

export const readChain = async (
  transaction: Transaction,
  { contractId, deviceId }: ChainKey,
): Promise<Chain | null> => {
  const { rows } = await sql<ChainRow>`
    select head_seq as seq, head_hash as hash, open_run_seq as "openRunSeq"
    from device_chain where contract_id = ${contractId} and device_id = ${deviceId}`.execute(transaction);
  return rows[0] === undefined ? null : chainOf(rows[0]);
};

const chainOf = ({ seq, hash, openRunSeq }: ChainRow): Chain => ({
  seq: Number(seq),
  hash,
  openRunSeq: openRunSeq === null ? null : Number(openRunSeq),
});

/** Of chains that this transaction has locked. */
export const moveChains = async (transaction: Transaction, chains: readonly LockedChain[]): Promise<void> => {
  await sql`
    update device_chain c set head_seq = n.seq, head_hash = n.hash, open_run_seq = n.open_run_seq
    from unnest(${chains.map(({ contractId }) => contractId)}::uuid[],
      ${chains.map(({ deviceId }) => deviceId)}::uuid[], ${chains.map(({ seq }) => seq)}::bigint[],
      ${chains.map(({ hash }) => hash)}::bytea[], ${chains.map(({ openRunSeq }) => openRunSeq)}::bigint[])
      as n (contract_id, device_id, seq, hash, open_run_seq)
    where c.contract_id = n.contract_id and c.device_id = n.device_id`.execute(transaction);
};
