import type { Transaction } from "../platform/postgres/transact.ts";
import {
  type Balance,
  findBalance,
  listBalances,
  listTransfers,
  spendableMinor,
  sumCurrencies,
  type TransferRow,
} from "./store.ts";

export interface TrialBalance {
  readonly currency: string;
  readonly accounts: number;
  readonly debitsMinor: bigint;
  readonly creditsMinor: bigint;
  readonly heldDebitsMinor: bigint;
  readonly heldCreditsMinor: bigint;
  /** Debits less credits, posted and held together: zero, always. */
  readonly differenceMinor: bigint;
}

/**
 * Per currency, the sums of all accounts. Kept sums are taken as kept and the others are added up from transfers, so
 * that a sum that went astray shows here.
 */
export const trialBalance = async (transaction: Transaction): Promise<readonly TrialBalance[]> =>
  (await sumCurrencies(transaction)).map((sums) => ({
    currency: sums.currency,
    accounts: sums.accounts,
    debitsMinor: sums.debitsPosted,
    creditsMinor: sums.creditsPosted,
    heldDebitsMinor: sums.debitsPending,
    heldCreditsMinor: sums.creditsPending,
    differenceMinor: sums.debitsPosted + sums.debitsPending - sums.creditsPosted - sums.creditsPending,
  }));

export interface StatementLine {
  readonly transferId: string;
  readonly state: TransferRow["state"];
  readonly side: "debit" | "credit";
  readonly otherAccountId: string;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly kind: string;
  readonly reference: string;
  readonly atMs: number;
}

export interface Statement {
  readonly balance: Balance;
  /** Newest first, at most 200. */
  readonly lines: readonly StatementLine[];
}

const STATEMENT_LINES_MAX = 200;

/** `null` where there is no such account, or the transaction's actor may not see it. */
export const statement = async (transaction: Transaction, accountId: string): Promise<Statement | null> => {
  const balance = await findBalance(transaction, accountId);
  if (balance === null) return null;
  const rows = await listTransfers(transaction, accountId, STATEMENT_LINES_MAX);
  return { balance, lines: rows.map((row) => lineOf(row, accountId)) };
};

const lineOf = (row: TransferRow, accountId: string): StatementLine => {
  const side = row.debitAccount === accountId ? "debit" : "credit";
  return {
    transferId: row.id,
    state: row.state,
    side,
    otherAccountId: side === "debit" ? row.creditAccount : row.debitAccount,
    amountMinor: row.amountMinor,
    currency: row.currency,
    kind: row.kind,
    reference: row.reference,
    atMs: row.occurredAt.getTime(),
  };
};

const ACCOUNTS_MAX = 100;

/** The statements of every account that the transaction's actor may see. */
export const statementsOfActor = async (transaction: Transaction): Promise<readonly Statement[]> => {
  const statements: Statement[] = [];
  for (const balance of await listBalances(transaction, ACCOUNTS_MAX)) {
    const rows = await listTransfers(transaction, balance.id, STATEMENT_LINES_MAX);
    statements.push({ balance, lines: rows.map((row) => lineOf(row, balance.id)) });
  }
  return statements;
};

export interface AccountFunds {
  /** Posted on the rising side less posted on the falling side. */
  readonly balanceMinor: bigint;
  /** The part of it that holds reserve. */
  readonly heldMinor: bigint;
  readonly spendableMinor: bigint;
}

const NO_FUNDS: AccountFunds = { balanceMinor: 0n, heldMinor: 0n, spendableMinor: 0n };

/** What is in a liability account such as a deposit; nothing where it has never been used. */
export const fundsOf = async (transaction: Transaction, accountId: string): Promise<AccountFunds> => {
  const balance = await findBalance(transaction, accountId);
  if (balance === null) return NO_FUNDS;
  return {
    balanceMinor: balance.creditsPosted - balance.debitsPosted,
    heldMinor: balance.debitsPending,
    spendableMinor: spendableMinor(balance),
  };
};
