import { envelopeSchema } from "@underseal/evidence";
import { z } from "zod";
import { problemSchema } from "./problems.ts";
import { route } from "./route.ts";
import { contractParams, digest, instantMs, uuid, weekDate } from "./values.ts";

export const coverings = ["deposit", "guarantee", "none"] as const;
export const colours = ["green", "amber", "red"] as const;

const sentenceSchema = z.object({ code: z.string(), sentence: z.string() });

/** The verdict of the published rules about one segment, with its reasons and what to do. */
export const coverageSchema = z
  .object({
    version: z.string(),
    covered: z.enum(coverings),
    colour: z.enum(colours),
    reasons: z.array(sentenceSchema).max(32),
    remedies: z.array(sentenceSchema).max(32),
  })
  .meta({ id: "Coverage" });

export type CoverageAnswer = z.infer<typeof coverageSchema>;

const diaryCaptureSchema = z.object({
  /** Hash of the capture's statement. */
  capture: digest,
  atMs: instantMs,
  maskedPermille: z.int(),
  /** `null` until the freelancer has disclosed it. */
  disclosure: z
    .object({
      hash: digest,
      redactedPermille: z.int(),
      /** `null` where the profile uploads nothing. */
      visibleDigest: digest.nullable(),
      isStored: z.boolean(),
    })
    .nullable(),
});

const diarySegmentSchema = z
  .object({
    slot: z.int(),
    minutes: z.int(),
    activity: z.int(),
    manual: z.boolean(),
    mode: z.string(),
    captures: z.array(diaryCaptureSchema).max(200),
    coverage: coverageSchema,
  })
  .meta({ id: "DiarySegment" });

export type DiarySegment = z.infer<typeof diarySegmentSchema>;

/** A record as it was signed, with what proves when the platform had it. */
const loggedSchema = z.object({
  envelope: envelopeSchema,
  arrival: envelopeSchema,
  /** C2SP tlog-proof; `null` until the entry is in a checkpoint. */
  proof: z.string().nullable(),
});

export type LoggedAnswer = z.infer<typeof loggedSchema>;

/** As many records as one request may bring. */
export const STATEMENTS_MAX = 64;

const registeredSchema = z.union([z.object({ ok: loggedSchema }), z.object({ problem: problemSchema })]);

export type RegisteredAnswer = z.infer<typeof registeredSchema>;

/** A log that is slow has caught up by then. */
const PROOF_RETRY_SECONDS = 20;

const secondsUntilProven = (logged: readonly LoggedAnswer[]): number | null =>
  logged.some(({ proof }) => proof === null) ? PROOF_RETRY_SECONDS : null;

const RECORD_PROBLEMS = [
  "BEACON_INVALID",
  "NOT_DRAWN",
  "ENVELOPE_INVALID",
  "BODY_NOT_CANONICAL",
  "SCHEMA_INVALID",
  "SIGNATURE_INVALID",
  "DEVICE_UNKNOWN",
  "DEVICE_REVOKED",
  "TERMS_NOT_IN_FORCE",
  "CHAIN_BROKEN",
  "SEQUENCE_TAKEN",
  "SLOT_TAKEN",
  "SLOT_IN_FUTURE",
  "SLOT_LOCKED",
  "WEEKLY_LIMIT_REACHED",
  "PROFILE_FORBIDS",
  "RECORD_UNKNOWN",
  "RUN_BROKEN",
  "DISCLOSURE_FORBIDDEN",
] as const;

/** As many envelopes of the greatest length. */
const STATEMENTS_BODY_MAX_BYTES = 2 * 1024 * 1024;

export const BLOB_MAX_BYTES = 64 * 1024 * 1024;

export const evidenceRoutes = {
  registerStatement: route({
    method: "POST",
    path: "/v1/statements",
    summary: "Register a device record; answers with its arrival time and its proof in the log",
    access: "anyone",
    body: envelopeSchema,
    answer: loggedSchema,
    // The handler's own answer, which the schema above has checked.
    secondsUntilWhole: (answer) => secondsUntilProven([answer as LoggedAnswer]),
    problems: RECORD_PROBLEMS,
  }),
  registerStatements: route({
    method: "POST",
    path: "/v1/statements/batch",
    summary:
      "Register device records in their order, each answered for itself: what a device sends after being offline",
    access: "anyone",
    body: z.array(envelopeSchema).min(1).max(STATEMENTS_MAX),
    bodyMaxBytes: STATEMENTS_BODY_MAX_BYTES,
    answer: z.array(registeredSchema).max(STATEMENTS_MAX),
    // As above.
    secondsUntilWhole: (answer) =>
      secondsUntilProven((answer as RegisteredAnswer[]).flatMap((each) => ("ok" in each ? [each.ok] : []))),
    // Refusals of records stand in the answer.
    problems: [],
  }),
  getHead: route({
    method: "GET",
    path: "/v1/contracts/:contractId/head",
    summary: "The last record of this device for a contract",
    access: "device",
    params: contractParams,
    answer: z.object({ head: z.object({ seq: z.int(), hash: digest }).nullable() }),
    problems: ["NOT_FOUND"],
  }),
  putBlob: route({
    method: "PUT",
    path: "/v1/blobs/:digest",
    summary: "Store a sealed blob that an admitted disclosure names; answers with a signed receipt",
    access: "device",
    params: z.object({ digest }),
    body: "bytes",
    bodyMaxBytes: BLOB_MAX_BYTES,
    answer: z.object({ receipt: envelopeSchema }),
    status: 201,
    problems: ["BLOB_UNKNOWN", "BLOB_DIGEST_MISMATCH", "BODY_TOO_LARGE", "UNAVAILABLE"],
  }),
  getBlob: route({
    method: "GET",
    path: "/v1/blobs/:digest",
    summary: "A sealed blob of one of your contracts",
    access: "person-or-device",
    params: z.object({ digest }),
    answer: "bytes",
    problems: ["BLOB_UNKNOWN"],
  }),
  getDiary: route({
    method: "GET",
    path: "/v1/contracts/:contractId/diary",
    summary: "The segments of a week with their coverage",
    access: "person-or-device",
    params: contractParams,
    query: z.object({ week: weekDate }),
    answer: z.object({ week: weekDate, segments: z.array(diarySegmentSchema).max(1008) }),
    problems: ["NOT_FOUND"],
  }),
  getSegment: route({
    method: "GET",
    path: "/v1/contracts/:contractId/segments/:slot",
    summary: "Everything that is needed to check one segment",
    access: "person-or-device",
    params: contractParams.extend({ slot: z.coerce.number().int().min(0) }),
    answer: z
      .object({
        segment: diarySegmentSchema,
        terms: envelopeSchema,
        accounts: z.array(envelopeSchema).max(10),
        devices: z.array(envelopeSchema).max(10),
        /** The slot's segments with the starts of their runs, its captures, and the newest disclosure of each. */
        records: z.array(loggedSchema).max(500),
      })
      .meta({ id: "SegmentEvidence" }),
    problems: ["NOT_FOUND"],
  }),
  exportWeek: route({
    method: "GET",
    path: "/v1/contracts/:contractId/weeks/:week/bundle",
    summary: "One week as a bundle for the offline verifier",
    access: "person",
    params: z.object({ contractId: uuid, week: weekDate }),
    answer: "bytes",
    problems: ["NOT_FOUND", "BUNDLE_TOO_LARGE", "UNAVAILABLE"],
  }),
} as const;
