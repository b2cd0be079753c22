// What people signed about records: acknowledgements and week statements; and the second bodies of devices.
import type { Envelope, PlacedRecord } from "@underseal/evidence";
import type { ContractId } from "@underseal/foundation";
import { sql } from "kysely";
import type { Transaction } from "../../platform/postgres/transact.ts";
import type { ChainRange } from "./records.ts";
import { envelopeOf, type Parties, type SignedRow } from "./rows.ts";
import type { SlotRange } from "./week.ts";

/** The disclosure with this hash, if the contract has it. */
export const findDisclosureRecord = async (
  transaction: Transaction,
  contractId: ContractId,
  hash: Uint8Array,
): Promise<{ readonly slot: number; readonly termsHash: Uint8Array } | null> => {
  const { rows } = await sql<{ slot: number; termsHash: Uint8Array }>`
    select slot, terms_hash as "termsHash" from record
    where contract_id = ${contractId} and hash = ${hash} and kind = 'disclosure'`.execute(transaction);
  return rows[0] ?? null;
};

export interface StoredAcknowledgement {
  readonly disclosureHash: Uint8Array;
  /** Counts from 1 for each disclosure. */
  readonly place: number;
  readonly verdict: string;
  readonly envelope: Envelope;
}

const acknowledgementColumns = sql`disclosure_hash as "disclosureHash", place, verdict, envelope`;

/** The finding with this body: one body can be signed in many ways. */
export const findAcknowledgementByBody = async (
  transaction: Transaction,
  contractId: ContractId,
  bodyHash: Uint8Array,
): Promise<StoredAcknowledgement | null> => {
  const { rows } = await sql<StoredAcknowledgement>`
    select ${acknowledgementColumns} from acknowledgement
    where contract_id = ${contractId} and body_hash = ${bodyHash}`.execute(transaction);
  return rows[0] ?? null;
};

/** The last finding about a disclosure. */
export const findNewestAcknowledgement = async (
  transaction: Transaction,
  contractId: ContractId,
  disclosureHash: Uint8Array,
): Promise<StoredAcknowledgement | null> => {
  const { rows } = await sql<StoredAcknowledgement>`
    select ${acknowledgementColumns} from acknowledgement
    where contract_id = ${contractId} and disclosure_hash = ${disclosureHash}
    order by place desc limit 1`.execute(transaction);
  return rows[0] ?? null;
};

/** False where somebody has just taken the place, or sent the same. */
export const insertAcknowledgement = async (
  transaction: Transaction,
  key: Parties & { readonly contractId: ContractId; readonly slot: number; readonly acknowledgedAt: Date },
  { disclosureHash, place, verdict, envelope }: StoredAcknowledgement,
): Promise<boolean> => {
  const { numAffectedRows } = await sql`
    insert into acknowledgement (contract_id, disclosure_hash, place, freelancer_id, client_id, slot, verdict, envelope,
      acknowledged_at)
    values (${key.contractId}, ${disclosureHash}, ${place}, ${key.freelancerId}, ${key.clientId}, ${key.slot},
      ${verdict}, ${JSON.stringify(envelope)}::jsonb, ${key.acknowledgedAt})
    on conflict do nothing`.execute(transaction);
  return numAffectedRows === 1n;
};

/** About disclosures of the slots [from, to), by disclosure in the order of its slot, then in that of the findings. */
export const listAcknowledgements = async (
  transaction: Transaction,
  contractId: ContractId,
  { from, to, max }: SlotRange & { readonly max: number },
): Promise<readonly StoredAcknowledgement[]> => {
  const { rows } = await sql<StoredAcknowledgement>`
    select ${acknowledgementColumns} from acknowledgement
    where contract_id = ${contractId} and slot >= ${from} and slot < ${to}
    order by slot, disclosure_hash, place limit ${max}`.execute(transaction);
  return rows;
};

/** The records of the slots [from, to) that arrived before the instant, in the order of the week's tree. */
export const listPlacedRecords = async (
  transaction: Transaction,
  contractId: ContractId,
  { from, to, before, max }: SlotRange & { readonly before: Date; readonly max: number },
): Promise<readonly PlacedRecord[]> => {
  const { rows } = await sql<Omit<PlacedRecord, "seq"> & { seq: bigint }>`
    select slot, device_id as device, seq, hash from record
    where contract_id = ${contractId} and slot >= ${from} and slot < ${to} and arrived_at < ${before}
    order by slot, device_id, seq limit ${max}`.execute(transaction);
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
};

/** The terms that records of these slots name. */
export const listNamedTerms = async (
  transaction: Transaction,
  contractId: ContractId,
  { from, to }: SlotRange,
): Promise<readonly Uint8Array[]> => {
  const { rows } = await sql<{ termsHash: Uint8Array }>`
    select distinct terms_hash as "termsHash" from record
    where contract_id = ${contractId} and slot >= ${from} and slot < ${to}`.execute(transaction);
  return rows.map(({ termsHash }) => termsHash);
};

export interface WeekKey {
  readonly contractId: ContractId;
  /** The date of its Monday. */
  readonly weekStart: string;
}

export interface StoredWeekStatement {
  /** Counts from 1; the last one stands. */
  readonly place: number;
  readonly signedBy: "freelancer" | "platform";
  readonly records: number;
  readonly root: Uint8Array;
  readonly envelope: Envelope;
}

export const findWeekStatement = async (
  transaction: Transaction,
  { contractId, weekStart }: WeekKey,
): Promise<StoredWeekStatement | null> => {
  const { rows } = await sql<StoredWeekStatement>`
    select place, signed_by as "signedBy", records, root, envelope from week_statement
    where contract_id = ${contractId} and week_start = ${weekStart} order by place desc limit 1`.execute(transaction);
  return rows[0] ?? null;
};

/** False where somebody has just taken the place. */
export const insertWeekStatement = async (
  transaction: Transaction,
  { contractId, weekStart, freelancerId, clientId, statedAt }: WeekKey & Parties & { readonly statedAt: Date },
  { place, signedBy, records, root, envelope }: StoredWeekStatement,
): Promise<boolean> => {
  const { numAffectedRows } = await sql`
    insert into week_statement (contract_id, week_start, place, freelancer_id, client_id, signed_by, records, root,
      envelope, stated_at)
    values (${contractId}, ${weekStart}, ${place}, ${freelancerId}, ${clientId}, ${signedBy}, ${records}, ${root},
      ${JSON.stringify(envelope)}::jsonb, ${statedAt})
    on conflict do nothing`.execute(transaction);
  return numAffectedRows === 1n;
};

export interface UnstatedWeek extends WeekKey, Parties {}

/**
 * The oldest week with minutes whose statement nobody has seen to, up to the week of this date; it stays locked until
 * the end of the transaction, and who asks at the same time gets another.
 */
export const lockUnstatedWeek = async (
  transaction: Transaction,
  { upTo, after }: { readonly upTo: string; readonly after: WeekKey | null },
): Promise<UnstatedWeek | null> => {
  const { rows } = await sql<UnstatedWeek>`
    select contract_id as "contractId", week_start as "weekStart", freelancer_id as "freelancerId",
      client_id as "clientId"
    from week_minutes
    where stated_at is null and week_start <= ${upTo}
      and (${after === null} or (week_start, contract_id) > (${after?.weekStart ?? upTo}::date,
        ${after?.contractId ?? null}::uuid))
    order by week_start, contract_id limit 1 for update skip locked`.execute(transaction);
  return rows[0] ?? null;
};

export const markStated = async (
  transaction: Transaction,
  { contractId, weekStart }: WeekKey,
  statedAt: Date,
): Promise<void> => {
  await sql`
    update week_minutes set stated_at = ${statedAt}
    where contract_id = ${contractId} and week_start = ${weekStart}`.execute(transaction);
};

export interface StoredConflict {
  readonly device: string;
  readonly seq: number;
  readonly admitted: Envelope;
  readonly admittedAtMs: number;
  /** The second body. */
  readonly refused: Envelope;
  readonly refusedAtMs: number;
}

interface ConflictRow extends SignedRow {
  readonly device: string;
  readonly seq: bigint;
  readonly arrivedAt: Date;
  readonly admittedType: string;
  readonly admittedBody: Uint8Array;
  readonly admittedKeyId: string;
  readonly admittedSignature: Uint8Array;
  readonly admittedAt: Date;
}

/** The newest second bodies, each with the record whose number it has. */
export const listConflicts = async (
  transaction: Transaction,
  contractId: ContractId,
  max: number,
): Promise<readonly StoredConflict[]> => {
  const { rows } = await sql<ConflictRow>`
    select c.device_id as device, c.seq, c.payload_type as "payloadType", c.body, c.key_id as "keyId", c.signature,
      c.arrived_at as "arrivedAt", r.payload_type as "admittedType", r.body as "admittedBody",
      r.key_id as "admittedKeyId", r.signature as "admittedSignature", r.arrived_at as "admittedAt"
    from record_conflict c
    join record r on r.contract_id = c.contract_id and r.device_id = c.device_id and r.seq = c.seq
    where c.contract_id = ${contractId}
    order by c.arrived_at desc, c.device_id, c.seq limit ${max}`.execute(transaction);
  return rows.map(conflictOf);
};

const conflictOf = (row: ConflictRow): StoredConflict => ({
  device: row.device,
  seq: Number(row.seq),
  admitted: envelopeOf({
    payloadType: row.admittedType,
    body: row.admittedBody,
    keyId: row.admittedKeyId,
    signature: row.admittedSignature,
  }),
  admittedAtMs: row.admittedAt.getTime(),
  refused: envelopeOf(row),
  refusedAtMs: row.arrivedAt.getTime(),
});

/** Second bodies with numbers of this part of a device's chain. */
export const listConflictsIn = async (
  transaction: Transaction,
  contractId: ContractId,
  { deviceId, firstSeq, lastSeq }: ChainRange,
): Promise<readonly Envelope[]> => {
  const { rows } = await sql<SignedRow>`
    select payload_type as "payloadType", body, key_id as "keyId", signature from record_conflict
    where contract_id = ${contractId} and device_id = ${deviceId} and seq between ${firstSeq} and ${lastSeq}
    order by seq, body_hash`.execute(transaction);
  return rows.map(envelopeOf);
};
