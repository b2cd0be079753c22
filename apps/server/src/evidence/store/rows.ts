// How signed bytes lie in rows: body and signature exactly as they came. The envelope is only their wrapping, and
// since its base64 has one spelling, wrapping them again gives the envelope that was sent.
import type { Envelope } from "@underseal/evidence";
import { bytesToBase64 } from "@underseal/foundation";

export interface SignedRow {
  readonly payloadType: string;
  readonly body: Uint8Array;
  readonly keyId: string;
  readonly signature: Uint8Array;
}

export const envelopeOf = ({ payloadType, body, keyId, signature }: SignedRow): Envelope => ({
  payloadType,
  payload: bytesToBase64(body),
  signatures: [{ keyid: keyId, sig: bytesToBase64(signature) }],
});

export const ARRIVAL_TYPE = "application/vnd.underseal.arrival.v1+json";
export const RECEIPT_TYPE = "application/vnd.underseal.receipt.v1+json";

/** Both sides of the contract, repeated in each row for row-level security. */
export interface Parties {
  readonly freelancerId: string;
  readonly clientId: string;
}
