// One week of one contract in one file, for whoever trusts none of us: every signed statement with its proof, the
// receipts, and the sealed blobs. The file is canonical JSON, so that one content has one spelling and every byte of
// it counts.
import { base64ToBytes, base64UrlToBytes } from "@underseal/foundation";
import { z } from "zod";
import { envelopeSchema } from "./envelope.ts";

export const BUNDLE_FORMAT = "underseal-bundle/1";
export const BUNDLE_MAX_BYTES = 512 * 1024 * 1024;

const TLOG_PROOF_MAX_CHARS = 64 * 1024;

const recordSchema = z.strictObject({
  envelope: envelopeSchema,
  /** The platform's signed arrival time. */
  arrival: envelopeSchema,
  /** C2SP tlog-proof: the entry's place in the log, up to a signed checkpoint. */
  proof: z.string().max(TLOG_PROOF_MAX_CHARS),
});

export type BundleRecord = z.infer<typeof recordSchema>;

export const bundleSchema = z.strictObject({
  format: z.literal(BUNDLE_FORMAT),
  contract: z.uuid(),
  /** Monday 00:00 UTC of the week, in Unix seconds. */
  week: z.int().min(0),
  /** Account statements of both parties. */
  accounts: z.array(envelopeSchema).max(100),
  /** Device certificates. */
  devices: z.array(envelopeSchema).max(100),
  /** The versions of the terms that the records name. */
  terms: z.array(envelopeSchema).max(100),
  /** Device records, by device and sequence number, without gaps. */
  records: z.array(recordSchema).max(100_000),
  /** One for each blob that the platform holds. */
  receipts: z.array(envelopeSchema).max(100_000),
  /** The sealed blobs (base64), by digest (base64url), in the order of their digests. */
  blobs: z
    .array(
      z.strictObject({
        digest: z.string().refine((text) => base64UrlToBytes(text)?.length === 32, "not a digest"),
        bytes: z.string().refine((text) => base64ToBytes(text) !== null, "not canonical base64"),
      }),
    )
    .max(100_000),
});

export type Bundle = z.infer<typeof bundleSchema>;
