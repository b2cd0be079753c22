import type { Statement } from "@underseal/evidence";
import { bytesToBase64Url, type PersonId } from "@underseal/foundation";
import { sql } from "kysely";
import type { Transaction } from "../../platform/postgres/transact.ts";
import { signedRowOf } from "./records.ts";
import { envelopeOf, type Parties, RECEIPT_TYPE, type SignedRow } from "./rows.ts";

/** A blob that a disclosure names which no later version of it replaced. */
export interface NamedBlob extends Parties {
  readonly contractId: string;
  readonly sizeBytes: number;
}

/** Which contract of the freelancer names the digest; if several do, the oldest that has no receipt for it yet. */
export const findNamedBlob = async (
  transaction: Transaction,
  freelancerId: PersonId,
  digest: Uint8Array,
): Promise<NamedBlob | null> => {
  const { rows } = await sql<Omit<NamedBlob, "sizeBytes"> & { sizeBytes: bigint }>`
    select contract_id as "contractId", freelancer_id as "freelancerId", client_id as "clientId",
      case when visible_digest = ${digest} then visible_bytes else hidden_bytes end as "sizeBytes"
    from disclosure d
    where freelancer_id = ${freelancerId} and (visible_digest = ${digest} or hidden_digest = ${digest})
      and ver = (select max(ver) from disclosure n
        where n.contract_id = d.contract_id and n.capture_hash = d.capture_hash)
    order by exists (select from blob_receipt b where b.contract_id = d.contract_id and b.digest = ${digest}),
      arrived_at, contract_id limit 1`.execute(transaction);
  const [row] = rows;
  return row === undefined ? null : { ...row, sizeBytes: Number(row.sizeBytes) };
};

/**
 * Whether the actor of this transaction may fetch the blob: the visible one of a current disclosure as a party, the
 * hidden one as the freelancer alone. Anybody can name any digest, so the receipt must be of the same contract: its
 * freelancer has sent those very bytes.
 */
export const mayFetch = async (transaction: Transaction, personId: PersonId, digest: Uint8Array): Promise<boolean> => {
  const { rows } = await sql`
    select from disclosure d
    where (visible_digest = ${digest} or (hidden_digest = ${digest} and freelancer_id = ${personId}))
      and (freelancer_id = ${personId} or client_id = ${personId})
      and exists (select from blob_receipt r where r.contract_id = d.contract_id and r.digest = ${digest})
      and ver = (select max(ver) from disclosure n
        where n.contract_id = d.contract_id and n.capture_hash = d.capture_hash)
    limit 1`.execute(transaction);
  return rows.length > 0;
};

export const findReceipt = async (transaction: Transaction, contractId: string, digest: Uint8Array) => {
  const { rows } = await sql<Omit<SignedRow, "payloadType">>`
    select body, key_id as "keyId", signature from blob_receipt
    where contract_id = ${contractId} and digest = ${digest}`.execute(transaction);
  return rows[0] === undefined ? null : envelopeOf({ payloadType: RECEIPT_TYPE, ...rows[0] });
};

/** Stores the receipt unless there is one; answers nothing, so that everybody reads the one that stands. */
export const insertReceipt = async (
  transaction: Transaction,
  named: NamedBlob,
  { digest, receipt, storedAtMs }: { digest: Uint8Array; receipt: Statement<"receipt">; storedAtMs: number },
): Promise<void> => {
  const { body, keyId, signature } = signedRowOf(receipt);
  await sql`
    insert into blob_receipt (contract_id, digest, freelancer_id, client_id, size_bytes, stored_at, body, key_id,
      signature)
    values (${named.contractId}, ${digest}, ${named.freelancerId}, ${named.clientId}, ${named.sizeBytes},
      ${new Date(storedAtMs)}, ${body}, ${keyId}, ${signature})
    on conflict do nothing`.execute(transaction);
};

export interface HeldBlob {
  readonly digest: Uint8Array;
  readonly sizeBytes: number;
  readonly receipt: ReturnType<typeof envelopeOf>;
}

/** The blobs that the platform holds for disclosures about the slots [from, to), in the order of their digests. */
export const listHeldBlobs = async (
  transaction: Transaction,
  contractId: string,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly HeldBlob[]> => {
  const { rows } = await sql<Omit<SignedRow, "payloadType"> & { digest: Uint8Array; sizeBytes: bigint }>`
    select digest, size_bytes as "sizeBytes", body, key_id as "keyId", signature from blob_receipt
    where contract_id = ${contractId} and digest in (
      select visible_digest from disclosure where contract_id = ${contractId} and slot >= ${from} and slot < ${to}
      union
      select hidden_digest from disclosure where contract_id = ${contractId} and slot >= ${from} and slot < ${to}
    )`.execute(transaction);
  const blobs = rows.map((row) => ({
    digest: row.digest,
    sizeBytes: Number(row.sizeBytes),
    receipt: envelopeOf({ payloadType: RECEIPT_TYPE, body: row.body, keyId: row.keyId, signature: row.signature }),
  }));
  // By the text that stands in the bundle, which does not sort as its bytes do.
  return blobs.toSorted((a, b) => (bytesToBase64Url(a.digest) < bytesToBase64Url(b.digest) ? -1 : 1));
};
