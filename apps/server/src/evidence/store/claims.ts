// What a person and a week have room for: the rows under whose locks two racing records are told apart.
import type { ContractId, PersonId } from "@underseal/foundation";
import { sql } from "kysely";
import type { Transaction } from "../../platform/postgres/transact.ts";
import type { ChainKey } from "./chain.ts";
import type { Parties } from "./rows.ts";

/** Who has the slot of this person, if anybody. */
export const findSlotClaim = async (
  transaction: Transaction,
  freelancerId: PersonId,
  slot: number,
): Promise<{ readonly contractId: string; readonly deviceId: string } | null> => {
  const { rows } = await sql<{ contractId: string; deviceId: string }>`
    select contract_id as "contractId", device_id as "deviceId" from slot_claim
    where freelancer_id = ${freelancerId} and slot = ${slot}`.execute(transaction);
  return rows[0] ?? null;
};

/** Takes the slot unless somebody has it; waits for a racer that is about to. */
export const claimSlot = async (
  transaction: Transaction,
  freelancerId: PersonId,
  { slot, contractId, deviceId }: ChainKey & { readonly slot: number },
): Promise<void> => {
  await sql`
    insert into slot_claim (freelancer_id, slot, contract_id, device_id)
    values (${freelancerId}, ${slot}, ${contractId}, ${deviceId}) on conflict do nothing`.execute(transaction);
};

export const sumSlotMinutes = async (
  transaction: Transaction,
  contractId: ContractId,
  slot: number,
): Promise<number> => {
  const { rows } = await sql<{ minutes: number }>`
    select coalesce(sum(minutes), 0)::int as minutes from segment
    where contract_id = ${contractId} and slot = ${slot}`.execute(transaction);
  return rows[0]?.minutes ?? 0;
};

/** The week's minutes so far; nobody else adds to them until the end of the transaction. */
export const lockWeekMinutes = async (
  transaction: Transaction,
  contractId: ContractId,
  parties: Parties,
  weekStart: string,
): Promise<number> => {
  await sql`
    insert into week_minutes (contract_id, week_start, freelancer_id, client_id, minutes)
    values (${contractId}, ${weekStart}, ${parties.freelancerId}, ${parties.clientId}, 0)
    on conflict do nothing`.execute(transaction);
  const { rows } = await sql<{ minutes: number }>`
    select minutes from week_minutes where contract_id = ${contractId} and week_start = ${weekStart}
    for update`.execute(transaction);
  return rows[0]?.minutes ?? 0;
};

export const setWeekMinutes = async (
  transaction: Transaction,
  contractId: ContractId,
  week: { readonly weekStart: string; readonly minutes: number },
): Promise<void> => {
  await sql`
    update week_minutes set minutes = ${week.minutes}
    where contract_id = ${contractId} and week_start = ${week.weekStart}`.execute(transaction);
};
