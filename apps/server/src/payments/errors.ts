import { type Refusal, refusal } from "@underseal/api";
import type { DeclineReason } from "./provider.ts";

export type PaymentError =
  | { readonly code: "CONTRACT_UNKNOWN" }
  | { readonly code: "NOT_THE_CLIENT" }
  | { readonly code: "CARD_UNKNOWN" }
  | { readonly code: "CARD_INVALID" }
  | { readonly code: "OTHER_CURRENCY"; readonly currency: string }
  | { readonly code: "AMOUNT_OUT_OF_RANGE"; readonly maxMinor: bigint }
  | { readonly code: "COMMAND_REUSED"; readonly commandId: string }
  | { readonly code: "CARD_DECLINED"; readonly reason: DeclineReason }
  | { readonly code: "PROVIDER_SILENT" };

const DECLINES: Readonly<Record<DeclineReason, string>> = {
  declined: "The card's bank declined the charge.",
  insufficient_funds: "There is not enough money on the card.",
};

export const paymentRefusal = (error: PaymentError): Refusal => {
  switch (error.code) {
    case "CONTRACT_UNKNOWN":
      return refusal("NOT_FOUND");
    case "NOT_THE_CLIENT":
      return refusal("NOT_ALLOWED", "Only the contract's client funds its deposit.");
    case "CARD_UNKNOWN":
      return refusal("NOT_FOUND", "You have no such card.");
    case "CARD_INVALID":
      return refusal("INVALID_REQUEST", "The sandbox takes only its own test cards, such as 4242 4242 4242 4242.");
    case "OTHER_CURRENCY":
      return refusal("INVALID_REQUEST", `The contract's deposit is in ${error.currency}.`);
    case "AMOUNT_OUT_OF_RANGE":
      return refusal("INVALID_REQUEST", `An amount is from 1 to ${error.maxMinor} minor units.`);
    case "COMMAND_REUSED":
      return refusal("COMMAND_REUSED");
    case "CARD_DECLINED":
      return refusal("CARD_DECLINED", DECLINES[error.reason]);
    case "PROVIDER_SILENT":
      return refusal("UNAVAILABLE", "The payment provider does not answer.");
  }
};
