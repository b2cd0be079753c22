// The review of one capture:
//
//   waiting ──approve──► approved ──disclose──► sent
//      ▲ └─────────disclose at the deadline──────▲
//      │          (drop: from either)
//      └──undo── approved, dropped
//
//   dropped ──destroy──► destroyed
//
// An approval and a drop can be undone for a moment, so neither is acted on at once; `sent` and `destroyed` are for good.
// A dropped capture is `sent` only where the server has a disclosure of it, as a restored backup learns late.

export const reviewStates = ["waiting", "approved", "sent", "dropped", "destroyed"] as const;

export type ReviewState = (typeof reviewStates)[number];

export type ReviewEvent = "approve" | "drop" | "undo" | "disclose" | "destroy";

const MOVES: Readonly<Record<ReviewState, Readonly<Partial<Record<ReviewEvent, ReviewState>>>>> = {
  waiting: { approve: "approved", drop: "dropped", disclose: "sent" },
  approved: { drop: "dropped", undo: "waiting", disclose: "sent" },
  sent: {},
  dropped: { undo: "waiting", destroy: "destroyed", disclose: "sent" },
  destroyed: {},
};

/** `null` where the state does not allow the event. */
export const nextReviewState = (state: ReviewState, event: ReviewEvent): ReviewState | null =>
  MOVES[state][event] ?? null;

/** Its picture is not in the vault any more. */
export const isOver = (state: ReviewState): boolean => Object.keys(MOVES[state]).length === 0;
