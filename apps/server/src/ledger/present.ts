import type { LedgerAccountAnswer, MoneyAnswer, TrialBalanceAnswer } from "@underseal/api";
import type { Statement, StatementLine, TrialBalance } from "./reports.ts";

/** Minor units as text, as the interface carries them. */
export const presentMoney = (amountMinor: bigint, currency: string): MoneyAnswer => ({
  amountMinor: amountMinor.toString(),
  currency,
});

export const presentStatement = ({ balance, lines }: Statement): LedgerAccountAnswer => ({
  accountId: balance.id,
  kind: balance.kind,
  currency: balance.currency,
  debits: presentMoney(balance.debitsPosted, balance.currency),
  credits: presentMoney(balance.creditsPosted, balance.currency),
  heldDebits: presentMoney(balance.debitsPending, balance.currency),
  heldCredits: presentMoney(balance.creditsPending, balance.currency),
  lines: lines.map(presentLine),
});

const presentLine = (line: StatementLine): LedgerAccountAnswer["lines"][number] => ({
  transferId: line.transferId,
  state: line.state,
  side: line.side,
  otherAccountId: line.otherAccountId,
  amount: presentMoney(line.amountMinor, line.currency),
  kind: line.kind,
  reference: line.reference,
  atMs: line.atMs,
});

export const presentTrialBalance = (balances: readonly TrialBalance[]): TrialBalanceAnswer => ({
  currencies: balances.map((each) => ({
    currency: each.currency,
    accounts: each.accounts,
    debits: presentMoney(each.debitsMinor, each.currency),
    credits: presentMoney(each.creditsMinor, each.currency),
    heldDebits: presentMoney(each.heldDebitsMinor, each.currency),
    heldCredits: presentMoney(each.heldCreditsMinor, each.currency),
    difference: presentMoney(each.differenceMinor, each.currency),
  })),
});
