import type { Clock, ContractId, Money, PersonId } from "@underseal/foundation";
import type { Database } from "../platform/postgres/database.ts";
import type { Transaction } from "../platform/postgres/transact.ts";
import type { BillingCalendar } from "./calendar.ts";

// What billing needs from the rest of the server, and what it is told.

export interface BillingParties {
  readonly clientId: PersonId;
  readonly freelancerId: PersonId;
}

/** `null` where there is no such contract. */
export type BillingPartiesOf = (transaction: Transaction, contractId: ContractId) => Promise<BillingParties | null>;

export interface BillingDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly calendar: BillingCalendar;
  readonly partiesOf: BillingPartiesOf;
}

/** What the terms in force at the segment say about money. */
export interface BillingTerms {
  /** Per hour. */
  readonly rate: Money;
  readonly weeklyLimitMinutes: number;
  readonly feePermille: number;
  readonly hasDeposit: boolean;
}

export interface RecordedSegment extends BillingParties {
  readonly contractId: ContractId;
  /** The statement hash: the same segment told twice is billed once. */
  readonly segmentHash: Uint8Array;
  readonly slot: number;
  /** 1 to 10. */
  readonly minutes: number;
  readonly isManual: boolean;
  readonly terms: BillingTerms;
}

export interface SegmentFunding {
  /** What the deposit said when the segment was recorded: the first half of `FundingState` of the coverage rules. */
  readonly deposit: "has-room" | "short" | "absent";
  /** Held, this segment included, as a share of what is in the deposit; at most 1,000. */
  readonly depositUsedPermille: number;
  /** Fewer than told where the slot was partly billed or the weekly limit was in between. */
  readonly minutesBilled: number;
  readonly held: Money;
}
