import { z } from "zod";

// Every way in which the API says no: one stable code, the HTTP status, a sentence and what to do about it.
// Answers are `application/problem+json` (RFC 9457). Adding a code here adds it to the OpenAPI document.

interface ProblemDefinition {
  readonly status: number;
  readonly title: string;
  readonly remedy: string;
}

const define = <Code extends string>(definitions: Readonly<Record<Code, ProblemDefinition>>) => definitions;

export const problems = define({
  // The request itself
  INVALID_REQUEST: {
    status: 400,
    title: "The request is not of the documented form.",
    remedy: "Compare it with /openapi.json; `faults` names the fields.",
  },
  NOT_FOUND: {
    status: 404,
    title: "There is nothing here, or you may not see it.",
    remedy: "Check the address and who you are signed in as.",
  },
  BODY_TOO_LARGE: {
    status: 413,
    title: "The body is larger than this address accepts.",
    remedy: "Send less; the limit is in the documentation of the address.",
  },
  RATE_LIMITED: {
    status: 429,
    title: "Too many requests.",
    remedy: "Wait for the seconds in `Retry-After`, then go on.",
  },
  INTERNAL: {
    status: 500,
    title: "Something is wrong on our side.",
    remedy: "Try again; if it stays, give the operator the request id.",
  },
  UNAVAILABLE: {
    status: 503,
    title: "The server cannot do this right now.",
    remedy: "Try again in a few seconds; nothing was lost.",
  },
  // Who is asking
  NOT_SIGNED_IN: { status: 401, title: "You are not signed in.", remedy: "Sign in and try again." },
  DEVICE_SIGNATURE_INVALID: {
    status: 401,
    title: "The request is not signed by an enrolled device.",
    remedy: "Check the device's clock and that it is enrolled.",
  },
  DEVICE_REVOKED: { status: 403, title: "This device was revoked.", remedy: "Enrol the device again with a new code." },
  NOT_ALLOWED: { status: 403, title: "You may not do this.", remedy: "Ask the person whose contract it is." },
  FOREIGN_ORIGIN: {
    status: 403,
    title: "The request came from another site.",
    remedy: "Open Underseal at its own address.",
  },
  SETUP_LINK_INVALID: {
    status: 403,
    title: "This set-up link is not valid, or was used already.",
    remedy: "Restart the server to print a new one if there is no operator yet.",
  },
  // People, keys and devices
  SIGN_IN_FAILED: {
    status: 401,
    title: "This e-mail address and password do not belong together.",
    remedy: "Check both and try again.",
  },
  SIGN_UP_CLOSED: {
    status: 403,
    title: "This server does not let people make accounts by themselves.",
    remedy: "Ask its operator for an account.",
  },
  PUBLIC_KEY_INVALID: {
    status: 422,
    title: "The public key is not one that can be relied on.",
    remedy: "Make the account's keys again; the signing key must be a full-order Ed25519 point.",
  },
  KEYS_EXIST: {
    status: 409,
    title: "This account has published other keys already, or somebody else has published these.",
    remedy: "Open the account with its recovery code; do not make new keys.",
  },
  EMAIL_TAKEN: {
    status: 409,
    title: "There is an account with this e-mail address already.",
    remedy: "Sign in, or use another address.",
  },
  ENROLMENT_CODE_INVALID: {
    status: 403,
    title: "This device code is not valid, was used, or is too old.",
    remedy: "Make a new code in the web app.",
  },
  // Contracts
  TERMS_INVALID: { status: 422, title: "The terms cannot be used.", remedy: "`detail` says which rule they break." },
  TERMS_NOT_IN_FORCE: {
    status: 409,
    title: "No terms signed by both sides are in force.",
    remedy: "Both sides sign the terms first.",
  },
  CONTRACT_STATE_FORBIDS: {
    status: 409,
    title: "The contract's state does not allow this.",
    remedy: "`detail` says what the state is.",
  },
  // Statements (protocol §8, in the order of admission)
  ENVELOPE_INVALID: {
    status: 422,
    title: "The envelope is not a DSSE envelope of a known statement.",
    remedy: "Build it as docs/protocol.md §3 says.",
  },
  BODY_NOT_CANONICAL: {
    status: 422,
    title: "The body is not RFC 8785 JSON in its one canonical spelling.",
    remedy: "Sign and send the canonical bytes.",
  },
  SCHEMA_INVALID: {
    status: 422,
    title: "The statement has fields that do not fit its schema.",
    remedy: "`detail` names the first field.",
  },
  SIGNATURE_INVALID: {
    status: 422,
    title: "The signature does not fit the bytes, or is not strict Ed25519.",
    remedy: "Sign the exact bytes with the enrolled key.",
  },
  DEVICE_UNKNOWN: {
    status: 422,
    title: "No enrolled device has this key.",
    remedy: "Enrol the device, then send the record again.",
  },
  CHAIN_BROKEN: {
    status: 409,
    title: "The record does not follow the last one of this device and contract.",
    remedy: "Ask for the device's head and continue from there.",
  },
  SEQUENCE_TAKEN: {
    status: 409,
    title: "Another record of this device has this sequence number.",
    remedy: "Ask for the device's head; both records were kept.",
  },
  SLOT_TAKEN: {
    status: 409,
    title: "These minutes were recorded by another device or for another contract.",
    remedy: "Stop the other tracker; the first record stands.",
  },
  SLOT_IN_FUTURE: {
    status: 422,
    title: "The record is for a time that has not come yet.",
    remedy: "Set the device's clock.",
  },
  SLOT_LOCKED: {
    status: 409,
    title: "The week of this record is locked for this kind of change.",
    remedy: "Ask the client for a correction.",
  },
  WEEKLY_LIMIT_REACHED: {
    status: 409,
    title: "The weekly limit of the terms is reached.",
    remedy: "Ask the client to raise the limit.",
  },
  PROFILE_FORBIDS: {
    status: 422,
    title: "The contract's confidentiality profile forbids this record.",
    remedy: "Track with the profile both sides signed.",
  },
  RECORD_UNKNOWN: {
    status: 409,
    title: "The record refers to one that was not admitted.",
    remedy: "Send the earlier record first.",
  },
  RUN_BROKEN: {
    status: 409,
    title: "The record does not fit the run that it belongs to.",
    remedy: "`detail` says what does not fit; stop the run and start a new one.",
  },
  DISCLOSURE_FORBIDDEN: {
    status: 409,
    title: "This disclosure may not stand in the place of the one before it.",
    remedy: "Number it after the last one, and hide at least as much.",
  },
  BEACON_INVALID: {
    status: 422,
    title: "The record does not hold the beacon's signature of its round.",
    remedy: "Fetch the round from the beacon that the terms pin.",
  },
  NOT_DRAWN: {
    status: 409,
    title: "The capture's round was not drawn.",
    remedy: "Capture at the rounds that the beacon draws, and at no others.",
  },
  // Statements of people about records
  WEEK_NOT_OVER: {
    status: 409,
    title: "The week is not over, so its records are not all there.",
    remedy: "Sign it after Monday 00:00 UTC.",
  },
  WEEK_ROOT_MISMATCH: {
    status: 409,
    title: "The statement does not cover the records of the week.",
    remedy: "Read the week's records again; `detail` says their number and root.",
  },
  WEEK_STATEMENT_LATE: {
    status: 409,
    title: "The week is locked, and its records are signed for.",
    remedy: "Read the week's statement; it stays as it is.",
  },
  ACKNOWLEDGEMENTS_EXHAUSTED: {
    status: 409,
    title: "This disclosure was acknowledged in too many ways already.",
    remedy: "Leave it at the ones that are kept.",
  },
  // Blobs and bundles
  BUNDLE_TOO_LARGE: {
    status: 413,
    title: "The week does not fit into one bundle.",
    remedy: "Fetch its segments one by one.",
  },
  BLOB_UNKNOWN: {
    status: 404,
    title: "No admitted record names a blob with this digest.",
    remedy: "Send the disclosure first.",
  },
  BLOB_DIGEST_MISMATCH: {
    status: 422,
    title: "The bytes do not have the digest in the address.",
    remedy: "Send the same bytes that the disclosure names.",
  },
  // Money
  CARD_DECLINED: { status: 402, title: "The card was declined.", remedy: "Use another card, or ask the bank." },
  INSUFFICIENT_FUNDS: {
    status: 409,
    title: "There is not enough money in the account.",
    remedy: "Fund the deposit and try again.",
  },
  COMMAND_REUSED: {
    status: 409,
    title: "This command id was used with other inputs.",
    remedy: "Use a new id for a new command.",
  },
  WEEK_NOT_LOCKED: { status: 409, title: "The week is not locked yet.", remedy: "Wait for Monday 12:00 UTC." },
});

export type ProblemCode = keyof typeof problems;

export const problemCodes = Object.keys(problems) as readonly ProblemCode[];

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.enum(problemCodes as [ProblemCode, ...ProblemCode[]]),
    remedy: z.string(),
    detail: z.string().optional(),
    faults: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    requestId: z.string(),
  })
  .meta({ id: "Problem" });

export type Problem = z.infer<typeof problemSchema>;

/** What a service answers when it says no: the code, and a detail without content. */
export interface Refusal {
  readonly code: ProblemCode;
  readonly detail?: string;
}

export const refusal = (code: ProblemCode, detail?: string): Refusal =>
  detail === undefined ? { code } : { code, detail };
