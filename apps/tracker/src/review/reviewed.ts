// A capture of the session together with its review and its maps, as all calls of the review begin.
import { decodeMap } from "@underseal/evidence";
import { assert, base64UrlToBytes, DAY_MS, slotOf } from "@underseal/foundation";
import type { ReviewableCapture, SessionStore } from "../session/store.ts";
import type { LeafMap } from "./rules.ts";
import type { ReviewStore, StoredReview } from "./store.ts";

interface Stores {
  readonly store: SessionStore;
  readonly reviews: ReviewStore;
}

export interface Reviewed extends ReviewableCapture {
  readonly review: StoredReview;
  /** The edited map as it is stored. */
  readonly stored: Uint8Array;
  readonly proposed: LeafMap;
  readonly edited: LeafMap;
}

/** By its statement hash, base64url; `null` where it is none that can be disclosed or was. */
export const findReviewed = (stores: Stores, capture: string): Reviewed | null => {
  const hash = base64UrlToBytes(capture);
  const found = hash === null ? null : stores.store.findCapture(hash);
  return found === null ? null : withReview(stores, found);
};

/** UTC, `2026-11-16`; none where it is no day. */
export const reviewedOfDay = (stores: Stores, day: string): readonly Reviewed[] => {
  const startMs = Date.parse(`${day}T00:00:00Z`);
  if (!Number.isFinite(startMs)) return [];
  return stores.store
    .capturesBetween(slotOf(startMs), slotOf(startMs + DAY_MS))
    .map((found) => withReview(stores, found));
};

const withReview = ({ reviews }: Stores, found: ReviewableCapture): Reviewed => {
  const { hash, map, treeSize } = found.capture;
  const review = reviews.findReview(hash);
  assert(review !== null, "what can be reviewed has a review");
  const stored = review.edited ?? map;
  // A list of many captures asks for neither.
  return {
    ...{ ...found, review, stored },
    get proposed() {
      return decode(map, treeSize);
    },
    get edited() {
      return decode(stored, treeSize);
    },
  };
};

const decode = (stored: Uint8Array, treeSize: number): LeafMap => {
  const map = decodeMap(stored, treeSize);
  assert(map !== null, "a stored map is of its capture's tree");
  return map;
};
