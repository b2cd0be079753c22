// When a switch takes effect. The server bills a segment to one contract: another contract can begin without a minute
// lost only where a segment ends. Another run of the same contract can begin at any whole minute of the one before.
import { type ContractId, MINUTE_MS, slotEndMs, slotOf } from "@underseal/foundation";
import type { WorkMode } from "@underseal/protection";
import type { Agreement } from "../session/agreements.ts";
import { lastWholeMinuteMs, trackedMinutes } from "../session/records.ts";

export interface Work {
  readonly agreement: Agreement;
  readonly memo: string;
  /** As it was declared; it ends with the run. */
  readonly mode: WorkMode;
}

export interface Next {
  readonly work: Work;
  readonly atMs: number;
}

export interface Tracked {
  readonly contract: ContractId;
  readonly memo: string;
  /** Of the run that goes on. */
  readonly startedAtMs: number;
  /** Whose minutes of the present segment were recorded already; `null` where none were. */
  readonly claimant: ContractId | null;
}

/** An instant to come; or at once; or never, because that is what is tracked. */
export type SwitchTime = number | "now" | "never";

export const switchTime = (
  tracked: Tracked,
  wanted: { readonly contract: ContractId; readonly memo: string },
  nowMs: number,
): SwitchTime => {
  if (wanted.contract !== tracked.contract) {
    return keepsSegment(tracked, nowMs) ? slotEndMs(slotOf(nowMs)) : "now";
  }
  // A contract that is named again without a memo is to go on as it does.
  if (wanted.memo === "" || wanted.memo === tracked.memo) return "never";
  return lastWholeMinuteMs(tracked, nowMs) + MINUTE_MS;
};

/** Whether the present segment is, or would be by an end at once, billed to what is tracked. */
const keepsSegment = ({ contract, startedAtMs, claimant }: Tracked, nowMs: number): boolean =>
  claimant === null ? trackedMinutes(slotOf(nowMs), { fromMs: startedAtMs, toMs: nowMs }) > 0 : claimant === contract;
