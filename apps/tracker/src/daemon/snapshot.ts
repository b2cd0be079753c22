// What the daemon tells about itself: made anew for each look, from the local database alone, and without content, save
// the memo that the person wrote.
import { phraseOf } from "@underseal/evidence";
import { type ContractId, DAY_MS, slotEndMs, slotOf, weekStartOf } from "@underseal/foundation";
import {
  addModeMinutes,
  DEFAULT_PROTECTION_TERMS,
  type ModeAllowance,
  modeAllowances,
  NO_MODE_MINUTES,
  type WorkMode,
} from "@underseal/protection";
import { faultSentences } from "../reduction/faults.ts";
import type { ReviewCounts } from "../review/store.ts";
import type { Agreement } from "../session/agreements.ts";
import type { FaultCount } from "../session/faults.ts";
import type { TrackedSegment } from "../session/work-view.ts";
import type { Tracker } from "../tracker.ts";
import type { CommandName } from "./commands.ts";
import type { DaemonState } from "./states.ts";
import type { Next } from "./switching.ts";

/** What went wrong last, in a sentence. */
export interface Failure {
  readonly atMs: number;
  readonly message: string;
}

export interface ContractTime {
  readonly contract: ContractId;
  readonly clientName: string;
  /** Twelve words that the client's app shows too. */
  readonly phrase: string;
  readonly weeklyLimitMinutes: number;
  /** Whole minutes since midnight and since Monday, UTC. */
  readonly todayMinutes: number;
  readonly weekMinutes: number;
  /** What was worked on before, the latest first. */
  readonly memos: readonly string[];
  /** What is left of the week for segments in which a declared mode is the only sign of work. */
  readonly modes: readonly ModeAllowance[];
}

export interface Snapshot {
  readonly state: DaemonState;
  /** Since when; `null` where it never did anything else. */
  readonly sinceMs: number | null;
  /** The command that is being carried out. */
  readonly underWay: CommandName | null;
  /** Only while tracking: captures are drawn by a seed of this device, because the beacon cannot be had. */
  readonly isOffline: boolean;
  /** What is tracked, or goes on after the pause. */
  readonly contract: { readonly contract: ContractId; readonly clientName: string } | null;
  readonly memo: string;
  /** What was declared to be done; `null` where nothing is tracked or paused. */
  readonly mode: WorkMode | null;
  /** What is tracked from an instant to come on; until then, what is tracked now. */
  readonly next: {
    readonly atMs: number;
    readonly contract: ContractId;
    readonly clientName: string;
    readonly memo: string;
  } | null;
  /** Until then captures show nothing; `null`: they show what the terms allow. */
  readonly concealedUntilMs: number | null;
  /** While tracking in a segment that is billed to another contract: minutes count from its end on. */
  readonly billedElsewhere: { readonly clientName: string; readonly untilMs: number } | null;
  readonly contracts: readonly ContractTime[];
  readonly waiting: { readonly records: number; readonly blobs: number };
  /** Captures that wait for their review, those of them that are sent within a day, and those decided on and not gone yet. */
  readonly toReview: ReviewCounts;
  /** Records that the server refused, and those made on a restored backup: kept, and never sent. */
  readonly unsent: { readonly refused: number; readonly superseded: number };
  /** Whether the server answered the last time; `null` before that. */
  readonly isServerReached: boolean | null;
  /** Answers of the server that cannot be true. */
  readonly alarms: number;
  readonly faults: readonly {
    readonly shows: FaultCount["shows"];
    readonly rounds: number;
    readonly because: string;
  }[];
  readonly captures: readonly {
    readonly atMs: number;
    readonly clientName: string;
    readonly withheldPermille: number;
    readonly fallback: { readonly shows: "structure" | "nothing"; readonly because: string } | null;
    readonly isDisclosed: boolean;
  }[];
  readonly failure: Failure | null;
}

const CAPTURES_SHOWN = 12;
const MEMOS_SHOWN = 10;

/** What only the daemon's memory knows. */
export interface Doing
  extends Pick<
    Snapshot,
    "state" | "sinceMs" | "underWay" | "memo" | "mode" | "concealedUntilMs" | "isServerReached" | "failure"
  > {
  readonly agreement: Agreement | null;
  readonly next: Next | null;
  readonly known: readonly Agreement[];
}

type Source = Pick<Tracker, "work" | "counts" | "faults">;

export const takeSnapshot = ({ work, counts, faults }: Source, doing: Doing, nowMs: number): Snapshot => {
  const { agreement, next, known, ...told } = doing;
  const { pending, blobs, refused, superseded, alarms, toReview } = counts();
  const segments = work.segmentsSince(slotOf(weekStartOf(nowMs)));
  const nameOf = (contract: ContractId): string =>
    known.find((one) => one.contract === contract)?.clientName ?? contract;
  return {
    ...told,
    isOffline: told.state === "tracking" && (work.openRun()?.drawSeed ?? null) !== null,
    contract: agreement === null ? null : partyOf(agreement),
    next: next === null ? null : { atMs: next.atMs, ...partyOf(next.work.agreement), memo: next.work.memo },
    billedElsewhere: told.state === "tracking" ? billedElsewhere(work, agreement, { nameOf, nowMs }) : null,
    contracts: known.map((one) => ({
      ...contractTime(one, segments, nowMs),
      memos: work.newestMemos(one.contract, MEMOS_SHOWN),
    })),
    waiting: { records: pending, blobs },
    toReview,
    unsent: { refused, superseded },
    alarms,
    faults: faults().map(({ shows, rounds, code }) => ({ shows, rounds, because: faultSentences[code] })),
    captures: work.newestCaptures(CAPTURES_SHOWN).map(({ contract, fallback, ...seen }) => ({
      ...seen,
      clientName: nameOf(contract),
      fallback: fallback === null ? null : { shows: fallback.shows, because: faultSentences[fallback.code] },
    })),
  };
};

const billedElsewhere = (
  work: Source["work"],
  agreement: Agreement | null,
  { nameOf, nowMs }: { readonly nameOf: (contract: ContractId) => string; readonly nowMs: number },
): Snapshot["billedElsewhere"] => {
  const slot = slotOf(nowMs);
  const claimant = work.claimantOf(slot);
  if (claimant === null || claimant === agreement?.contract) return null;
  return { clientName: nameOf(claimant), untilMs: slotEndMs(slot) };
};

const partyOf = ({ contract, clientName }: Agreement) => ({ contract, clientName });

const contractTime = (
  { contract, clientName, terms }: Agreement,
  segments: readonly TrackedSegment[],
  nowMs: number,
): Omit<ContractTime, "memos"> => {
  const firstToday = slotOf(Math.floor(nowMs / DAY_MS) * DAY_MS);
  const own = segments.filter((segment) => segment.contract === contract);
  return {
    ...{ contract, clientName, phrase: phraseOf(terms.hash) },
    weeklyLimitMinutes: terms.body.weeklyLimitMinutes,
    todayMinutes: total(own.filter(({ slot }) => slot >= firstToday)),
    weekMinutes: total(own),
    modes: modeAllowances(DEFAULT_PROTECTION_TERMS, own.reduce(addModeMinutes, NO_MODE_MINUTES)),
  };
};

const total = (segments: readonly TrackedSegment[]): number => segments.reduce((sum, { minutes }) => sum + minutes, 0);

/** 80 of a hundred of the weekly limit are a warning, all of it is the end of what the terms pay. */
export const limitWarning = ({
  weekMinutes,
  weeklyLimitMinutes,
}: Pick<ContractTime, "weekMinutes" | "weeklyLimitMinutes">): "near" | "reached" | null => {
  if (weekMinutes >= weeklyLimitMinutes) return "reached";
  return weekMinutes * 10 >= weeklyLimitMinutes * 8 ? "near" : null;
};

/** `7 h 05 min` */
export const formatMinutes = (minutes: number): string =>
  minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
