import { assert, type Money, money } from "@underseal/foundation";
import {
  availableAccount,
  depositAccount,
  derivedId,
  earnedAccount,
  lockBalances,
  type Movement,
  platformFees,
  spendableMinor,
  transfer,
  voidHolds,
} from "../ledger/index.ts";
import type { Transaction } from "../platform/postgres/transact.ts";
import { linesOf, type PaidLine, payLines, sumLines } from "./rules.ts";
import { type BilledSegmentRow, listSegmentsToInvoice, type WeekRow } from "./store.ts";
import { findInvoice, type Invoice, insertInvoice } from "./store-invoices.ts";

// The money of a lock and of a release, each in one transaction with the week's change of state. All ids follow from
// what they are for, so that a step done again after a crash meets what it did before.

/**
 * Frees the week's holds, and pays its invoice from the deposit as far as it reaches; the fee goes to the operator
 * and the rest to what the freelancer has earned. `null` where there is nothing to invoice.
 */
export const invoiceWeek = async (tx: Transaction, week: WeekRow, atMs: number): Promise<Invoice | null> => {
  const segments = await listSegmentsToInvoice(tx, week);
  if (segments.length === 0) return null;
  const deposit = depositAccount(week);
  await lockBalances(tx, [deposit, earnedAccount(week.freelancerId, week.currency)]);
  await freeHolds(tx, segments, atMs);
  const balance = (await lockBalances(tx, [deposit])).get(deposit.id);
  assert(balance !== undefined, "a locked account is there");
  const lines = payLines(linesOf(segments.map(billedMinutes)), spendableMinor(balance));
  const invoice = invoiceOf(week, lines, atMs);
  await payInvoice(tx, invoice, atMs);
  await insertInvoice(tx, invoice);
  return invoice;
};

const freeHolds = async (tx: Transaction, segments: readonly BilledSegmentRow[], atMs: number): Promise<void> => {
  const holdIds = segments.flatMap(({ holdId }) => (holdId === null ? [] : [holdId]));
  const freed = await voidHolds(
    tx,
    holdIds.map((holdId) => ({ commandId: derivedId("segment-hold-void", holdId), holdId })),
    atMs,
  );
  assert(freed.ok, "the holds of a week that was not invoiced are pending");
};

const billedMinutes = (row: BilledSegmentRow) => ({
  slot: Number(row.slot),
  minutes: row.minutes,
  rate: money(row.rateMinor, row.currency),
  feePermille: row.feePermille,
});

const invoiceOf = (week: WeekRow, lines: readonly PaidLine[], atMs: number): Invoice => ({
  contractId: week.contractId,
  id: derivedId("invoice", week.contractId, week.weekStart),
  weekStart: week.weekStart,
  clientId: week.clientId,
  freelancerId: week.freelancerId,
  currency: week.currency,
  lines,
  ...sumLines(lines, week.currency),
  issuedAt: new Date(atMs),
});

const payInvoice = async (tx: Transaction, invoice: Invoice, atMs: number): Promise<void> => {
  const deposit = depositAccount(invoice);
  const earned = earnedAccount(invoice.freelancerId, invoice.currency);
  const common = { debit: deposit, reference: invoice.id, atMs };
  await moveIfAny(tx, earnedOf(invoice), {
    ...common,
    commandId: derivedId("invoice-earned", invoice.id),
    credit: earned,
    kind: "invoice_paid",
  });
  await moveIfAny(tx, invoice.fee, {
    ...common,
    commandId: derivedId("invoice-fee", invoice.id),
    credit: platformFees(invoice.currency),
    kind: "platform_fee",
  });
};

/** What the freelancer gets of an invoice: what was paid, less the fee. */
const earnedOf = (invoice: Invoice): Money =>
  money(invoice.paid.amountMinor - invoice.fee.amountMinor, invoice.currency);

const moveIfAny = async (tx: Transaction, amount: Money, movement: Omit<Movement, "amountMinor">): Promise<void> => {
  if (amount.amountMinor === 0n) return;
  const moved = await transfer(tx, { ...movement, amountMinor: amount.amountMinor });
  assert(moved.ok, "the amount was there when it was decided, and the account is locked");
};

/** What the week's invoice earned may be withdrawn from now on. */
export const releaseWeek = async (tx: Transaction, week: WeekRow, atMs: number): Promise<void> => {
  if (week.invoiceId === null) return;
  const invoice = await findInvoice(tx, week.contractId, week.invoiceId);
  assert(invoice !== null, "the invoice that a week names is there");
  await moveIfAny(tx, earnedOf(invoice), {
    commandId: derivedId("invoice-available", invoice.id),
    debit: earnedAccount(week.freelancerId, week.currency),
    credit: availableAccount(week.freelancerId, week.currency),
    kind: "earnings_available",
    reference: invoice.id,
    atMs,
  });
};
