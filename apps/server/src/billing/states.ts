import type { WeekTimes } from "./calendar.ts";

// A week of one contract:
//
//            lock            invoice             approve              release
//   open ───────────► locked ────────► in_review ───────► approved ───────────► available
//        Mon 12:00            at once            Fri 24:00           following
//                                                or the client       Wednesday
//
// `locked` is the instant in which the hours stand still and the invoice is not made yet: a crash in between leaves
// the week there, and the next tick makes the invoice. `available`: the freelancer may withdraw what was paid.

export type WeekState = "open" | "locked" | "in_review" | "approved" | "available";

export type WeekEvent = "lock" | "invoice" | "approve" | "release";

const MOVES: Readonly<Record<WeekState, Readonly<Partial<Record<WeekEvent, WeekState>>>>> = {
  open: { lock: "locked" },
  locked: { invoice: "in_review" },
  in_review: { approve: "approved" },
  approved: { release: "available" },
  available: {},
};

/** `null` where the state does not allow the event. */
export const nextWeekState = (state: WeekState, event: WeekEvent): WeekState | null => MOVES[state][event] ?? null;

/** What happens to a week in this state when its time comes; `null` at the end. */
export const DUE_EVENTS: Readonly<Record<WeekState, WeekEvent | null>> = {
  open: "lock",
  locked: "invoice",
  in_review: "approve",
  approved: "release",
  available: null,
};

/** When that time is: an invoice follows its lock at once. */
export const dueAtMs = (state: WeekState, times: WeekTimes): number | null => {
  switch (state) {
    case "open":
    case "locked":
      return times.lockAtMs;
    case "in_review":
      return times.reviewEndsAtMs;
    case "approved":
      return times.availableAtMs;
    case "available":
      return null;
  }
};
