// What is told of a review: a line of a list, and one capture tile by tile.
import { CONTEXT_INDEX, FIRST_TILE_INDEX, leafStates } from "@underseal/evidence";
import { type BoundedCache, bytesToBase64Url, type Clock, type ContractId, sha256 } from "@underseal/foundation";
import type { TileReason } from "../reduction/tile-reasons.ts";
import type { Reviewed } from "./reviewed.ts";
import { isDueSoon, isLocked, isWithheldByTerms, type LeafMap, type Proposal, type Shares, sharesOf } from "./rules.ts";
import type { ReviewState } from "./states.ts";

export interface ReviewSummary {
  /** Statement hash, base64url: the name of the capture in all calls. */
  readonly capture: string;
  readonly contract: ContractId;
  readonly slot: number;
  readonly state: ReviewState;
  /** Wall time in milliseconds: when it is sent by itself. */
  readonly deadlineMs: number;
  /** When the next thing happens to it: sent, or destroyed where it was dropped. Of no meaning at the end. */
  readonly dueAtMs: number;
  /** It waits, and less than a day is left. */
  readonly isDueSoon: boolean;
  readonly isEdited: boolean;
  /** Names how its tiles stand. An approval is of this and nothing later. */
  readonly revision: string;
  /** Of what would be sent if the freelancer approved now. */
  readonly shares: Shares;
}

export interface ReviewedTile {
  readonly state: "visible" | "redacted" | "masked";
  readonly proposed: "visible" | "redacted" | "masked";
  /** Why the policy withholds it, the gravest first; empty where it does not. */
  readonly reasons: readonly TileReason[];
  /** `free`; `locked`: shown only with `confirmLocked`; `never`: masked, or withheld by the terms themselves. */
  readonly reveal: "free" | "locked" | "never";
}

export interface ReviewDetail extends ReviewSummary {
  readonly memo: string;
  readonly columns: number;
  readonly rows: number;
  /** Row-major, `columns × rows`, each 64 × 64 pixels of the preview. */
  readonly tiles: readonly ReviewedTile[];
  /** Whether the window's title goes with it. */
  readonly showsTitle: boolean;
}

export interface Presenting {
  readonly clock: Pick<Clock, "now">;
  /** By stored map: a list is asked for every few seconds, and counts none of its tiles again. */
  readonly knownShares: BoundedCache<Shares>;
}

export const summaryOf = ({ clock, knownShares }: Presenting, found: Reviewed): ReviewSummary => {
  const { run, capture, review, stored } = found;
  return {
    capture: bytesToBase64Url(capture.hash),
    contract: run.contract,
    slot: capture.slot,
    state: review.state,
    deadlineMs: review.deadlineMs,
    dueAtMs: review.dueAtMs,
    isDueSoon: isDueSoon(review, clock.now()),
    isEdited: review.edited !== null,
    revision: revisionOf(found),
    shares: knownShares.get(stored, () => sharesOf(found.edited)),
  };
};

export const revisionOf = ({ stored }: Reviewed): string => bytesToBase64Url(sha256(stored));

export const detailOf = (deps: Presenting, found: Reviewed, proposal: Proposal): ReviewDetail => {
  const { run, review, edited } = found;
  const { columns, rows } = review;
  return {
    ...summaryOf(deps, found),
    ...{ memo: run.memo, columns, rows },
    tiles: Array.from({ length: columns * rows }, (_, tile) => tileOf(proposal, edited, tile)),
    showsTitle: edited[CONTEXT_INDEX] === leafStates.visible,
  };
};

const tileOf = ({ map, reasons, policy }: Proposal, edited: LeafMap, tile: number): ReviewedTile => {
  const because = reasons.get(tile) ?? [];
  const proposed = stateName(map, tile);
  const isNever = proposed === "masked" || isWithheldByTerms(because, policy);
  const reveal = isNever ? "never" : isLocked(because) ? "locked" : "free";
  return { state: stateName(edited, tile), proposed, reasons: because, reveal };
};

const stateName = (map: LeafMap, tile: number): ReviewedTile["state"] => {
  const state = map[FIRST_TILE_INDEX + tile];
  if (state === leafStates.masked) return "masked";
  return state === leafStates.visible ? "visible" : "redacted";
};
