export { type Coverage, coverage, isBillable, type VerdictColour, verdictColour } from "./coverage.ts";
export {
  DEFAULT_HIDDEN_BUDGET,
  DEFAULT_PROTECTION_TERMS,
  DEPOSIT_LOW_PERMILLE,
  TIER_A_BRACKET_MAX_MS,
  TIER_A_RECORD_DELAY_MAX_MS,
  TIER_B_RECORD_DELAY_MAX_MS,
} from "./defaults.ts";
export {
  type CaptureFacts,
  type Exposure,
  type ExposureKind,
  type FundingState,
  type GuaranteeState,
  type HiddenBudget,
  PROFILES,
  PROTECTION_VERSION,
  type Profile,
  type ProtectionTerms,
  type SegmentFacts,
  type WeekFacts,
  WORK_MODES,
  type WorkMode,
} from "./facts.ts";
export { type Tier, tierOf } from "./guarantee.ts";
export { minutesWithinLimit } from "./limit.ts";
export {
  addModeMinutes,
  type DeclaredMode,
  type ModeAllowance,
  type ModeMinutes,
  modeAllowances,
  NO_MODE_MINUTES,
} from "./modes.ts";
export { REASON_CODES, type Reason, type ReasonCode } from "./reasons.ts";
export { REMEDY_CODES, type Remedy, type RemedyCode } from "./remedies.ts";
export { REASON_SENTENCES, REMEDY_SENTENCES, sentenceOfReason, sentenceOfRemedy } from "./sentences.ts";
