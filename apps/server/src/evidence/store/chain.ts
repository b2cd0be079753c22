import type { ContractId, DeviceId, PersonId } from "@underseal/foundation";
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

/** Waits for its turn: until the end of the transaction nobody else adds to this chain. */
export const lockChain = async (
  transaction: Transaction,
  { contractId, deviceId }: ChainKey,
  freelancerId: PersonId,
): Promise<Chain> => {
  const found = await readLocked(transaction, { contractId, deviceId });
  if (found !== null) return found;
  await sql`
    insert into device_chain (contract_id, device_id, freelancer_id, head_hash)
    values (${contractId}, ${deviceId}, ${freelancerId}, ${new Uint8Array(32)})
    on conflict do nothing`.execute(transaction);
  const made = await readLocked(transaction, { contractId, deviceId });
  if (made === null) throw new Error("broken assumption: the chain's row is there after it was inserted");
  return made;
};

const readLocked = async (transaction: Transaction, { contractId, deviceId }: ChainKey): Promise<Chain | null> => {
  const { rows } = await sql<ChainRow>`
    select head_seq as seq, head_hash as hash, open_run_seq as "openRunSeq"
    from device_chain where contract_id = ${contractId} and device_id = ${deviceId}
    for update`.execute(transaction);
  return chainOf(rows[0]);
};

export const readChain = async (
  transaction: Transaction,
  { contractId, deviceId }: ChainKey,
): Promise<Chain | null> => {
  const { rows } = await sql<ChainRow>`
    select head_seq as seq, head_hash as hash, open_run_seq as "openRunSeq"
    from device_chain where contract_id = ${contractId} and device_id = ${deviceId}`.execute(transaction);
  return chainOf(rows[0]);
};

const chainOf = (row: ChainRow | undefined): Chain | null =>
  row === undefined
    ? null
    : {
        seq: Number(row.seq),
        hash: row.hash,
        openRunSeq: row.openRunSeq === null ? null : Number(row.openRunSeq),
      };

export const moveChain = async (
  transaction: Transaction,
  { contractId, deviceId }: ChainKey,
  next: Chain,
): Promise<void> => {
  await sql`
    update device_chain set head_seq = ${next.seq}, head_hash = ${next.hash}, open_run_seq = ${next.openRunSeq}
    where contract_id = ${contractId} and device_id = ${deviceId}`.execute(transaction);
};
