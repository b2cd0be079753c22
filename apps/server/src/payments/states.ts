// A charge into a deposit:
//
//   requested ──charge──► charged ──post──► posted
//       └──decline──► declined
//
// Each arrow is one transaction; between the first two lies the provider's own. Whoever finds a row between its ends
// (a crash, a lost answer) goes on from the state it is in.

export type FundingState = "requested" | "charged" | "posted" | "declined";

export type FundingEvent = "charge" | "decline" | "post";

const MOVES: Readonly<Record<FundingState, Readonly<Partial<Record<FundingEvent, FundingState>>>>> = {
  requested: { charge: "charged", decline: "declined" },
  charged: { post: "posted" },
  posted: {},
  declined: {},
};

/** `null` where the state does not allow the event. */
export const nextFundingState = (state: FundingState, event: FundingEvent): FundingState | null =>
  MOVES[state][event] ?? null;
