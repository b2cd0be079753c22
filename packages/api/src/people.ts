import { envelopeSchema } from "@underseal/evidence";
import { z } from "zod";
import { route } from "./route.ts";
import { digest, uuid } from "./values.ts";

// People: who they are, and the public half of the keys they sign and seal with. Sign-in, sign-out and the session
// are at /api/auth/*.

export const personKinds = ["client", "freelancer", "operator"] as const;

export const PASSWORD_MIN_CHARACTERS = 12;
const PASSWORD_MAX_CHARACTERS = 128;
const NAME_MAX_CHARACTERS = 100;
const SEED_BOX_MAX_CHARACTERS = 16 * 1024;

const personSchema = z
  .object({
    personId: uuid,
    name: z.string(),
    kind: z.enum(personKinds),
  })
  .meta({ id: "Person" });

export type PersonAnswer = z.infer<typeof personSchema>;

/** Post-quantum age recipients only: `age1pq1…`, about 1,960 characters of bech32. */
const ageRecipient = z.string().regex(/^age1pq1[02-9ac-hj-np-z]{1900,2000}$/);

/** A sealed box with the account seed: text that only one of the person's own keys opens. */
const seedBox = z.string().min(1).max(SEED_BOX_MAX_CHARACTERS);

const publicKeysSchema = z
  .object({
    personId: uuid,
    /** Counts from 1; a revocation makes a new one. */
    generation: z.int().min(1),
    /** Ed25519 public key, base64url. */
    sign: digest,
    seal: ageRecipient,
  })
  .meta({ id: "PublicKeys" });

export type PublicKeysAnswer = z.infer<typeof publicKeysSchema>;

/**
 * What opens a box. Never the password: the server sees it at every sign-in, so it could open the box too.
 */
export const seedBoxKinds = ["recovery", "device", "passkey"] as const;

const SEED_BOXES_MAX = 8;

const seedBoxes = z.array(z.object({ opensWith: z.enum(seedBoxKinds), box: seedBox })).max(SEED_BOXES_MAX);

const credentials = {
  email: z.email().max(254),
  password: z.string().min(PASSWORD_MIN_CHARACTERS).max(PASSWORD_MAX_CHARACTERS),
  name: z.string().trim().min(1).max(NAME_MAX_CHARACTERS),
};

export const peopleRoutes = {
  signUp: route({
    method: "POST",
    path: "/v1/sign-up",
    summary: "Make an account, where the operator lets people do so; then sign in at /api/auth/sign-in/email",
    access: "anyone",
    body: z.object({ ...credentials, kind: z.enum(["client", "freelancer"]) }),
    answer: personSchema,
    status: 201,
    problems: ["SIGN_UP_CLOSED", "EMAIL_TAKEN"],
  }),
  setUp: route({
    method: "POST",
    path: "/v1/setup",
    summary: "Create the operator, once, with the token of the set-up link",
    access: "anyone",
    body: z.object({ ...credentials, token: digest }),
    answer: personSchema,
    status: 201,
    problems: ["SETUP_LINK_INVALID", "EMAIL_TAKEN"],
  }),
  getMe: route({
    method: "GET",
    path: "/v1/me",
    summary: "Who is signed in, with their own keys",
    access: "person",
    answer: personSchema.extend({
      email: z.string(),
      /** `null` until the account's keys were made in the browser. */
      keys: publicKeysSchema.extend({ seedBoxes }).nullable(),
    }),
    problems: [],
  }),
  putMyKeys: route({
    method: "PUT",
    path: "/v1/me/keys",
    summary: "Publish the account's public keys, in a statement that they sign themselves; the same may be sent again",
    access: "person",
    body: z.object({ account: envelopeSchema, seedBoxes }),
    answer: publicKeysSchema,
    problems: [
      "ENVELOPE_INVALID",
      "BODY_NOT_CANONICAL",
      "SCHEMA_INVALID",
      "SIGNATURE_INVALID",
      "PUBLIC_KEY_INVALID",
      "NOT_ALLOWED",
      "KEYS_EXIST",
    ],
  }),
  getKeys: route({
    method: "GET",
    path: "/v1/people/:personId/keys",
    summary: "The public keys of a person",
    access: "person-or-device",
    params: z.object({ personId: uuid }),
    answer: publicKeysSchema,
    problems: ["NOT_FOUND"],
  }),
} as const;
