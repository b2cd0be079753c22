// What a person and a week have room for: the rows under whose locks two racing records are told apart.
import { sql } from "kysely";
import type { Transaction } from "../../platform/postgres/transact.ts";
import type { ChainKey } from "./chain.ts";
import type { Parties } from "./rows.ts";

export interface PersonSlot {
  readonly freelancerId: string;
  readonly slot: number;
}

export interface SlotClaim extends PersonSlot {
  readonly contractId: string;
  readonly deviceId: string;
}

/** Who has these slots of these persons, if anybody. */
export const findSlotClaims = async (
  transaction: Transaction,
  slots: readonly PersonSlot[],
): Promise<readonly SlotClaim[]> => {
  if (slots.length === 0) return [];
  const { rows } = await sql<SlotClaim>`
    select freelancer_id as "freelancerId", slot, contract_id as "contractId", device_id as "deviceId"
    from slot_claim where (freelancer_id, slot) in (
      select * from unnest(${slots.map(({ freelancerId }) => freelancerId)}::uuid[],
        ${slots.map(({ slot }) => slot)}::integer[]))`.execute(transaction);
  return rows;
};

/**
 * Takes these slots unless somebody has them; waits for a racer that is about to. Answers how many it took: a racer
 * of another server may have been first since they were looked at.
 */
export const claimSlots = async (
  transaction: Transaction,
  claims: readonly (PersonSlot & ChainKey)[],
): Promise<number> => {
  if (claims.length === 0) return 0;
  const { numAffectedRows } = await sql`
    insert into slot_claim (freelancer_id, slot, contract_id, device_id)
    select * from unnest(${claims.map(({ freelancerId }) => freelancerId)}::uuid[],
      ${claims.map(({ slot }) => slot)}::integer[], ${claims.map(({ contractId }) => contractId)}::uuid[],
      ${claims.map(({ deviceId }) => deviceId)}::uuid[]) as c (freelancer_id, slot, contract_id, device_id)
    order by freelancer_id, slot
    on conflict do nothing`.execute(transaction);
  return Number(numAffectedRows ?? 0n);
};

export interface ContractSlot {
  readonly contractId: string;
  readonly slot: number;
}

export const sumSlotMinutes = async (
  transaction: Transaction,
  slots: readonly ContractSlot[],
): Promise<readonly (ContractSlot & { readonly minutes: number })[]> => {
  if (slots.length === 0) return [];
  const { rows } = await sql<ContractSlot & { minutes: number }>`
    select contract_id as "contractId", slot, sum(minutes)::int as minutes from segment
    where (contract_id, slot) in (
      select * from unnest(${slots.map(({ contractId }) => contractId)}::uuid[],
        ${slots.map(({ slot }) => slot)}::integer[]))
    group by contract_id, slot`.execute(transaction);
  return rows;
};

export interface ContractWeek {
  readonly contractId: string;
  readonly weekStart: string;
}

export interface WeekMinutes extends ContractWeek {
  readonly minutes: number;
}

/** The weeks' minutes so far; nobody else adds to them until the end of the transaction. Locked in their order. */
export const lockWeekMinutes = async (
  transaction: Transaction,
  weeks: readonly (ContractWeek & Parties)[],
): Promise<readonly WeekMinutes[]> => {
  if (weeks.length === 0) return [];
  const contracts = weeks.map(({ contractId }) => contractId);
  const starts = weeks.map(({ weekStart }) => weekStart);
  await sql`
    insert into week_minutes (contract_id, week_start, freelancer_id, client_id, minutes)
    select contract_id, week_start, freelancer_id, client_id, 0
    from unnest(${contracts}::uuid[], ${starts}::date[], ${weeks.map(({ freelancerId }) => freelancerId)}::uuid[],
      ${weeks.map(({ clientId }) => clientId)}::uuid[]) as w (contract_id, week_start, freelancer_id, client_id)
    order by contract_id, week_start
    on conflict do nothing`.execute(transaction);
  const { rows } = await sql<WeekMinutes>`
    select contract_id as "contractId", week_start as "weekStart", minutes from week_minutes
    where (contract_id, week_start) in (select * from unnest(${contracts}::uuid[], ${starts}::date[]))
    order by contract_id, week_start
    for update`.execute(transaction);
  return rows;
};

/** Of weeks that this transaction has locked. */
export const setWeekMinutes = async (transaction: Transaction, weeks: readonly WeekMinutes[]): Promise<void> => {
  if (weeks.length === 0) return;
  await sql`
    update week_minutes w set minutes = n.minutes
    from unnest(${weeks.map(({ contractId }) => contractId)}::uuid[],
      ${weeks.map(({ weekStart }) => weekStart)}::date[], ${weeks.map(({ minutes }) => minutes)}::integer[])
      as n (contract_id, week_start, minutes)
    where w.contract_id = n.contract_id and w.week_start = n.week_start`.execute(transaction);
};
