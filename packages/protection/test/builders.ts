import {
  DEFAULT_PROTECTION_TERMS,
  type FundingState,
  type GuaranteeState,
  PROTECTION_VERSION,
  type ProtectionTerms,
  type SegmentFacts,
} from "../src/index.ts";

export const buildTerms = (changes: Partial<ProtectionTerms> = {}): ProtectionTerms => ({
  rulesVersion: PROTECTION_VERSION,
  profile: "sealed",
  isManualTimeAllowed: true,
  weeklyLimitMinutes: 2_400,
  hasDeposit: true,
  hasGuarantee: true,
  freelancerMayOpenSample: true,
  ...DEFAULT_PROTECTION_TERMS,
  ...changes,
});

export const buildWeek = (changes: Partial<SegmentFacts["week"]> = {}): SegmentFacts["week"] => ({
  minutesBefore: 0,
  latePermille: 0,
  capturelessPermille: 0,
  redactedPermille: 0,
  maskedPermille: 0,
  modeMinutes: { call: 0, reading: 0, whiteboard: 0 },
  ...changes,
});

export const buildFacts = (changes: Partial<SegmentFacts> = {}): SegmentFacts => ({
  minutes: 10,
  isManual: false,
  profile: "sealed",
  isContractActive: true,
  isDeviceEnrolled: true,
  isChainIntact: true,
  isSlotBilledElsewhere: false,
  captures: [{ isRegistered: true, redactedPermille: 0, maskedPermille: 0 }],
  neighbourCaptures: [],
  captureBracketMs: 10_000,
  recordDelayMs: 2_000,
  disclosure: "in-time",
  hasInput: true,
  hasChangedWork: false,
  mode: "working",
  week: buildWeek(),
  ...changes,
});

const buildGuarantee = (changes: Partial<GuaranteeState> = {}): GuaranteeState => ({
  areBothIdentified: true,
  isPaymentMethodVerified: true,
  isClientInGoodStanding: true,
  isInstrumentShared: false,
  exposures: [{ kind: "client", exposureMinor: 0n, capMinor: 50_000n }],
  ...changes,
});

/** A deposit without room, so that the guarantee decides. */
export const buildShortFunding = (changes: Partial<GuaranteeState> = {}): FundingState => ({
  deposit: "short",
  depositUsedPermille: 1_000,
  guarantee: buildGuarantee(changes),
});

export const FUNDED: FundingState = { deposit: "has-room", depositUsedPermille: 100, guarantee: null };
