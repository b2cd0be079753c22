// One week of one contract in one file, for whoever trusts none of us: every signed statement with its proof, the
// receipts, and the sealed blobs. The file is canonical JSON, so that one content has one spelling and every byte of
// it counts.
import { assert, base64ToBytes, base64UrlToBytes } from "@underseal/foundation";
import { z } from "zod";
import { type Envelope, envelopeSchema, readAnyStatement } from "./envelope.ts";
import { encodeCanonical } from "./json.ts";

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
  /** The sealed blobs (base64), by digest (base64url), in the order of these digests as text. */
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

/**
 * The bytes of a bundle. Brings versions of the terms, records and blobs into the order that the verifier asks for;
 * everything in it must be of the documented form.
 */
export const encodeBundle = (bundle: Bundle): Uint8Array =>
  encodeCanonical({
    ...bundle,
    terms: sortBy(bundle.terms, (envelope) => ["", numberIn(envelope, "version")]),
    records: sortBy(bundle.records, ({ envelope }) => [deviceIn(envelope), numberIn(envelope, "seq")]),
    blobs: sortBy(bundle.blobs, ({ digest }) => [digest, 0]),
  });

const sortBy = <T>(items: readonly T[], keyOf: (item: T) => readonly [string, number]): T[] =>
  items
    .map((item) => ({ item, key: keyOf(item) }))
    .sort((a, b) => compare(a.key[0], b.key[0]) || compare(a.key[1], b.key[1]))
    .map(({ item }) => item);

const compare = <T extends string | number>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

const bodyOf = (envelope: Envelope): object => {
  const statement = readAnyStatement(envelope);
  assert(statement.ok, "a bundle is made of statements that were admitted");
  return statement.value.body;
};

const numberIn = (envelope: Envelope, field: "version" | "seq"): number => {
  const value = new Map<string, unknown>(Object.entries(bodyOf(envelope))).get(field);
  return typeof value === "number" ? value : 0;
};

const deviceIn = (envelope: Envelope): string => {
  const body = bodyOf(envelope);
  return "device" in body && typeof body.device === "string" ? body.device : "";
};
