import { base64UrlToBytes } from "@underseal/foundation";
import { z } from "zod";

// The values that many addresses share.

export const uuid = z.uuid();

export const digest = z
  .string()
  .length(43)
  .refine((text) => base64UrlToBytes(text) !== null, "not 32 bytes of base64url");

/** A device's public key: Ed25519, or an uncompressed point of P-256. */
export const deviceKey = z
  .string()
  .max(87)
  .refine((text) => [32, 65].includes(base64UrlToBytes(text)?.length ?? 0), "not 32 or 65 bytes of base64url");

/** Whole minor units as a decimal string: JSON numbers would lose digits. */
export const moneySchema = z
  .object({ amountMinor: z.string().regex(/^-?\d{1,18}$/), currency: z.string().length(3) })
  .meta({ id: "Money" });

export type MoneyAnswer = z.infer<typeof moneySchema>;

/** Milliseconds since 1970, UTC. */
export const instantMs = z.int().min(0);

/** A week, by the date of its Monday. */
export const weekDate = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

export const LIST_MAX = 500;

export const contractParams = z.object({ contractId: uuid });
