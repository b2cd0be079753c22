export {
  type Account,
  type AccountKind,
  availableAccount,
  depositAccount,
  earnedAccount,
  platformFees,
  providerCash,
} from "./chart.ts";
export { type Command, type CommandReused, commandOnce } from "./commands.ts";
export type { LedgerError } from "./errors.ts";
export { derivedId } from "./inputs.ts";
export { presentMoney } from "./present.ts";
export {
  type AccountFunds,
  fundsOf,
  type Statement,
  type StatementLine,
  statement,
  type TrialBalance,
  trialBalance,
} from "./reports.ts";
export { createLedgerFeature } from "./routes.ts";
export { postHold, type Settlement, voidHold, voidHolds } from "./settlements.ts";
export { type Balance, lockBalances, spendableMinor } from "./store.ts";
export { hold, type Movement, type Outcome, transfer } from "./transfers.ts";
