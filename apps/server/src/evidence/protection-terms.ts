import { DEFAULT_PROTECTION_TERMS, type ProtectionTerms } from "@underseal/protection";
import type { SignedTerms } from "./ports.ts";

/** What the signed terms say to the coverage rules. Where this version of the terms is silent, the published defaults. */
export const protectionTermsOf = ({ body }: Pick<SignedTerms, "body">): ProtectionTerms => ({
  rulesVersion: body.protection,
  profile: body.profile,
  isManualTimeAllowed: body.manualTime,
  weeklyLimitMinutes: body.weeklyLimitMinutes,
  hasDeposit: body.funding !== "card",
  hasGuarantee: body.funding !== "deposit",
  // These terms have no clause about samples, and silence is no consent.
  freelancerMayOpenSample: false,
  ...DEFAULT_PROTECTION_TERMS,
});
