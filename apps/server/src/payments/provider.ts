import type { Money, Redacted, Result } from "@underseal/foundation";

// What we ask of whoever holds the money. Every call carries a key of ours: the same key with the same inputs has its
// effect once, however often it is sent. So whoever got no answer asks again with the same key.

export interface ProviderCard {
  /** What the provider calls the card; the number itself is never ours. */
  readonly token: string;
  readonly brand: string;
  readonly last4: string;
}

/** The call may have had its effect, or not. */
export interface NoAnswer {
  readonly code: "NO_ANSWER";
}

/** The key was used with other inputs: a fault of ours. */
export interface KeyReused {
  readonly code: "KEY_REUSED";
}

export type DeclineReason = "declined" | "insufficient_funds";

export type CreateCardError = NoAnswer | KeyReused | { readonly code: "CARD_INVALID" };

export type ChargeError =
  | NoAnswer
  | KeyReused
  | { readonly code: "CARD_UNKNOWN" }
  | { readonly code: "CARD_DECLINED"; readonly reason: DeclineReason };

export type RefundError =
  | NoAnswer
  | KeyReused
  | { readonly code: "CHARGE_UNKNOWN" }
  /** More than is left of the charge. */
  | { readonly code: "REFUND_TOO_LARGE" };

export interface PaymentProvider {
  readonly name: string;
  createCard(card: {
    readonly key: string;
    readonly number: Redacted<string>;
  }): Promise<Result<ProviderCard, CreateCardError>>;
  charge(charge: {
    readonly key: string;
    readonly amount: Money;
    /** The card's token. */
    readonly card: string;
  }): Promise<Result<{ readonly chargeId: string }, ChargeError>>;
  /** Money goes back to where it came from, whole or in part. */
  refund(refund: {
    readonly key: string;
    readonly chargeId: string;
    readonly amount: Money;
  }): Promise<Result<{ readonly refundId: string }, RefundError>>;
}
