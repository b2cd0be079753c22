// What a coverage decision is made from: the signed terms, what the records say about one segment, and the money.
// Content is not among it: no title, no picture, no count of keys, only what the server is allowed to know.

/** The rules' version. A contract's terms pin one, so that later rules never reach back to earlier work. */
export const PROTECTION_VERSION = "protection/1";

/** From the most open to the most confidential. */
export const PROFILES = ["readable", "sealed", "local", "blind", "waived"] as const;

export type Profile = (typeof PROFILES)[number];

export const WORK_MODES = ["working", "call", "reading", "whiteboard"] as const;

export type WorkMode = (typeof WORK_MODES)[number];

/** How much may be hidden before the guarantee ends, as permille of the captured area (in force up to and including). */
export interface HiddenBudget {
  readonly redactedSegmentMaxPermille: number;
  readonly redactedWeekMaxPermille: number;
  readonly maskedSegmentMaxPermille: number;
  readonly maskedWeekMaxPermille: number;
}

/** The part of the signed terms that decides coverage. */
export interface ProtectionTerms {
  readonly rulesVersion: typeof PROTECTION_VERSION;
  readonly profile: Profile;
  readonly isManualTimeAllowed: boolean;
  readonly weeklyLimitMinutes: number;
  /** The client puts money down first. */
  readonly hasDeposit: boolean;
  /** The operator's own money may stand behind hours that no deposit covers. */
  readonly hasGuarantee: boolean;
  /** The freelancer may open the random sample to the arbiter without asking the client again. */
  readonly freelancerMayOpenSample: boolean;
  readonly hiddenBudget: HiddenBudget;
  /** Share of the week's segments that may arrive late (tier B) and still be guaranteed. */
  readonly lateWeekMaxPermille: number;
  /** Share of the week's segments that may go without captures although the profile has them. */
  readonly capturelessWeekMaxPermille: number;
  /** Minutes a week in which a declared mode stands in for input. */
  readonly modeWeekMaxMinutes: Readonly<Record<Exclude<WorkMode, "working">, number>>;
}

/** One drawn capture. A drawn capture that was never registered is listed too: it counts as wholly hidden. */
export interface CaptureFacts {
  readonly isRegistered: boolean;
  readonly redactedPermille: number;
  readonly maskedPermille: number;
}

/** The same segment's week so far, this segment included. */
export interface WeekFacts {
  /** Minutes billed in this week before this segment: the only number here that leaves the segment out. */
  readonly minutesBefore: number;
  readonly latePermille: number;
  readonly capturelessPermille: number;
  readonly redactedPermille: number;
  readonly maskedPermille: number;
  /** Minutes of segments that had neither input nor a changed work product, by the mode they declared. */
  readonly modeMinutes: Readonly<Record<Exclude<WorkMode, "working">, number>>;
}

export interface SegmentFacts {
  readonly minutes: number;
  readonly isManual: boolean;
  /** The segment's own profile: that of the terms, or a more confidential one. */
  readonly profile: Profile;
  readonly isContractActive: boolean;
  readonly isDeviceEnrolled: boolean;
  readonly isChainIntact: boolean;
  readonly isSlotBilledElsewhere: boolean;
  /** Captures the beacon drew in this segment. */
  readonly captures: readonly CaptureFacts[];
  /** Captures of the nearest segments of the run that had a draw: they speak for a segment without one. */
  readonly neighbourCaptures: readonly CaptureFacts[];
  /** Width of the widest time bracket among the segment's capture records. */
  readonly captureBracketMs: number;
  /** From the end of the slot to the arrival of the segment record; negative if the run stopped inside the slot. */
  readonly recordDelayMs: number;
  /** `pending` until the lock; then it was made in time or it was not. */
  readonly disclosure: "pending" | "in-time" | "missed";
  readonly hasInput: boolean;
  readonly hasChangedWork: boolean;
  readonly mode: WorkMode;
  readonly week: WeekFacts;
}

export type ExposureKind = "relationship" | "client" | "freelancer" | "instrument";

/** What the guarantee could have to pay, this segment included, and the most it would. Minor units, one currency. */
export interface Exposure {
  readonly kind: ExposureKind;
  readonly exposureMinor: bigint;
  readonly capMinor: bigint;
}

/** What only the guarantee asks about. */
export interface GuaranteeState {
  readonly areBothIdentified: boolean;
  readonly isPaymentMethodVerified: boolean;
  readonly isClientInGoodStanding: boolean;
  /** Client and freelancer share a card fingerprint or a device. */
  readonly isInstrumentShared: boolean;
  readonly exposures: readonly Exposure[];
}

export interface FundingState {
  /** `has-room`: the segment's whole amount can be held; `short`: part of it or nothing; `absent`: never funded. */
  readonly deposit: "has-room" | "short" | "absent";
  /** Held, this segment included, as a share of what is in the deposit: what was spent in weeks before is not in it. */
  readonly depositUsedPermille: number;
  /** `null` where the operator guarantees nothing. */
  readonly guarantee: GuaranteeState | null;
}
