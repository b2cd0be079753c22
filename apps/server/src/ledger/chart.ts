import type { ContractId, PersonId } from "@underseal/foundation";

// The chart of accounts: every account there can be, per currency. docs/money.md explains each. An account needs no
// opening: its row appears with its first transfer.

export type AccountKind = "asset" | "liability" | "equity" | "income" | "expense";

export interface Account {
  /** `<code>/<currency>`. */
  readonly id: string;
  readonly code: string;
  readonly kind: AccountKind;
  /** Who may see it; `null` where it is the operator's. */
  readonly ownerId: PersonId | null;
  readonly currency: string;
  /** What is posted and pending on its falling side may never pass what is posted on its rising side. */
  readonly noOverdraft: boolean;
  /** Touched by every command: its balance is the sum of its transfers, never a row that all wait for. */
  readonly isSummed: boolean;
}

const hot = (kind: AccountKind, code: string, currency: string): Account => ({
  id: `${code}/${currency}`,
  code,
  kind,
  ownerId: null,
  currency,
  noOverdraft: false,
  isSummed: true,
});

const owed = (code: string, ownerId: PersonId, currency: string): Account => ({
  id: `${code}/${currency}`,
  code,
  kind: "liability",
  ownerId,
  currency,
  noOverdraft: true,
  isSummed: false,
});

/** Money at the payment provider. */
export const providerCash = (currency: string): Account => hot("asset", "provider_cash", currency);

/** The operator's platform fees. */
export const platformFees = (currency: string): Account => hot("income", "fees", currency);

/** What the client put down for the hours of one contract. */
export const depositAccount = (deposit: {
  readonly contractId: ContractId;
  readonly clientId: PersonId;
  readonly currency: string;
}): Account => owed(`deposit:${deposit.contractId}`, deposit.clientId, deposit.currency);

/** Invoiced and paid, in the security period: not to be withdrawn yet. */
export const earnedAccount = (freelancerId: PersonId, currency: string): Account =>
  owed(`earned:${freelancerId}`, freelancerId, currency);

/** To be withdrawn at any time. */
export const availableAccount = (freelancerId: PersonId, currency: string): Account =>
  owed(`available:${freelancerId}`, freelancerId, currency);

/** Which side makes an account of this kind rise. */
export const isCreditNormal = (kind: AccountKind): boolean =>
  kind === "liability" || kind === "equity" || kind === "income";
