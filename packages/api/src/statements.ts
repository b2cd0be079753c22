import { acknowledgementVerdicts, envelopeSchema, WEEK_RECORDS_MAX } from "@underseal/evidence";
import { z } from "zod";
import { route } from "./route.ts";
import { contractParams, digest, instantMs, LIST_MAX, uuid, weekDate } from "./values.ts";

// What people sign about records: acknowledgements of what was disclosed, and the week under one root.

export const ACKNOWLEDGEMENTS_PER_WEEK_MAX = 100_000;

const weekParams = z.object({ contractId: uuid, week: weekDate });

const weekStatementSchema = z
  .object({
    /** Signed by the freelancer, or by the platform where the freelancer had not signed by the lock. */
    statement: envelopeSchema,
    signedBy: z.enum(["freelancer", "platform"]),
    /** C2SP tlog-proof; `null` until the entry is in a checkpoint. */
    proof: z.string().nullable(),
  })
  .meta({ id: "WeekStatement" });

export type WeekStatementAnswer = z.infer<typeof weekStatementSchema>;

/** What one record adds to the week's root. */
const weekRecordSchema = z.object({
  slot: z.int(),
  device: uuid,
  seq: z.int().min(0),
  /** Statement hash. */
  hash: digest,
});

export type WeekRecordAnswer = z.infer<typeof weekRecordSchema>;

/** Two bodies that one device signed with one number: for an arbiter. A restored backup makes this too. */
const conflictSchema = z
  .object({
    device: uuid,
    seq: z.int().min(0),
    admitted: envelopeSchema,
    admittedAtMs: instantMs,
    /** The second body, which was refused. */
    refused: envelopeSchema,
    refusedAtMs: instantMs,
  })
  .meta({ id: "Conflict" });

export type ConflictAnswer = z.infer<typeof conflictSchema>;

const STATEMENT_PROBLEMS = [
  "ENVELOPE_INVALID",
  "BODY_NOT_CANONICAL",
  "SCHEMA_INVALID",
  "SIGNATURE_INVALID",
  "NOT_ALLOWED",
  "NOT_FOUND",
] as const;

export const statementRoutes = {
  acknowledge: route({
    method: "POST",
    path: "/v1/contracts/:contractId/acknowledgements",
    summary: "Say what your software found in what a disclosure names; the same finding again does nothing",
    access: "person",
    params: contractParams,
    /** An `acknowledgement` statement, signed with the client's account key. */
    body: z.object({ acknowledgement: envelopeSchema }),
    /** The one that stands for this disclosure and verdict. */
    answer: z.object({ acknowledgement: envelopeSchema }),
    status: 201,
    problems: [...STATEMENT_PROBLEMS, "RECORD_UNKNOWN", "ACKNOWLEDGEMENTS_EXHAUSTED"],
  }),
  listAcknowledgements: route({
    method: "GET",
    path: "/v1/contracts/:contractId/weeks/:week/acknowledgements",
    summary: "The acknowledgements of a week's disclosures",
    access: "person-or-device",
    params: weekParams,
    answer: z.object({
      acknowledgements: z
        .array(
          z.object({ disclosure: digest, verdict: z.enum(acknowledgementVerdicts), acknowledgement: envelopeSchema }),
        )
        .max(ACKNOWLEDGEMENTS_PER_WEEK_MAX),
    }),
    problems: ["NOT_FOUND"],
  }),
  signWeek: route({
    method: "PUT",
    path: "/v1/contracts/:contractId/weeks/:week/statement",
    summary: "Sign the week's records under one root, before the lock; a newer statement takes the place of an older",
    access: "person",
    params: weekParams,
    /** A `week` statement, signed with the freelancer's account key. */
    body: z.object({ statement: envelopeSchema }),
    answer: weekStatementSchema,
    problems: [...STATEMENT_PROBLEMS, "WEEK_NOT_OVER", "WEEK_ROOT_MISMATCH", "WEEK_STATEMENT_LATE"],
  }),
  getWeekStatement: route({
    method: "GET",
    path: "/v1/contracts/:contractId/weeks/:week/statement",
    summary: "The statement that covers the week's records",
    access: "person-or-device",
    params: weekParams,
    answer: weekStatementSchema,
    problems: ["NOT_FOUND"],
  }),
  listWeekRecords: route({
    method: "GET",
    path: "/v1/contracts/:contractId/weeks/:week/records",
    summary: "What the week's root is made of: its records that had arrived before `at`",
    access: "person-or-device",
    params: weekParams,
    answer: z.object({
      /** By slot, device and number, as in the tree. */
      records: z.array(weekRecordSchema).max(WEEK_RECORDS_MAX),
      root: digest,
      /** The `at` of a statement over them, in Unix seconds: a minute ago, and never after the lock. */
      at: z.int(),
    }),
    problems: ["NOT_FOUND", "BUNDLE_TOO_LARGE"],
  }),
  listConflicts: route({
    method: "GET",
    path: "/v1/contracts/:contractId/conflicts",
    summary: "Second bodies that devices signed with a number that was taken, newest first; evidence, not a verdict",
    access: "person-or-device",
    params: contractParams,
    answer: z.object({ conflicts: z.array(conflictSchema).max(LIST_MAX) }),
    problems: ["NOT_FOUND"],
  }),
} as const;
