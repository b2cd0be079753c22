import type { ContractId, PersonId } from "@underseal/foundation";
import { sql } from "kysely";
import type { Transaction } from "../platform/postgres/transact.ts";
import type { DeclineReason } from "./provider.ts";
import type { FundingState } from "./states.ts";

// The only file that knows the columns of cards and fundings.

export interface Card {
  readonly id: string;
  readonly personId: PersonId;
  readonly provider: string;
  readonly providerCard: string;
  readonly brand: string;
  readonly last4: string;
  readonly createdAt: Date;
}

const cardColumns = sql`id, person_id as "personId", provider, provider_card as "providerCard", brand, last4,
  created_at as "createdAt"`;

export const insertCard = async (tx: Transaction, card: Card): Promise<void> => {
  await sql`insert into payment_card (id, person_id, provider, provider_card, brand, last4, created_at)
    values (${card.id}, ${card.personId}, ${card.provider}, ${card.providerCard}, ${card.brand}, ${card.last4},
      ${card.createdAt})`.execute(tx);
};

export const findCard = async (tx: Transaction, cardId: string): Promise<Card | null> => {
  const { rows } = await sql<Card>`select ${cardColumns} from payment_card where id = ${cardId}`.execute(tx);
  return rows[0] ?? null;
};

/** Oldest first. */
export const listCards = async (tx: Transaction, personId: PersonId, limit: number): Promise<readonly Card[]> => {
  const { rows } = await sql<Card>`
    select ${cardColumns} from payment_card where person_id = ${personId}
    order by created_at, id limit ${limit}`.execute(tx);
  return rows;
};

export interface FundingKey {
  readonly contractId: ContractId;
  /** The id of the command that asked for it. */
  readonly id: string;
}

export interface Funding extends FundingKey {
  readonly clientId: PersonId;
  readonly cardId: string;
  readonly currency: string;
  readonly amountMinor: bigint;
  readonly state: FundingState;
  readonly chargeId: string | null;
  readonly declineReason: DeclineReason | null;
  readonly attempts: number;
}

const fundingColumns = sql`contract_id as "contractId", id, client_id as "clientId", card_id as "cardId", currency,
  amount_minor as "amountMinor", state, charge_id as "chargeId", decline_reason as "declineReason", attempts`;

export type NewFunding = Omit<Funding, "state" | "chargeId" | "declineReason" | "attempts">;

export const insertFunding = async (
  tx: Transaction,
  funding: NewFunding,
  times: { readonly atMs: number; readonly nextAttemptAtMs: number },
): Promise<void> => {
  await sql`
    insert into deposit_funding (contract_id, id, client_id, card_id, currency, amount_minor, state, next_attempt_at)
    values (${funding.contractId}, ${funding.id}, ${funding.clientId}, ${funding.cardId}, ${funding.currency},
      ${funding.amountMinor}, 'requested', ${new Date(times.nextAttemptAtMs)})`.execute(tx);
  await insertEvent(tx, funding, "requested", times.atMs);
};

const insertEvent = async (tx: Transaction, key: FundingKey, toState: FundingState, atMs: number): Promise<void> => {
  await sql`insert into deposit_funding_event (contract_id, funding_id, to_state, occurred_at)
    values (${key.contractId}, ${key.id}, ${toState}, ${new Date(atMs)})`.execute(tx);
};

export const findFunding = async (tx: Transaction, key: FundingKey): Promise<Funding | null> => {
  const { rows } = await sql<Funding>`
    select ${fundingColumns} from deposit_funding
    where contract_id = ${key.contractId} and id = ${key.id}`.execute(tx);
  return rows[0] ?? null;
};

export interface FundingChange {
  readonly from: FundingState;
  readonly to: FundingState;
  readonly chargeId: string | null;
  readonly declineReason: DeclineReason | null;
  readonly atMs: number;
}

/** False where somebody else was faster: then nothing was written. */
export const changeFunding = async (tx: Transaction, key: FundingKey, change: FundingChange): Promise<boolean> => {
  const changed = await sql`
    update deposit_funding
    set state = ${change.to}, charge_id = ${change.chargeId}, decline_reason = ${change.declineReason}
    where contract_id = ${key.contractId} and id = ${key.id} and state = ${change.from}`.execute(tx);
  if (changed.numAffectedRows !== 1n) return false;
  await insertEvent(tx, key, change.to, change.atMs);
  return true;
};

/** Takes what is unfinished and due, and keeps other workers off it until the next attempt is due (doubling). */
export const claimFundings = async (
  tx: Transaction,
  claim: { readonly nowMs: number; readonly limit: number; readonly backoffMs: number; readonly backoffMaxMs: number },
): Promise<readonly FundingKey[]> => {
  const { rows } = await sql<FundingKey>`
    update deposit_funding f set attempts = f.attempts + 1,
      next_attempt_at = ${new Date(claim.nowMs)}::timestamptz + interval '1 millisecond'
        * least(${claim.backoffMs}::float8 * power(2, least(f.attempts, 30)), ${claim.backoffMaxMs}::float8)
    from (
      select contract_id, id from deposit_funding
      where state in ('requested', 'charged') and next_attempt_at <= ${new Date(claim.nowMs)}
      order by next_attempt_at limit ${claim.limit} for update skip locked
    ) due
    where f.contract_id = due.contract_id and f.id = due.id
    returning f.contract_id as "contractId", f.id`.execute(tx);
  return rows;
};
