import { type Refusal, refusal } from "@underseal/api";

export type BillingError =
  | { readonly code: "CONTRACT_UNKNOWN" }
  | { readonly code: "WEEK_UNKNOWN" }
  | { readonly code: "NOT_THE_CLIENT" }
  | { readonly code: "WEEK_NOT_LOCKED" };

export const billingRefusal = (error: BillingError): Refusal => {
  switch (error.code) {
    case "CONTRACT_UNKNOWN":
      return refusal("NOT_FOUND");
    case "WEEK_UNKNOWN":
      return refusal("NOT_FOUND", "Nothing was billed in this week.");
    case "NOT_THE_CLIENT":
      return refusal("NOT_ALLOWED", "Only the contract's client approves its weeks.");
    case "WEEK_NOT_LOCKED":
      return refusal("WEEK_NOT_LOCKED");
  }
};
