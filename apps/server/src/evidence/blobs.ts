// Sealed blobs: bytes that the platform cannot open. Only what an admitted disclosure names is taken, and a receipt is
// signed only when the bytes are durable: the platform must produce them, or pay.
import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { type Refusal, refusal } from "@underseal/api";
import { type Envelope, type Statement, signStatement } from "@underseal/evidence";
import {
  bytesToBase64Url,
  equalBytes,
  err,
  ok,
  type PersonId,
  type Result,
  reveal,
  SECOND_MS,
} from "@underseal/foundation";
import type { BlobError } from "../platform/blobs/blob-store.ts";
import { systemActor, transact } from "../platform/postgres/transact.ts";
import type { EvidenceDeps } from "./ports.ts";
import { findNamedBlob, findReceipt, insertReceipt, mayFetch, type NamedBlob } from "./store/blobs.ts";
import { decoded } from "./store/runs.ts";

export interface BlobUpload {
  /** Whose device sends it. */
  readonly personId: PersonId;
  /** Base64url, its form checked by the route. */
  readonly digest: string;
  readonly source: AsyncIterable<Uint8Array>;
}

export interface ReceiptAnswer {
  readonly receipt: Envelope;
}

/** Stores the blob and answers the receipt; sent again, the same receipt. */
export const putBlob = async (
  deps: EvidenceDeps,
  { personId, digest: digestText, source }: BlobUpload,
): Promise<Result<ReceiptAnswer, Refusal>> => {
  const digest = decoded(digestText);
  const found = await findUpload(deps, personId, digest);
  if (found === null) return err(refusal("BLOB_UNKNOWN"));
  if (found.receipt !== null) return ok({ receipt: found.receipt });
  const stored = await deps.blobs.put({ digest, source, maxBytes: found.named.sizeBytes });
  if (!stored.ok) return err(blobRefusals[stored.error.code]);
  if (stored.value.sizeBytes !== found.named.sizeBytes) return err(wrongSize);
  if (stored.value.outcome === "present") {
    const proven = await proveBytes(source, digest, found.named.sizeBytes);
    if (!proven.ok) return err(blobRefusals[proven.error]);
  }
  return ok({ receipt: await storeReceipt(deps, found.named, digest) });
};

interface Upload {
  readonly named: NamedBlob;
  readonly receipt: Envelope | null;
}

const findUpload = (deps: EvidenceDeps, personId: PersonId, digest: Uint8Array): Promise<Upload | null> =>
  transact(deps.database, systemActor, async (transaction) => {
    const named = await findNamedBlob(transaction, personId, digest);
    return named === null ? null : { named, receipt: await findReceipt(transaction, named.contractId, digest) };
  });

/**
 * Bytes that are stored already may be another contract's: whoever only knows their digest must not get a receipt for
 * them, and with it the right to fetch them.
 */
const proveBytes = async (
  source: AsyncIterable<Uint8Array>,
  digest: Uint8Array,
  sizeBytes: number,
): Promise<Result<null, BlobError["code"]>> => {
  const hash = createHash("sha256");
  let readBytes = 0;
  try {
    for await (const chunk of source) {
      readBytes += chunk.length;
      if (readBytes > sizeBytes) return err("TOO_LARGE");
      hash.update(chunk);
    }
  } catch {
    return err("INTERRUPTED");
  }
  return equalBytes(hash.digest(), digest) ? ok(null) : err("DIGEST_MISMATCH");
};

const wrongSize = refusal("BLOB_DIGEST_MISMATCH", "the disclosure names another length");

const blobRefusals: Readonly<Record<BlobError["code"], Refusal>> = {
  DIGEST_MISMATCH: refusal("BLOB_DIGEST_MISMATCH"),
  TOO_LARGE: wrongSize,
  INTERRUPTED: refusal("UNAVAILABLE", "the upload broke off"),
  STORE_FULL: refusal("UNAVAILABLE", "the server has no space left for blobs"),
};

const storeReceipt = async (deps: EvidenceDeps, named: NamedBlob, digest: Uint8Array): Promise<Envelope> => {
  const storedAtMs = deps.clock.now();
  const receipt = signReceipt(deps, named, { digest, storedAtMs });
  return await transact(deps.database, systemActor, async (transaction) => {
    await insertReceipt(transaction, named, { digest, receipt, storedAtMs });
    // Another request may have been first: both answer with the receipt that stands.
    return (await findReceipt(transaction, named.contractId, digest)) ?? receipt.envelope;
  });
};

const signReceipt = (
  { platformKey }: EvidenceDeps,
  { contractId, sizeBytes }: NamedBlob,
  { digest, storedAtMs }: { readonly digest: Uint8Array; readonly storedAtMs: number },
): Statement<"receipt"> =>
  signStatement(
    "receipt",
    {
      contract: contractId,
      digest: bytesToBase64Url(digest),
      bytes: sizeBytes,
      at: Math.floor(storedAtMs / SECOND_MS),
    },
    [reveal(platformKey.secretKey)],
  );

/** For the parties alone; whoever else asks learns nothing, not even that it exists. */
export const getBlob = async (
  deps: EvidenceDeps,
  personId: PersonId,
  digestText: string,
): Promise<Result<Readable, Refusal>> => {
  const digest = decoded(digestText);
  const isAllowed = await transact(deps.database, { kind: "person", personId }, (transaction) =>
    mayFetch(transaction, personId, digest),
  );
  const bytes = isAllowed ? await deps.blobs.get(digest) : null;
  return bytes === null ? err(refusal("BLOB_UNKNOWN")) : ok(bytes);
};
