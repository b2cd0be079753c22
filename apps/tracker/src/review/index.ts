// The review of captures before anything of them leaves the machine: the front door for whoever shows it. It holds no
// pixels: a picture goes from its child to the caller's stream, encoded.
import path from "node:path";
import type { Writable } from "node:stream";
import { encodeMap } from "@underseal/evidence";
import {
  bytesToBase64Url,
  createBoundedCache,
  dateOf,
  err,
  ok,
  type Result,
  reveal,
  slotStartMs,
} from "@underseal/foundation";
import { discloseCapture } from "../captures/disclose.ts";
import { type PreviewError, previewCapture } from "../captures/preview.ts";
import type { ChildFailure } from "../platform/ask-child.ts";
import { type DiscloserDeps, requestOf } from "../session/discloser.ts";
import type { TermsInForce } from "../session/terms.ts";
import { detailOf, type Presenting, type ReviewDetail, type ReviewSummary, revisionOf, summaryOf } from "./present.ts";
import { findReviewed, type Reviewed, reviewedOfDay } from "./reviewed.ts";
import { applyEdit, canUndo, type Edit, type EditError, hideTiles, type LeafMap, type Proposal } from "./rules.ts";
import { isOver } from "./states.ts";

export type ReviewsDeps = Omit<DiscloserDeps, "onEvent"> & {
  /** How long an approval or a drop can be undone. */
  readonly undoMs?: number;
};

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

/** A month of captures. */
const SHARES_KNOWN_MAX = 2_000;

export const createReviews = (given: ReviewsDeps): Reviews => {
  const deps: ReviewsDeps & Presenting = { ...given, knownShares: createBoundedCache(SHARES_KNOWN_MAX) };
  const { undoMs = UNDO_MS } = deps;
  /** All of them or none. */
  const keep = (...edits: readonly (readonly [Reviewed, LeafMap])[]): void =>
    deps.outbox.transact(() => {
      for (const [{ capture }, map] of edits) deps.reviews.editMap(capture.hash, encodeMap(map));
    });
  const find: Reviews["find"] = (capture) => {
    const found = findCapture(deps, capture);
    if (!found.ok) return found;
    const proposal = proposalOf(deps, found.value);
    return proposal.ok ? ok(detailOf(deps, found.value, proposal.value)) : proposal;
  };
  const findWaiting = (capture: string): Result<Reviewed, ReviewError> => {
    const found = findCapture(deps, capture);
    return found.ok && found.value.review.state !== "waiting" ? err({ code: "NOT_NOW" }) : found;
  };
  // Each starts a program: one after the other.
  let measured: Promise<unknown> = Promise.resolve();
  return {
    days: () => [...new Set(deps.store.slotsToReview().map((slot) => dateOf(slotStartMs(slot))))],
    list: (day) => reviewedOfDay(deps, day).map((found) => summaryOf(deps, found)),
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
      const present = reviewedOfDay(deps, dateOf(slotStartMs(taken.slot))).filter(
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

const proposalOf = (deps: ReviewsDeps, { run, review, proposed }: Reviewed): Result<Proposal, ReviewError> => {
  const terms = deps.termsOf(run.terms);
  if (terms === null) return err({ code: "TERMS_UNKNOWN" });
  return ok({ grid: review, map: proposed, reasons: review.reasons, policy: terms.body.redaction });
};

const findCapture = (deps: ReviewsDeps, capture: string): Result<Reviewed, ReviewError> => {
  const found = findReviewed(deps, capture);
  return found === null ? err({ code: "CAPTURE_UNKNOWN" }) : ok(found);
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
