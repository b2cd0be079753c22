export {
  type Account,
  availableAccount,
  depositAccount,
  earnedAccount,
  platformFees,
  providerCash,
} from "./chart.ts";
export { commandOnce } from "./commands.ts";
export { derivedId } from "./inputs.ts";
export { presentMoney } from "./present.ts";
export {
  fundsOf,
  statement,
  trialBalance,
} from "./reports.ts";
export { createLedgerFeature } from "./routes.ts";
export { postHold, voidHold, voidHolds } from "./settlements.ts";
export { lockBalances, spendableMinor } from "./store.ts";
export { hold, type Movement, transfer } from "./transfers.ts";
