import type { StatementBody } from "@underseal/evidence";
import { sql } from "kysely";
import type { Transaction } from "../../platform/postgres/transact.ts";
import type { CurrentDisclosure } from "../rules.ts";
import type { ChainKey } from "./chain.ts";
import type { ContractSlot } from "./claims.ts";
import type { Parties } from "./rows.ts";
import { decoded } from "./runs.ts";

/** A capture by the contract and its statement hash. */
export interface CaptureKey {
  readonly contractId: string;
  readonly hash: Uint8Array;
}

export interface FoundCapture extends CaptureKey {
  readonly deviceId: string;
  readonly startSeq: number;
  readonly slot: number;
  readonly termsHash: Uint8Array;
}

const hashColumns = (keys: readonly CaptureKey[]) => ({
  contracts: keys.map(({ contractId }) => contractId),
  hashes: keys.map(({ hash }) => hash),
});

export const findCaptures = async (
  transaction: Transaction,
  keys: readonly CaptureKey[],
): Promise<readonly FoundCapture[]> => {
  if (keys.length === 0) return [];
  const { contracts, hashes } = hashColumns(keys);
  const { rows } = await sql<Omit<FoundCapture, "startSeq"> & { startSeq: bigint }>`
    select contract_id as "contractId", hash, device_id as "deviceId", start_seq as "startSeq", slot,
      terms_hash as "termsHash"
    from capture where (contract_id, hash) in (
      select * from unnest(${contracts}::uuid[], ${hashes}::bytea[]))`.execute(transaction);
  return rows.map((row) => ({ ...row, startSeq: Number(row.startSeq) }));
};

/** How many captures these slots have. */
export const countCaptures = async (
  transaction: Transaction,
  slots: readonly ContractSlot[],
): Promise<readonly (ContractSlot & { readonly count: number })[]> => {
  if (slots.length === 0) return [];
  const { rows } = await sql<ContractSlot & { count: number }>`
    select contract_id as "contractId", slot, count(*)::int as count from capture
    where (contract_id, slot) in (
      select * from unnest(${slots.map(({ contractId }) => contractId)}::uuid[],
        ${slots.map(({ slot }) => slot)}::integer[]))
    group by contract_id, slot`.execute(transaction);
  return rows;
};

/** A sealed file by the contract that names it. */
export interface FileKey {
  readonly contractId: string;
  readonly digest: Uint8Array;
}

export interface NamedFile {
  readonly bytes: number;
  readonly isHeld: boolean;
}

/** Those of these that disclosures of their contract name, with the length that they name. */
export const findNamedFiles = async (
  transaction: Transaction,
  files: readonly FileKey[],
): Promise<readonly (FileKey & NamedFile)[]> => {
  if (files.length === 0) return [];
  const { rows } = await sql<FileKey & { bytes: bigint; isHeld: boolean }>`
    select f.contract_id as "contractId", f.digest, d.bytes,
      exists (select from blob_receipt b where b.contract_id = f.contract_id and b.digest = f.digest) as "isHeld"
    from unnest(${files.map(({ contractId }) => contractId)}::uuid[],
      ${files.map(({ digest }) => digest)}::bytea[]) as f (contract_id, digest)
    cross join lateral (
      (select visible_bytes as bytes from disclosure
        where contract_id = f.contract_id and visible_digest = f.digest limit 1)
      union all
      (select hidden_bytes from disclosure where contract_id = f.contract_id and hidden_digest = f.digest limit 1)
      limit 1) d`.execute(transaction);
  return rows.map((row) => ({ ...row, bytes: Number(row.bytes) }));
};

/** The newest disclosure of each of these captures. */
export const findDisclosures = async (
  transaction: Transaction,
  captures: readonly CaptureKey[],
): Promise<readonly (CaptureKey & CurrentDisclosure)[]> => {
  if (captures.length === 0) return [];
  const { contracts, hashes } = hashColumns(captures);
  const { rows } = await sql<CaptureKey & CurrentDisclosure>`
    select distinct on (contract_id, capture_hash) contract_id as "contractId", capture_hash as hash, ver,
      redacted_permille as "redactedPermille",
      not exists (
        select from unnest(array[visible_digest, hidden_digest]) as f (digest)
        where f.digest is not null and not exists (
          select from blob_receipt b where b.contract_id = disclosure.contract_id and b.digest = f.digest)) as "isHeld"
    from disclosure where (contract_id, capture_hash) in (
      select * from unnest(${contracts}::uuid[], ${hashes}::bytea[]))
    order by contract_id, capture_hash, ver desc`.execute(transaction);
  return rows;
};

export interface CaptureToStore extends ChainKey, Parties {
  readonly hash: Uint8Array;
  readonly termsHash: Uint8Array;
  readonly startSeq: number;
  readonly slot: number;
  readonly body: StatementBody<"capture">;
}

export const insertCaptures = async (
  transaction: Transaction,
  captures: readonly CaptureToStore[],
  arrivedAtMs: number,
): Promise<void> => {
  if (captures.length === 0) return;
  const column = <T>(pick: (capture: CaptureToStore) => T): T[] => captures.map(pick);
  await sql`
    insert into capture (contract_id, hash, device_id, seq, start_seq, freelancer_id, client_id, terms_hash, slot,
      round, taken_at_s, masked_permille, arrived_at)
    select *, ${new Date(arrivedAtMs)}::timestamptz from unnest(${column(({ contractId }) => contractId)}::uuid[],
      ${column(({ hash }) => hash)}::bytea[], ${column(({ deviceId }) => deviceId)}::uuid[],
      ${column(({ body }) => body.seq)}::bigint[], ${column(({ startSeq }) => startSeq)}::bigint[],
      ${column(({ freelancerId }) => freelancerId)}::uuid[], ${column(({ clientId }) => clientId)}::uuid[],
      ${column(({ termsHash }) => termsHash)}::bytea[], ${column(({ slot }) => slot)}::integer[],
      ${column(({ body }) => body.beacon.round)}::bigint[], ${column(({ body }) => body.at)}::bigint[],
      ${column(({ body }) => body.masked)}::integer[])`.execute(transaction);
};

export interface DisclosureToStore extends ChainKey, Parties {
  readonly hash: Uint8Array;
  readonly slot: number;
  readonly body: StatementBody<"disclosure">;
}

export const insertDisclosures = async (
  transaction: Transaction,
  disclosures: readonly DisclosureToStore[],
  arrivedAtMs: number,
): Promise<void> => {
  if (disclosures.length === 0) return;
  const column = <T>(pick: (disclosure: DisclosureToStore) => T): T[] => disclosures.map(pick);
  await sql`
    insert into disclosure (contract_id, capture_hash, ver, hash, device_id, freelancer_id, client_id, slot,
      redacted_permille, visible_digest, visible_bytes, hidden_digest, hidden_bytes, arrived_at)
    select *, ${new Date(arrivedAtMs)}::timestamptz from unnest(${column(({ contractId }) => contractId)}::uuid[],
      ${column(({ body }) => decoded(body.capture))}::bytea[], ${column(({ body }) => body.ver)}::integer[],
      ${column(({ hash }) => hash)}::bytea[], ${column(({ deviceId }) => deviceId)}::uuid[],
      ${column(({ freelancerId }) => freelancerId)}::uuid[], ${column(({ clientId }) => clientId)}::uuid[],
      ${column(({ slot }) => slot)}::integer[], ${column(({ body }) => body.redacted)}::integer[],
      ${column(({ body }) => digestOf(body.visible))}::bytea[],
      ${column(({ body }) => body.visible?.bytes ?? null)}::bigint[],
      ${column(({ body }) => digestOf(body.hidden))}::bytea[],
      ${column(({ body }) => body.hidden?.bytes ?? null)}::bigint[])`.execute(transaction);
};

const digestOf = (file: { readonly digest: string } | undefined): Uint8Array | null =>
  file === undefined ? null : decoded(file.digest);
