// One week of one contract in one file, for whoever trusts none of us: every signed statement with its proof, the
// receipts, and the sealed files. A manifest in canonical JSON, a zero byte, and the files one after the other: one
// content has one spelling, every byte counts, and reading it needs no second copy of the files.
import { assert, base64UrlToBytes, concatBytes, err, ok, type Result } from "@underseal/foundation";
import { z } from "zod";
import { type Envelope, envelopeSchema, readAnyStatement } from "./envelope.ts";
import { encodeCanonical, type JsonValue, parseCanonical } from "./json.ts";

export const BUNDLE_FORMAT = "underseal-bundle/1";
export const BUNDLE_MAX_BYTES = 512 * 1024 * 1024;
export const BUNDLE_MANIFEST_MAX_BYTES = 128 * 1024 * 1024;

/** Bytes `,`, `[` and `{` in a manifest: no more values than these and one can come of it. A full one has fewer. */
export const MANIFEST_MARKS_MAX = 8_000_000;

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

/** How many items each list of a manifest may have. */
const LIST_LIMITS = {
  accounts: 100,
  devices: 100,
  revocations: 100,
  terms: 100,
  records: 100_000,
  conflicts: 10_000,
  acknowledgements: 100_000,
  weekStatements: 1,
  receipts: 100_000,
  consistency: 100_000,
  rounds: 10_000,
  blobs: 100_000,
} as const;

export const bundleSchema = z.strictObject({
  format: z.literal(BUNDLE_FORMAT),
  contract: z.uuid(),
  /** Monday 00:00 UTC of the week, in Unix seconds. */
  week: z.int().min(0),
  /** Account statements of both parties. */
  accounts: z.array(envelopeSchema).max(LIST_LIMITS.accounts),
  /** Device certificates. */
  devices: z.array(envelopeSchema).max(LIST_LIMITS.devices),
  /** Of these devices, where their owner revoked them. */
  revocations: z.array(loggedSchema).max(LIST_LIMITS.revocations),
  /** The versions of the terms that the records name. */
  terms: z.array(loggedSchema).max(LIST_LIMITS.terms),
  /** Device records, by device and sequence number, without gaps. */
  records: z.array(recordSchema).max(LIST_LIMITS.records),
  /** Second bodies that a device signed for a number that was taken: for an arbiter, never a verdict. */
  conflicts: z.array(envelopeSchema).max(LIST_LIMITS.conflicts),
  /** What the client's software found in the files that disclosures name. */
  acknowledgements: z.array(envelopeSchema).max(LIST_LIMITS.acknowledgements),
  /** All records of the week under one root; there may be none yet. */
  weekStatements: z.array(loggedSchema).max(LIST_LIMITS.weekStatements),
  /** One for each sealed file that the platform holds. */
  receipts: z.array(envelopeSchema).max(LIST_LIMITS.receipts),
  /** Between the checkpoints that the proofs here lead to, by size, each with the next. */
  consistency: z.array(consistencySchema).max(LIST_LIMITS.consistency),
  /** Every round of the runs that the beacon drew, so that a drawn round without a capture shows. */
  rounds: z.array(roundsSchema).max(LIST_LIMITS.rounds),
  /** The sealed files behind the manifest, by digest as text. */
  blobs: z.array(z.strictObject({ digest, bytes: z.int().min(1) })).max(LIST_LIMITS.blobs),
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
  // Before `JSON.parse`: short values take many times their bytes in memory.
  if (countMarks(bytes.subarray(0, end)) > MANIFEST_MARKS_MAX) return err("BUNDLE_MALFORMED");
  const json = parseCanonical(bytes.subarray(0, end), { maxBytes: BUNDLE_MANIFEST_MAX_BYTES });
  if (!json.ok) return err("BUNDLE_NOT_CANONICAL");
  const manifest = readManifest(json.value);
  if (manifest === null) return err("BUNDLE_MALFORMED");
  const blobs: Uint8Array[] = [];
  let offset = end + 1;
  for (const blob of manifest.blobs) {
    blobs.push(bytes.subarray(offset, offset + blob.bytes));
    offset += blob.bytes;
  }
  return offset === bytes.length ? ok({ manifest, blobs }) : err("BUNDLE_TRUNCATED");
};

const MARKS = new Set([0x2c, 0x5b, 0x7b]);

const countMarks = (bytes: Uint8Array): number => {
  let count = 0;
  for (const byte of bytes) if (MARKS.has(byte)) count += 1;
  return count;
};

/** The schema's answer, item by item: it would tell every fault of a hostile list, with an object for each. */
const readManifest = (value: JsonValue): BundleManifest | null => {
  if (typeof value !== "object" || Array.isArray(value)) return null;
  const entries = Object.entries(value);
  if (!entries.every(([key, list]) => isListOf(key, list))) return null;
  // What is no list, and that nothing is missing or added.
  const emptied = entries.map(([key, item]): [string, JsonValue] => [key, Array.isArray(item) ? [] : item]);
  if (!bundleSchema.safeParse(Object.fromEntries(emptied)).success) return null;
  // The schema changes nothing, and every part of the value has passed it.
  return value as unknown as BundleManifest;
};

const LISTS_MAX: ReadonlyMap<string, number> = new Map(Object.entries(LIST_LIMITS));
const itemSchemas: ReadonlyMap<string, z.ZodType> = new Map(
  Object.entries(bundleSchema.shape).flatMap(([key, schema]): [string, z.ZodType][] =>
    schema instanceof z.ZodArray ? [[key, schema.element as z.ZodType]] : [],
  ),
);

const isListOf = (key: string, list: JsonValue): boolean => {
  const schema = itemSchemas.get(key);
  if (schema === undefined || !Array.isArray(list)) return schema === undefined && !Array.isArray(list);
  return (
    list.length <= (LISTS_MAX.get(key) ?? 0) &&
    list.every((item: JsonValue) => hasShortLists(item) && schema.safeParse(item).success)
  );
};

/** No list in an item is longer than that of a consistency proof. */
const hasShortLists = (value: JsonValue): boolean => {
  if (typeof value !== "object") return true;
  const items: readonly JsonValue[] = Array.isArray(value) ? value : Object.values(value);
  return items.length <= CONSISTENCY_HASHES_MAX && items.every(hasShortLists);
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
