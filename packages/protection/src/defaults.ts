import type { HiddenBudget, ProtectionTerms } from "./facts.ts";

// The published numbers of `protection/1`. Those of the first group are terms, which two parties may sign otherwise;
// those of the second belong to the version and are the same for everybody.

export const DEFAULT_HIDDEN_BUDGET: HiddenBudget = {
  redactedSegmentMaxPermille: 500,
  redactedWeekMaxPermille: 300,
  maskedSegmentMaxPermille: 200,
  maskedWeekMaxPermille: 100,
};

export const DEFAULT_PROTECTION_TERMS: Pick<
  ProtectionTerms,
  "hiddenBudget" | "lateWeekMaxPermille" | "capturelessWeekMaxPermille" | "modeWeekMaxMinutes"
> = {
  hiddenBudget: DEFAULT_HIDDEN_BUDGET,
  lateWeekMaxPermille: 250,
  capturelessWeekMaxPermille: 100,
  modeWeekMaxMinutes: { call: 600, reading: 300, whiteboard: 300 },
};

/** Tier A: every capture bracketed this closely … */
export const TIER_A_BRACKET_MAX_MS = 60_000;
/** … and the segment record here this soon after its slot. */
export const TIER_A_RECORD_DELAY_MAX_MS = 5 * 60_000;
/** Tier B: later than tier A, but no later than this. */
export const TIER_B_RECORD_DELAY_MAX_MS = 12 * 60 * 60_000;
/** From here on the freelancer is told that the deposit runs low. */
export const DEPOSIT_LOW_PERMILLE = 800;
