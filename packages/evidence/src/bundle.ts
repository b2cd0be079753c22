// One week of one contract in one file, for whoever trusts none of us: every signed statement with its proof, the
// receipts, and the sealed files. A manifest in canonical JSON, a zero byte, and the files one after the other: one
// content has one spelling, every byte counts, and reading it needs no second copy of the files.
import { assert, base64UrlToBytes, concatBytes, err, ok, type Result } from "@underseal/foundation";
import { z } from "zod";
import { type Envelope, envelopeSchema, readAnyStatement } from "./envelope.ts";
import { encodeCanonical, parseCanonical } from "./json.ts";

export const BUNDLE_FORMAT = "underseal-bundle/1";
export const BUNDLE_MAX_BYTES = 512 * 1024 * 1024;
export const BUNDLE_MANIFEST_MAX_BYTES = 128 * 1024 * 1024;

const TLOG_PROOF_MAX_CHARS = 64 * 1024;
const CONSISTENCY_HASHES_MAX = 128;
/** A week of rounds of one second, 48 bytes each in base64url. */
const ROUND_SIGNATURES_MAX_CHARS = 7 * 24 * 60 * 60 * 64;

const base64Url = (maxCharacters: number) =>
  z
    .string()
    .max(maxCharacters)
    .refine((text) => base64UrlToBytes(text) !== null, "not base64url");

const digest = base64Url(43).refine((text) => base64UrlToBytes(text)?.length === 32, "not a digest");

/** C2SP tlog-proof: the entry's place in the log, up to a signed checkpoint. */
const proof = z.string().max(TLOG_PROOF_MAX_CHARS);

const loggedSchema = z.strictObject({ envelope: envelopeSchema, proof });

const recordSchema = z.strictObject({
  envelope: envelopeSchema,
  /** The platform's signed arrival time. */
  arrival: envelopeSchema,
  proof,
});

export type BundleRecord = z.infer<typeof recordSchema>;

/** That the log of `newSize` entries continues that of `oldSize`. */
const consistencySchema = z.strictObject({
  oldSize: z.int().min(1),
  newSize: z.int().min(1),
  hashes: z.array(digest).max(CONSISTENCY_HASHES_MAX),
});

/** Signatures of the beacon's rounds `from`, `from + 1`, …, 48 bytes each, joined. */
const roundsSchema = z.strictObject({ from: z.int().min(1), signatures: base64Url(ROUND_SIGNATURES_MAX_CHARS) });

export const bundleSchema = z.strictObject({
  format: z.literal(BUNDLE_FORMAT),
  contract: z.uuid(),
  /** Monday 00:00 UTC of the week, in Unix seconds. */
  week: z.int().min(0),
  /** Account statements of both parties. */
  accounts: z.array(envelopeSchema).max(100),
  /** Device certificates. */
  devices: z.array(envelopeSchema).max(100),
  /** Of these devices, where their owner revoked them. */
  revocations: z.array(loggedSchema).max(100),
  /** The versions of the terms that the records name. */
  terms: z.array(loggedSchema).max(100),
  /** Device records, by device and sequence number, without gaps. */
  records: z.array(recordSchema).max(100_000),
  /** Second bodies that a device signed for a number that was taken: for an arbiter, never a verdict. */
  conflicts: z.array(envelopeSchema).max(10_000),
  /** What the client's software found in the files that disclosures name. */
  acknowledgements: z.array(envelopeSchema).max(100_000),
  /** All records of the week under one root; there may be none yet. */
  weekStatements: z.array(loggedSchema).max(1),
  /** One for each sealed file that the platform holds. */
  receipts: z.array(envelopeSchema).max(100_000),
  /** Between the checkpoints that the proofs here lead to, by size, each with the next. */
  consistency: z.array(consistencySchema).max(100_000),
  /** Every round of the runs that the beacon drew, so that a drawn round without a capture shows. */
  rounds: z.array(roundsSchema).max(10_000),
  /** The sealed files behind the manifest, by digest as text. */
  blobs: z.array(z.strictObject({ digest, bytes: z.int().min(1) })).max(100_000),
});

export type BundleManifest = z.infer<typeof bundleSchema>;

export interface BundleFile {
  readonly manifest: BundleManifest;
  /** In the order of `manifest.blobs`. */
  readonly blobs: readonly Uint8Array[];
}

export type BundleError = "BUNDLE_TOO_LARGE" | "BUNDLE_NOT_CANONICAL" | "BUNDLE_MALFORMED" | "BUNDLE_TRUNCATED";

/** Takes a bundle apart as hostile input; the files are views of the given bytes. */
export const readBundle = (bytes: Uint8Array): Result<BundleFile, BundleError> => {
  if (bytes.length > BUNDLE_MAX_BYTES) return err("BUNDLE_TOO_LARGE");
  const end = bytes.subarray(0, BUNDLE_MANIFEST_MAX_BYTES + 1).indexOf(0);
  if (end < 0) return err("BUNDLE_NOT_CANONICAL");
  const json = parseCanonical(bytes.subarray(0, end), { maxBytes: BUNDLE_MANIFEST_MAX_BYTES });
  if (!json.ok) return err("BUNDLE_NOT_CANONICAL");
  const manifest = bundleSchema.safeParse(json.value);
  if (!manifest.success) return err("BUNDLE_MALFORMED");
  const blobs: Uint8Array[] = [];
  let offset = end + 1;
  for (const blob of manifest.data.blobs) {
    blobs.push(bytes.subarray(offset, offset + blob.bytes));
    offset += blob.bytes;
  }
  return offset === bytes.length ? ok({ manifest: manifest.data, blobs }) : err("BUNDLE_TRUNCATED");
};

/**
 * The bytes of a manifest with the zero behind it. Brings everything into the order that the verifier asks for; it
 * must be of the documented form.
 */
export const encodeManifest = (manifest: BundleManifest): Uint8Array =>
  concatBytes(
    encodeCanonical({
      ...manifest,
      terms: sortBy(manifest.terms, ({ envelope }) => ["", numberIn(envelope, "version")]),
      records: sortBy(manifest.records, ({ envelope }) => [deviceIn(envelope), numberIn(envelope, "seq")]),
      consistency: sortBy(manifest.consistency, ({ oldSize }) => ["", oldSize]),
      rounds: sortBy(manifest.rounds, ({ from }) => ["", from]),
      blobs: sortBy(manifest.blobs, ({ digest }) => [digest, 0]),
    }),
    Uint8Array.of(0),
  );

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
