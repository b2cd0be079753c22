// The bodies of all signed statements (protocol §3 and §5), as strict schemas: an unknown field is an error.
// Times are whole Unix seconds. Hashes, keys and nonces are base64url without padding.
import { base64UrlToBytes, isCurrency } from "@underseal/foundation";
import { z } from "zod";
import { BUCKETS_PERMILLE } from "./buckets.ts";
import { isRecipient } from "./keys.ts";
import { DEVICE_KEY_BYTES } from "./signing-keys.ts";

const bytes = (length: number) =>
  z
    .string()
    .max(Math.ceil((length * 4) / 3))
    .refine((text) => base64UrlToBytes(text)?.length === length, `not ${length} bytes of base64url`);

/** Ed25519, or P-256 where a security chip holds the key. */
const deviceKey = z
  .string()
  .max(Math.ceil((Math.max(...DEVICE_KEY_BYTES) * 4) / 3))
  .refine((text) => DEVICE_KEY_BYTES.includes(base64UrlToBytes(text)?.length ?? 0), "not 32 or 65 bytes of base64url");

const integer = (max: number) => z.int().min(0).max(max);

const UNIX_MAX = 2 ** 40;
const seconds = integer(UNIX_MAX);
const uuid = z.uuid().refine((text) => text === text.toLowerCase(), "not in lower case");
const LOG_POLICY_MAX_CHARACTERS = 4_096;
export const WEEK_RECORDS_MAX = 100_000;
const hash = bytes(32);
const nonce = bytes(32);
const bucket = z.union(BUCKETS_PERMILLE.map((permille) => z.literal(permille)));

/** An age post-quantum recipient (ML-KEM-768 + X25519), 1,959 characters. */
const recipient = z.string().length(1959).refine(isRecipient, "not a post-quantum age recipient");

/** 2^53-1 minor units is more than any account here will hold; JSON integers end there. */
const amountMinor = integer(Number.MAX_SAFE_INTEGER);
const currency = z.string().refine(isCurrency, "not an ISO 4217 currency");

/** The keys of a person, one generation; signed by the key it announces. */
const account = z.strictObject({
  person: uuid,
  generation: integer(1_000_000),
  sign: bytes(32),
  seal: recipient,
  at: seconds,
});

/** An enrolled device's key, signed by its owner's account key. */
const device = z.strictObject({
  person: uuid,
  generation: integer(1_000_000),
  device: uuid,
  sign: deviceKey,
  notBefore: seconds,
  notAfter: seconds,
});

/** From `at` on nothing that the device signs counts. Signed by its owner's account key. */
const revocation = z.strictObject({ person: uuid, generation: integer(1_000_000), device: uuid, at: seconds, nonce });

export const profiles = ["readable", "sealed", "local", "blind", "waived"] as const;
export const fundings = ["deposit", "deposit+card", "card"] as const;
/** From the most hidden to the least: what the freelancer's device withholds before anybody looks. */
export const redactionPolicies = ["structure", "strict", "matter", "open"] as const;
export type RedactionPolicy = (typeof redactionPolicies)[number];
export const modes = ["working", "call", "reading", "whiteboard"] as const;

const party = z.strictObject({ person: uuid, generation: integer(1_000_000), sign: bytes(32), seal: recipient });

/** The beacon that draws, pinned: whoever could exchange it could choose the moments. */
const beaconChain = z.strictObject({ publicKey: bytes(96), genesis: seconds, period: z.int().min(1).max(60) });

/** What both sides signed: the machine-enforced agreement. Signed by the client, then by the freelancer. */
const terms = z.strictObject({
  contract: uuid,
  version: z.int().min(1).max(10_000),
  /** The statement hash of the version before; 32 zero bytes in the first. */
  previous: hash,
  client: party,
  freelancer: party,
  validFrom: seconds,
  profile: z.enum(profiles),
  rate: z.strictObject({ amountMinor, currency }),
  feePermille: integer(500),
  weeklyLimitMinutes: integer(7 * 24 * 60),
  manualTime: z.boolean(),
  funding: z.enum(fundings),
  /** What the client puts down before work starts. */
  depositMinor: amountMinor,
  protection: z.literal("protection/1"),
  redaction: z.enum(redactionPolicies),
  /** Leaves of an evidence tree, the same for every capture: the count must not betray the layout. */
  treeSize: z.union([z.literal(1024), z.literal(2048), z.literal(4096)]),
  /** One capture per `odds` rounds of the beacon on average. */
  draw: z.strictObject({ odds: z.int().min(1).max(10_000), beacon: beaconChain }),
  /** Which log must hold the records, and who watches it: a C2SP tlog-policy without addresses. */
  log: z.string().max(LOG_POLICY_MAX_CHARACTERS),
  /** The platform's key for arrivals and receipts. */
  platform: bytes(32),
});

/** The round, with the beacon's signature in runs that are drawn by it. */
const beacon = z.strictObject({ round: z.int().min(1), sig: bytes(48).optional() });

const chained = {
  contract: uuid,
  terms: hash,
  device: uuid,
  seq: integer(Number.MAX_SAFE_INTEGER),
  /** The statement hash of the record before in this device's chain for this contract; 32 zero bytes in the first. */
  prev: hash,
  at: seconds,
  nonce,
} as const;

/** Drawn by the beacon, whose round it then holds, or by a seed that it commits to: never by both. */
const start = z
  .strictObject({ ...chained, beacon, drawC: hash.optional() })
  .refine((body) => (body.beacon.sig === undefined) === (body.drawC !== undefined), "either `sig` or `drawC`");

const capture = z.strictObject({ ...chained, beacon, root: hash, masked: bucket });

const segment = z.strictObject({
  ...chained,
  slot: integer(UNIX_MAX),
  minutes: integer(10),
  stop: z.boolean(),
  captures: z.array(hash).max(200),
  activity: integer(10),
  activityC: hash,
  work: z.boolean(),
  workC: hash,
  mode: z.enum(modes),
  manual: z.boolean(),
  /** The seed behind the draws of an offline run, revealed when it stops so that everyone can check each draw. */
  drawSeed: bytes(32).optional(),
});

const blob = z.strictObject({
  digest: hash,
  bytes: z
    .int()
    .min(1)
    .max(64 * 1024 * 1024),
});

/** Where the profile uploads nothing (`local`), neither file is named. */
const disclosure = z
  .strictObject({
    ...chained,
    capture: hash,
    ver: integer(1_000),
    mapC: hash,
    redacted: bucket,
    wrapC: hash,
    visible: blob.optional(),
    hidden: blob.optional(),
  })
  .refine((body) => (body.visible === undefined) === (body.hidden === undefined), "both files or neither");

export const acknowledgementVerdicts = ["ok", "UNDECRYPTABLE", "ROOT", "MAP", "CAP", "MISSING"] as const;

/** What the client's software found when it opened what a disclosure names. Signed by the client's account key. */
const acknowledgement = z.strictObject({
  contract: uuid,
  disclosure: hash,
  verdict: z.enum(acknowledgementVerdicts),
  at: seconds,
  nonce,
});

/** All device records of a week under one root. Signed by the freelancer's account key, else by the platform's. */
const week = z.strictObject({
  contract: uuid,
  /** Monday 00:00 UTC. */
  week: seconds,
  records: integer(WEEK_RECORDS_MAX),
  root: hash,
  at: seconds,
  nonce,
});

/** The platform's signed arrival time of a record: a slow log costs the freelancer nothing. */
const arrival = z.strictObject({ contract: uuid, statement: hash, at: seconds });

/** The platform holds these bytes durably: it must produce them, or pay. */
const receipt = z.strictObject({ contract: uuid, digest: hash, bytes: z.int().min(1), at: seconds });

export const statementSchemas = {
  account,
  device,
  terms,
  start,
  capture,
  segment,
  disclosure,
  arrival,
  receipt,
  revocation,
  acknowledgement,
  week,
} as const;

export type StatementName = keyof typeof statementSchemas;

export type StatementBody<Name extends StatementName> = Readonly<z.infer<(typeof statementSchemas)[Name]>>;

/** The records a device writes: one chain per device and contract. */
export const deviceRecordNames = ["start", "capture", "segment", "disclosure"] as const;

export type DeviceRecordName = (typeof deviceRecordNames)[number];
