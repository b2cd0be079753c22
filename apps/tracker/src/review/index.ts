// The review of captures before anything of them leaves the machine: the front door for whoever shows it. It holds no
// pixels: a picture goes from its child to the caller's stream, encoded.
import path from "node:path";
import type { Writable } from "node:stream";
import { CONTEXT_INDEX, decodeMap, encodeMap, FIRST_TILE_INDEX, leafStates } from "@underseal/evidence";
import {
  assert,
  base64UrlToBytes,
  bytesToBase64Url,
  type ContractId,
  DAY_MS,
  dateOf,
  err,
  ok,
  type Result,
  reveal,
  sha256,
  slotOf,
  slotStartMs,
} from "@underseal/foundation";
import { discloseCapture } from "../captures/disclose.ts";
import { type PreviewError, previewCapture } from "../captures/preview.ts";
import type { ChildFailure } from "../platform/ask-child.ts";
import type { TileReason } from "../reduction/tile-reasons.ts";
import { type DiscloserDeps, requestOf } from "../session/discloser.ts";
import type { ReviewableCapture } from "../session/store.ts";
import type { TermsInForce } from "../session/terms.ts";
import {
  applyEdit,
  canUndo,
  type Edit,
  type EditError,
  hideTiles,
  isDueSoon,
  isLocked,
  isWithheldByTerms,
  type LeafMap,
  mapToSend,
  type Proposal,
  type Shares,
  sharesOf,
} from "./rules.ts";
import { isOver, type ReviewState } from "./states.ts";
import type { StoredReview } from "./store.ts";

export type ReviewsDeps = Omit<DiscloserDeps, "onEvent"> & {
  /** How long an approval or a drop can be undone. */
  readonly undoMs?: number;
};

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
  /** Of the policy's proposal alone. */
  readonly proposedShares: Shares;
  /** Of what is sent if nobody says anything: the proposal, less what was hidden on top of it. */
  readonly automaticShares: Shares;
  /** Whether the window's title goes with it. */
  readonly showsTitle: boolean;
}

/** Lengths of the sealed files, and to whom each is sealed (ids of persons). Nobody else can open them. */
export interface Parcel {
  readonly visible: { readonly bytes: number; readonly recipients: readonly string[] };
  readonly hidden: { readonly bytes: number; readonly recipients: readonly string[] };
}

/**
 * - `CAPTURE_UNKNOWN`: no such capture, or it cannot be disclosed any more;
 * - `NOT_NOW`: its state does not allow it; what is approved or dropped must be undone first;
 * - `DEADLINE_PASSED`: what was undone now would be sent at once;
 * - `TERMS_UNKNOWN`: the terms of its run are not known on this device now;
 * - `SEGMENT_OPEN`: its ten minutes go on, and what goes with it is not known yet.
 */
export interface ReviewError {
  readonly code: "CAPTURE_UNKNOWN" | "NOT_NOW" | "DEADLINE_PASSED" | "TERMS_UNKNOWN" | "SEGMENT_OPEN";
}

export interface HiddenInDay {
  readonly hidden: number;
  readonly others: number;
}

export interface Reviews {
  /** Days (UTC, `2026-11-16`) with captures that wait, or are approved or dropped and not gone yet; ascending. */
  days(): readonly string[];
  /** Captures of a day (UTC), oldest first, also those that are sent or destroyed. Empty where it is no day. */
  list(day: string): readonly ReviewSummary[];
  find(capture: string): Result<ReviewDetail, ReviewError>;
  /** Of one that waits. All of it or nothing. */
  edit(capture: string, edit: Edit): Result<ReviewDetail, ReviewError | EditError>;
  /** Back to what the policy proposed. Of one that waits. */
  reset(capture: string): Result<ReviewDetail, ReviewError>;
  /**
   * Hides these tiles in every capture of the day that waits and has the same columns and rows. `others`: those of the day
   * that are still here, and are of another size or decided on already.
   */
  hideInDay(capture: string, tiles: readonly number[]): Result<HiddenInDay, ReviewError | EditError>;
  /** Those that wait and are still as they were seen; answers how many. */
  approve(seen: readonly Pick<ReviewSummary, "capture" | "revision">[]): number;
  /** Nothing of it is disclosed, and its picture is destroyed once it cannot be undone any more. The time stays. */
  drop(capture: string): Result<void, ReviewError>;
  /** An approval or a drop, until it is sent or destroyed. What was edited stays edited. */
  undo(capture: string): Result<void, ReviewError>;
  /** What would be sent now, and to whom. Takes a second: the files are made to be measured, and forgotten. */
  measure(capture: string): Promise<Result<Parcel, ReviewError | ChildFailure>>;
  /** The whole picture as PNG, withheld tiles too, masked ones black. Ends `output`, or destroys it on failure. */
  preview(capture: string, output: Writable): Promise<Result<void, ReviewError | PreviewError>>;
}

const UNDO_MS = 30_000;

export const createReviews = (deps: ReviewsDeps): Reviews => {
  const { undoMs = UNDO_MS } = deps;
  /** All of them or none. */
  const keep = (...edits: readonly (readonly [Reviewed, LeafMap])[]): void =>
    deps.outbox.transact(() => {
      for (const [{ capture }, map] of edits) deps.reviews.editMap(capture.hash, encodeMap(map));
    });
  const find: Reviews["find"] = (capture) => {
    const found = findCapture(deps, capture);
    return found.ok ? detailOf(deps, found.value) : found;
  };
  const findWaiting = (capture: string): Result<Reviewed, ReviewError> => {
    const found = findCapture(deps, capture);
    return found.ok && found.value.review.state !== "waiting" ? err({ code: "NOT_NOW" }) : found;
  };
  // Each starts a program: one after the other.
  let measured: Promise<unknown> = Promise.resolve();
  return {
    days: () => [...new Set(deps.store.slotsToReview().map((slot) => dateOf(slotStartMs(slot))))],
    list: (day) => capturesOfDay(deps, day).map((found) => summaryOf(deps, found)),
    find,
    edit: (capture, edit) => {
      const found = findWaiting(capture);
      if (!found.ok) return found;
      const proposal = proposalOf(deps, found.value);
      if (!proposal.ok) return proposal;
      const edited = applyEdit(proposal.value, found.value.edited, edit);
      if (!edited.ok) return edited;
      keep([found.value, edited.value]);
      return find(capture);
    },
    reset: (capture) => {
      const found = findWaiting(capture);
      if (!found.ok) return found;
      keep([found.value, found.value.proposed]);
      return find(capture);
    },
    hideInDay: (capture, tiles) => {
      const model = findCapture(deps, capture);
      if (!model.ok) return model;
      const { review, capture: taken } = model.value;
      const present = capturesOfDay(deps, dateOf(slotStartMs(taken.slot))).filter(
        (found) => !isOver(found.review.state),
      );
      const alike = present.filter(
        ({ review: { state, columns, rows } }) =>
          state === "waiting" && columns === review.columns && rows === review.rows,
      );
      const edits: (readonly [Reviewed, LeafMap])[] = [];
      for (const found of alike) {
        const hidden = hideTiles(found.review, found.edited, tiles);
        if (!hidden.ok) return hidden;
        edits.push([found, hidden.value]);
      }
      keep(...edits);
      return ok({ hidden: alike.length, others: present.length - alike.length });
    },
    approve: (seen) => {
      const dueAtMs = deps.clock.now() + undoMs;
      const isApproved = ({ capture, revision }: (typeof seen)[number]): boolean => {
        const found = findCapture(deps, capture);
        if (!found.ok || found.value.review.state !== "waiting" || revisionOf(found.value) !== revision) return false;
        return deps.reviews.move(found.value.capture.hash, "approve", dueAtMs);
      };
      return deps.outbox.transact(() => seen.filter(isApproved).length);
    },
    drop: (capture) => {
      const found = findCapture(deps, capture);
      if (!found.ok) return found;
      const dueAtMs = deps.clock.now() + undoMs;
      const moved = deps.outbox.transact(() => deps.reviews.move(found.value.capture.hash, "drop", dueAtMs));
      return moved ? ok(undefined) : err({ code: "NOT_NOW" });
    },
    undo: (capture) => {
      const found = findCapture(deps, capture);
      if (!found.ok) return found;
      const { review, capture: taken } = found.value;
      if (!canUndo(review, deps.clock.now())) return err({ code: "DEADLINE_PASSED" });
      const moved = deps.outbox.transact(() => deps.reviews.move(taken.hash, "undo", review.deadlineMs));
      return moved ? ok(undefined) : err({ code: "NOT_NOW" });
    },
    measure: (capture) => {
      const measuring = measured.then(() => measure(deps, capture));
      measured = measuring.catch(() => {});
      return measuring;
    },
    preview: async (capture, output) => {
      const found = findCapture(deps, capture);
      if (!found.ok || isOver(found.value.review.state)) {
        output.destroy();
        return err({ code: found.ok ? "NOT_NOW" : "CAPTURE_UNKNOWN" });
      }
      const { vaultFile, treeSize, map } = found.value.capture;
      const root = path.basename(vaultFile, ".age");
      const vaultIdentity = reveal(deps.keys.vault.identity);
      const request = { vaultFile, vaultIdentity, root, treeSize, map: bytesToBase64Url(map) };
      return previewCapture(request, deps.child, output);
    },
  };
};

interface Reviewed extends ReviewableCapture {
  readonly review: StoredReview;
  readonly proposed: LeafMap;
  readonly edited: LeafMap;
}

const findCapture = (deps: ReviewsDeps, capture: string): Result<Reviewed, ReviewError> => {
  const hash = base64UrlToBytes(capture);
  const found = hash === null ? null : deps.store.findCapture(hash);
  return found === null ? err({ code: "CAPTURE_UNKNOWN" }) : ok(withReview(deps, found));
};

const capturesOfDay = (deps: ReviewsDeps, day: string): readonly Reviewed[] => {
  const startMs = Date.parse(`${day}T00:00:00Z`);
  if (!Number.isFinite(startMs)) return [];
  return deps.store.capturesBetween(slotOf(startMs), slotOf(startMs + DAY_MS)).map((found) => withReview(deps, found));
};

const withReview = ({ reviews }: ReviewsDeps, found: ReviewableCapture): Reviewed => {
  const review = reviews.findReview(found.capture.hash);
  const proposed = decodeMap(found.capture.map, found.capture.treeSize);
  assert(review !== null && proposed !== null, "what can be reviewed has a review and a map of its tree");
  const edited = review.edited === null ? proposed : decodeMap(review.edited, found.capture.treeSize);
  assert(edited !== null, "an edited map is of the same tree");
  return { ...found, review, proposed, edited };
};

const proposalOf = (deps: ReviewsDeps, { run, review, proposed }: Reviewed): Result<Proposal, ReviewError> => {
  const terms = deps.termsOf(run.terms);
  if (terms === null) return err({ code: "TERMS_UNKNOWN" });
  return ok({ grid: review, map: proposed, reasons: review.reasons, policy: terms.body.redaction });
};

const summaryOf = ({ clock }: ReviewsDeps, found: Reviewed): ReviewSummary => {
  const { run, capture, review, edited } = found;
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
    shares: sharesOf(edited),
  };
};

const revisionOf = ({ edited }: Reviewed): string => bytesToBase64Url(sha256(encodeMap(edited)));

const detailOf = (deps: ReviewsDeps, found: Reviewed): Result<ReviewDetail, ReviewError> => {
  const proposal = proposalOf(deps, found);
  if (!proposal.ok) return proposal;
  const { run, review, proposed, edited } = found;
  const { columns, rows } = review;
  return ok({
    ...summaryOf(deps, found),
    ...{ memo: run.memo, columns, rows },
    tiles: Array.from({ length: columns * rows }, (_, tile) => tileOf(proposal.value, edited, tile)),
    proposedShares: sharesOf(proposed),
    automaticShares: sharesOf(mapToSend("waiting", review, { proposed, edited })),
    showsTitle: edited[CONTEXT_INDEX] === leafStates.visible,
  });
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

const measure = async (deps: ReviewsDeps, capture: string): Promise<Result<Parcel, ReviewError | ChildFailure>> => {
  const found = findCapture(deps, capture);
  if (!found.ok) return found;
  const { segment, run, edited } = found.value;
  const terms: TermsInForce | null = deps.termsOf(run.terms);
  if (terms === null) return err({ code: "TERMS_UNKNOWN" });
  if (segment === null) return err({ code: "SEGMENT_OPEN" });
  if (isOver(found.value.review.state)) return err({ code: "NOT_NOW" });
  const request = requestOf(deps, { ...found.value, segment }, { terms, map: encodeMap(edited) });
  const made = await discloseCapture({ ...request, blobDir: null }, deps.child);
  if (!made.ok) return made;
  const { client, freelancer } = terms.body;
  return ok({
    visible: { bytes: made.value.visible.bytes, recipients: [client.person, freelancer.person] },
    hidden: { bytes: made.value.hidden.bytes, recipients: [freelancer.person] },
  });
};
