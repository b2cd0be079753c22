import type { DeviceRecordName, Statement } from "@underseal/evidence";
import type { ContractId } from "@underseal/foundation";
import { sql } from "kysely";
import type { Transaction } from "../../platform/postgres/transact.ts";
import type { ChainKey } from "./chain.ts";
import { ARRIVAL_TYPE, envelopeOf, type Parties, type SignedRow } from "./rows.ts";

export type DeviceRecord = Statement<DeviceRecordName>;

/** An admitted record with the platform's signed arrival time, both as they were signed. */
export interface StoredRecord {
  readonly contractId: string;
  readonly hash: Uint8Array;
  readonly deviceId: string;
  readonly seq: number;
  readonly kind: DeviceRecordName;
  readonly termsHash: Uint8Array;
  readonly slot: number;
  readonly envelope: ReturnType<typeof envelopeOf>;
  readonly arrival: ReturnType<typeof envelopeOf>;
}

interface RecordRow extends SignedRow {
  readonly contractId: string;
  readonly hash: Uint8Array;
  readonly deviceId: string;
  readonly seq: bigint;
  readonly kind: DeviceRecordName;
  readonly termsHash: Uint8Array;
  readonly slot: number;
  readonly arrivalBody: Uint8Array;
  readonly arrivalKeyId: string;
  readonly arrivalSignature: Uint8Array;
}

const columns = sql.raw(`
  contract_id as "contractId", hash, device_id as "deviceId", seq, kind, terms_hash as "termsHash", slot,
  payload_type as "payloadType", body, key_id as "keyId", signature, arrival_body as "arrivalBody", arrival_key_id as "arrivalKeyId",
  arrival_signature as "arrivalSignature"`);

const recordOf = (row: RecordRow): StoredRecord => ({
  contractId: row.contractId,
  hash: row.hash,
  deviceId: row.deviceId,
  seq: Number(row.seq),
  kind: row.kind,
  termsHash: row.termsHash,
  slot: row.slot,
  envelope: envelopeOf(row),
  arrival: envelopeOf({
    payloadType: ARRIVAL_TYPE,
    body: row.arrivalBody,
    keyId: row.arrivalKeyId,
    signature: row.arrivalSignature,
  }),
});

/** A record by the contract it names and the hash of its body. */
export interface BodyKey {
  readonly contractId: ContractId;
  readonly bodyHash: Uint8Array;
}

/** A replay is known by its body alone: one body can be signed in many ways. */
export const findByBodies = async (
  transaction: Transaction,
  keys: readonly BodyKey[],
): Promise<readonly (StoredRecord & { readonly bodyHash: Uint8Array })[]> => {
  const { rows } = await sql<RecordRow & { bodyHash: Uint8Array }>`
    select ${columns}, body_hash as "bodyHash" from record
    where (contract_id, body_hash) in (
      select * from unnest(${keys.map(({ contractId }) => contractId)}::uuid[],
        ${keys.map(({ bodyHash }) => bodyHash)}::bytea[]))`.execute(transaction);
  return rows.map((row) => ({ ...recordOf(row), bodyHash: row.bodyHash }));
};

export interface RecordToStore extends ChainKey, Parties {
  readonly statement: DeviceRecord;
  readonly arrival: SignedRow;
  readonly slot: number;
  readonly termsHash: Uint8Array;
}

export const insertRecords = async (
  transaction: Transaction,
  records: readonly RecordToStore[],
  arrivedAtMs: number,
): Promise<void> => {
  if (records.length === 0) return;
  const column = <T>(pick: (record: RecordToStore) => T): T[] => records.map(pick);
  const signed = records.map(({ statement }) => signedRowOf(statement));
  await sql`
    insert into record (contract_id, device_id, seq, freelancer_id, client_id, kind, hash, body_hash, terms_hash, slot,
      payload_type, body, key_id, signature, arrival_body, arrival_key_id, arrival_signature, arrived_at)
    select *, ${new Date(arrivedAtMs)}::timestamptz from unnest(${column(({ contractId }) => contractId)}::uuid[],
      ${column(({ deviceId }) => deviceId)}::uuid[], ${column(({ statement }) => statement.body.seq)}::bigint[],
      ${column(({ freelancerId }) => freelancerId)}::uuid[], ${column(({ clientId }) => clientId)}::uuid[],
      ${column(({ statement }) => statement.name)}::text[], ${column(({ statement }) => statement.hash)}::bytea[],
      ${column(({ statement }) => statement.bodyHash)}::bytea[], ${column(({ termsHash }) => termsHash)}::bytea[],
      ${column(({ slot }) => slot)}::integer[], ${signed.map(({ payloadType }) => payloadType)}::text[],
      ${signed.map(({ body }) => body)}::bytea[], ${signed.map(({ keyId }) => keyId)}::text[],
      ${signed.map(({ signature }) => signature)}::bytea[], ${column(({ arrival }) => arrival.body)}::bytea[],
      ${column(({ arrival }) => arrival.keyId)}::text[],
      ${column(({ arrival }) => arrival.signature)}::bytea[])`.execute(transaction);
};

/** Of a statement with one signature, which is what devices and the platform make. */
export const signedRowOf = (statement: Statement): SignedRow => {
  const [first] = statement.signatures;
  if (first === undefined || statement.signatures.length > 1) {
    throw new Error("broken assumption: the statement has one signature");
  }
  return {
    payloadType: statement.envelope.payloadType,
    body: statement.bodyBytes,
    keyId: first.keyid,
    signature: first.signature,
  };
};

/** More of them prove nothing more, and would let a device fill the disk. */
const CONFLICTS_PER_CHAIN_MAX = 100;

/** Keeps the second body with a number that is taken, once, for an arbiter. */
export const keepConflict = async (
  transaction: Transaction,
  { contractId, deviceId, ...parties }: ChainKey & Parties,
  { statement, arrivedAtMs }: { readonly statement: DeviceRecord; readonly arrivedAtMs: number },
): Promise<void> => {
  const signed = signedRowOf(statement);
  await sql`
    insert into record_conflict (contract_id, device_id, seq, freelancer_id, client_id, body_hash, payload_type, body,
      key_id, signature, arrived_at)
    select ${contractId}, ${deviceId}, ${statement.body.seq}, ${parties.freelancerId}, ${parties.clientId},
      ${statement.bodyHash}, ${signed.payloadType}, ${signed.body}, ${signed.keyId}, ${signed.signature},
      ${new Date(arrivedAtMs)}
    where (select count(*) from record_conflict where contract_id = ${contractId} and device_id = ${deviceId})
      < ${CONFLICTS_PER_CHAIN_MAX}
    on conflict do nothing`.execute(transaction);
};

/** The records about one slot, with the starts of their runs, without disclosures that were replaced. */
export const listSlotRecords = async (
  transaction: Transaction,
  contractId: ContractId,
  { slot, limit }: { readonly slot: number; readonly limit: number },
): Promise<readonly StoredRecord[]> => {
  const { rows } = await sql<RecordRow>`
    select ${columns} from record r
    where contract_id = ${contractId} and (
      (slot = ${slot} and not (kind = 'disclosure' and exists (
        select from disclosure d join disclosure n on n.contract_id = d.contract_id
          and n.capture_hash = d.capture_hash and n.ver > d.ver
        where d.contract_id = ${contractId} and d.slot = ${slot} and d.hash = r.hash)))
      or (kind = 'start' and exists (
        select from segment s where s.contract_id = ${contractId} and s.slot = ${slot}
          and s.device_id = r.device_id and s.start_seq = r.seq)))
    order by device_id, seq limit ${limit}`.execute(transaction);
  return rows.map(recordOf);
};

export interface ChainRange {
  readonly deviceId: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

export const countRange = ({ firstSeq, lastSeq }: ChainRange): number => lastSeq - firstSeq + 1;

/**
 * For each device the part of its chain that concerns the slots [from, to): from the start of the first run that
 * reaches into them to the last record about them, or to the stop that reveals the seed behind their draws.
 */
export const listChainRanges = async (
  transaction: Transaction,
  contractId: ContractId,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly ChainRange[]> => {
  const { rows } = await sql<{ deviceId: string; firstSeq: bigint; lastSeq: bigint }>`
    with concerned as (
      select device_id, seq from record where contract_id = ${contractId} and slot >= ${from} and slot < ${to}
      union all
      select device_id, start_seq from segment
      where contract_id = ${contractId} and slot >= ${from} and slot < ${to} and start_seq is not null
      union all
      select device_id, start_seq from capture
      where contract_id = ${contractId} and slot >= ${from} and slot < ${to}
      union all
      select s.device_id, p.stop_seq from segment s
      join run_stop p on p.contract_id = s.contract_id and p.device_id = s.device_id and p.start_seq = s.start_seq
      where s.contract_id = ${contractId} and s.slot >= ${from} and s.slot < ${to}
    )
    select device_id as "deviceId", min(seq) as "firstSeq", max(seq) as "lastSeq"
    from concerned group by device_id order by device_id`.execute(transaction);
  return rows.map((row) => ({ deviceId: row.deviceId, firstSeq: Number(row.firstSeq), lastSeq: Number(row.lastSeq) }));
};

export const listRange = async (
  transaction: Transaction,
  contractId: ContractId,
  { deviceId, firstSeq, lastSeq }: ChainRange,
): Promise<readonly StoredRecord[]> => {
  const { rows } = await sql<RecordRow>`
    select ${columns} from record
    where contract_id = ${contractId} and device_id = ${deviceId} and seq between ${firstSeq} and ${lastSeq}
    order by seq`.execute(transaction);
  return rows.map(recordOf);
};
