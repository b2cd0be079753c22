import type { Envelope } from "@underseal/evidence";
import type { ContractId, PersonId } from "@underseal/foundation";
import { sql } from "kysely";
import type { Transaction } from "../platform/postgres/transact.ts";
import type { ContractEvent, ContractState } from "./states.ts";

// The only file that knows the columns of contracts. What a query finds depends on the transaction's actor.

export interface Contract {
  readonly contractId: ContractId;
  readonly clientId: PersonId;
  readonly freelancerId: PersonId;
  /** ISO 4217, of everything that is paid under it. */
  readonly currency: string;
  readonly state: ContractState;
  readonly createdAt: Date;
}

const columns = sql`contract.contract_id as "contractId", contract.client_id as "clientId",
  contract.freelancer_id as "freelancerId", contract.currency, contract.state, contract.created_at as "createdAt"`;

/** False where the id is taken, by whomever. */
export const insertContract = async (transaction: Transaction, contract: Contract): Promise<boolean> => {
  const { contractId, clientId, freelancerId, currency, state, createdAt } = contract;
  // Without a named key the conflict is found even with a row that the actor may not see.
  const { numAffectedRows } = await sql`
    insert into contract (contract_id, client_id, freelancer_id, currency, state, created_at)
    values (${contractId}, ${clientId}, ${freelancerId}, ${currency}, ${state}, ${createdAt})
    on conflict do nothing`.execute(transaction);
  return numAffectedRows === 1n;
};

export const findContract = async (transaction: Transaction, contractId: ContractId): Promise<Contract | null> =>
  (await sql<Contract>`select ${columns} from contract where contract_id = ${contractId}`.execute(transaction))
    .rows[0] ?? null;

export const lockContract = async (transaction: Transaction, contractId: ContractId): Promise<Contract | null> =>
  (
    await sql<Contract>`select ${columns} from contract where contract_id = ${contractId} for update`.execute(
      transaction,
    )
  ).rows[0] ?? null;

/** A contract with the envelope of its newest terms: both signatures once accepted, the client's alone before. */
export interface ContractWithTerms extends Contract {
  readonly envelope: Envelope;
}

const withTerms = sql`
  select ${columns}, coalesce(contract_terms.envelope, newest.envelope) as envelope
  from contract
  join lateral (
    select version, envelope from contract_proposal
    where contract_proposal.contract_id = contract.contract_id order by version desc limit 1
  ) as newest on true
  left join contract_terms on contract_terms.contract_id = contract.contract_id
    and contract_terms.version = newest.version`;

export const findWithTerms = async (
  transaction: Transaction,
  contractId: ContractId,
): Promise<ContractWithTerms | null> => {
  const { rows } = await sql<ContractWithTerms>`${withTerms} where contract.contract_id = ${contractId}`.execute(
    transaction,
  );
  return rows[0] ?? null;
};

export const listWithTerms = async (
  transaction: Transaction,
  personId: PersonId,
  max: number,
): Promise<readonly ContractWithTerms[]> => {
  const { rows } = await sql<ContractWithTerms>`${withTerms}
    where contract.client_id = ${personId} or contract.freelancer_id = ${personId}
    order by contract.created_at desc, contract.contract_id limit ${max}`.execute(transaction);
  return rows;
};

export interface TermsVersion {
  readonly contractId: ContractId;
  readonly version: number;
  readonly envelope: Envelope;
}

export const insertProposal = async (
  transaction: Transaction,
  { contractId, version, envelope }: TermsVersion,
  proposedAt: Date,
): Promise<void> => {
  await sql`
    insert into contract_proposal (contract_id, version, envelope, proposed_at)
    values (${contractId}, ${version}, ${JSON.stringify(envelope)}::jsonb, ${proposedAt})`.execute(transaction);
};

export interface AcceptedTerms extends TermsVersion {
  readonly termsHash: Uint8Array;
  readonly validFrom: Date;
  readonly acceptedAt: Date;
}

export const insertTerms = async (transaction: Transaction, terms: AcceptedTerms): Promise<void> => {
  const { contractId, version, envelope, termsHash, validFrom, acceptedAt } = terms;
  await sql`
    insert into contract_terms (contract_id, version, terms_hash, envelope, valid_from, accepted_at)
    values (${contractId}, ${version}, ${termsHash}, ${JSON.stringify(envelope)}::jsonb, ${validFrom}, ${acceptedAt})
  `.execute(transaction);
};

export interface TermsRow extends AcceptedTerms {
  /** When the next version begins; `null` while there is none. */
  readonly validUntil: Date | null;
}

const termsColumns = sql`contract_id as "contractId", version, terms_hash as "termsHash", envelope,
  valid_from as "validFrom", accepted_at as "acceptedAt",
  (select following.valid_from from contract_terms as following
    where following.contract_id = contract_terms.contract_id
      and following.version = contract_terms.version + 1) as "validUntil"`;

export const findTermsByHash = async (transaction: Transaction, termsHash: Uint8Array): Promise<TermsRow | null> =>
  (await sql<TermsRow>`select ${termsColumns} from contract_terms where terms_hash = ${termsHash}`.execute(transaction))
    .rows[0] ?? null;

/** When each of these terms stops being in force; without those that are not signed by both. */
export const listTermsEnds = async (
  transaction: Transaction,
  hashes: readonly Uint8Array[],
): Promise<readonly { readonly termsHash: Uint8Array; readonly validUntil: Date | null }[]> => {
  const { rows } = await sql<{ termsHash: Uint8Array; validUntil: Date | null }>`
    select t.terms_hash as "termsHash", following.valid_from as "validUntil"
    from contract_terms t
    left join contract_terms following
      on following.contract_id = t.contract_id and following.version = t.version + 1
    where t.terms_hash = any(${hashes}::bytea[])`.execute(transaction);
  return rows;
};

export const findNewestTerms = async (transaction: Transaction, contractId: ContractId): Promise<TermsRow | null> => {
  const { rows } = await sql<TermsRow>`
    select ${termsColumns} from contract_terms where contract_id = ${contractId} order by version desc limit 1`.execute(
    transaction,
  );
  return rows[0] ?? null;
};

/** From the state that was decided on; false where it has changed meanwhile. */
export const moveContract = async (
  transaction: Transaction,
  move: { readonly contractId: ContractId; readonly from: ContractState; readonly to: ContractState },
): Promise<boolean> => {
  const { numAffectedRows } = await sql`
    update contract set state = ${move.to} where contract_id = ${move.contractId} and state = ${move.from}`.execute(
    transaction,
  );
  return numAffectedRows === 1n;
};

export interface ContractMoved {
  readonly contractId: ContractId;
  readonly event: ContractEvent | "propose";
  readonly to: ContractState;
  /** `null`: the platform itself. */
  readonly by: PersonId | null;
  readonly occurredAt: Date;
}

/** The caller has locked or made the contract's row, so places are given one at a time. */
export const insertEvent = async (transaction: Transaction, moved: ContractMoved): Promise<void> => {
  const { contractId, event, to, by, occurredAt } = moved;
  await sql`
    insert into contract_event (contract_id, place, event, to_state, by_person, occurred_at)
    select ${contractId}, coalesce(max(place), 0) + 1, ${event}, ${to}, ${by}::uuid, ${occurredAt}
    from contract_event where contract_id = ${contractId}`.execute(transaction);
};

export const listMoves = async (
  transaction: Transaction,
  contractId: ContractId,
): Promise<readonly { readonly to: ContractState; readonly occurredAt: Date }[]> => {
  const { rows } = await sql<{ to: ContractState; occurredAt: Date }>`
    select to_state as "to", occurred_at as "occurredAt" from contract_event
    where contract_id = ${contractId} order by place`.execute(transaction);
  return rows;
};

/** The moves of these contracts, of each in their order. */
export const listMovesOfAll = async (
  transaction: Transaction,
  contractIds: readonly string[],
): Promise<readonly { readonly contractId: string; readonly to: ContractState; readonly occurredAt: Date }[]> => {
  const { rows } = await sql<{ contractId: string; to: ContractState; occurredAt: Date }>`
    select contract_id as "contractId", to_state as "to", occurred_at as "occurredAt" from contract_event
    where contract_id = any(${contractIds}::uuid[]) order by contract_id, place`.execute(transaction);
  return rows;
};
