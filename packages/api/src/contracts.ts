import { envelopeSchema } from "@underseal/evidence";
import { z } from "zod";
import { route } from "./route.ts";
import { contractParams, digest, instantMs, LIST_MAX, moneySchema, uuid } from "./values.ts";

export const contractStates = ["proposed", "active", "paused", "ended"] as const;

const partySchema = z.object({ personId: uuid, name: z.string() });

const contractSchema = z
  .object({
    contractId: uuid,
    state: z.enum(contractStates),
    client: partySchema,
    freelancer: partySchema,
    /** The newest version; signed by the client alone while proposed. */
    terms: envelopeSchema,
    /** Its statement hash, what both sides' phrase is made of. */
    termsHash: z.string(),
    /** What is left in the deposit, and how much of it is held for segments of weeks not locked yet. */
    deposit: z.object({ balance: moneySchema, held: moneySchema }),
    createdAtMs: instantMs,
  })
  .meta({ id: "Contract" });

export type ContractAnswer = z.infer<typeof contractSchema>;

const platformSchema = z
  .object({
    name: z.string(),
    /** The log's policy (C2SP tlog-policy without addresses), to be pinned in terms as it is. */
    log: z.string(),
    /** The beacon that draws, to be pinned in terms as it is. Its rounds are at `beaconPaths`. */
    beacon: z.object({ publicKey: z.string(), genesis: z.int(), period: z.int() }),
    /** The key that signs arrivals and receipts, base64url. */
    platform: z.string(),
    feePermille: z.int(),
    nowMs: instantMs,
  })
  .meta({ id: "Platform" });

export type PlatformAnswer = z.infer<typeof platformSchema>;

/** What a client needs of a freelancer to write terms: who it is, and the current keys. */
const freelancerSchema = z
  .object({
    personId: uuid,
    name: z.string(),
    generation: z.int().min(1),
    sign: digest,
    seal: z.string(),
  })
  .meta({ id: "Freelancer" });

export type FreelancerAnswer = z.infer<typeof freelancerSchema>;

export const contractRoutes = {
  findFreelancer: route({
    method: "GET",
    path: "/v1/people/lookup",
    summary: "A freelancer by the exact e-mail address, with the keys that terms name",
    access: "person",
    query: z.object({ email: z.email().max(254) }),
    answer: freelancerSchema,
    problems: ["NOT_FOUND"],
  }),
  getPlatform: route({
    method: "GET",
    path: "/v1/platform",
    summary: "The keys and settings that terms name",
    access: "anyone",
    answer: platformSchema,
    problems: [],
  }),
  proposeContract: route({
    method: "POST",
    path: "/v1/contracts",
    summary: "Propose a contract: its first terms, signed by the client; the same terms may be sent again",
    access: "person",
    body: z.object({ terms: envelopeSchema }),
    answer: contractSchema,
    status: 201,
    problems: [
      "ENVELOPE_INVALID",
      "BODY_NOT_CANONICAL",
      "SCHEMA_INVALID",
      "NOT_ALLOWED",
      "TERMS_INVALID",
      "SIGNATURE_INVALID",
      "COMMAND_REUSED",
    ],
  }),
  acceptContract: route({
    method: "POST",
    path: "/v1/contracts/:contractId/acceptance",
    summary: "Accept the proposed terms: the same bytes, signed by both sides",
    access: "person",
    params: contractParams,
    body: z.object({ terms: envelopeSchema }),
    answer: contractSchema,
    problems: [
      "ENVELOPE_INVALID",
      "BODY_NOT_CANONICAL",
      "SCHEMA_INVALID",
      "NOT_FOUND",
      "NOT_ALLOWED",
      "TERMS_INVALID",
      "SIGNATURE_INVALID",
      "CONTRACT_STATE_FORBIDS",
    ],
  }),
  listContracts: route({
    method: "GET",
    path: "/v1/contracts",
    summary: "The contracts you are a party of",
    access: "person-or-device",
    answer: z.object({ contracts: z.array(contractSchema).max(LIST_MAX) }),
    problems: [],
  }),
  getContract: route({
    method: "GET",
    path: "/v1/contracts/:contractId",
    summary: "One contract with its newest terms",
    access: "person-or-device",
    params: contractParams,
    answer: contractSchema,
    problems: ["NOT_FOUND"],
  }),
} as const;
