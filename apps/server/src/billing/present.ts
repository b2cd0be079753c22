import type { InvoiceAnswer, WeekAnswer } from "@underseal/api";
import { presentMoney } from "../ledger/index.ts";
import { type BillingCalendar, weekTimes } from "./calendar.ts";
import type { WeekSummary } from "./store.ts";
import type { Invoice } from "./store-invoices.ts";
import { weekStartMsOf } from "./weeks.ts";

export const presentWeek = (calendar: BillingCalendar, week: WeekSummary): WeekAnswer => {
  const times = weekTimes(calendar, weekStartMsOf(week));
  const { currency, depositMinutes, guaranteeMinutes, noneMinutes } = week;
  return {
    week: week.weekStart,
    state: week.state,
    minutes: {
      deposit: depositMinutes,
      guarantee: guaranteeMinutes,
      none: noneMinutes,
      total: depositMinutes + guaranteeMinutes + noneMinutes,
    },
    held: presentMoney(week.heldMinor, currency),
    invoice:
      week.invoiceId === null
        ? null
        : {
            invoiceId: week.invoiceId,
            total: presentMoney(week.totalMinor ?? 0n, currency),
            paid: presentMoney(week.paidMinor ?? 0n, currency),
            unpaid: presentMoney(week.unpaidMinor ?? 0n, currency),
          },
    lockAtMs: times.lockAtMs,
    reviewEndsAtMs: times.reviewEndsAtMs,
    availableAtMs: times.availableAtMs,
  };
};

export const presentInvoice = (invoice: Invoice): InvoiceAnswer => {
  const inCurrency = (amountMinor: bigint) => presentMoney(amountMinor, invoice.currency);
  return {
    invoiceId: invoice.id,
    contractId: invoice.contractId,
    week: invoice.weekStart,
    clientId: invoice.clientId,
    freelancerId: invoice.freelancerId,
    issuedAtMs: invoice.issuedAt.getTime(),
    lines: invoice.lines.map((line) => ({
      day: line.day,
      rate: inCurrency(line.rate.amountMinor),
      minutes: line.minutes,
      amount: inCurrency(line.amountMinor),
      paid: inCurrency(line.paidMinor),
      fee: inCurrency(line.feeMinor),
    })),
    total: inCurrency(invoice.total.amountMinor),
    paid: inCurrency(invoice.paid.amountMinor),
    unpaid: inCurrency(invoice.unpaid.amountMinor),
    fee: inCurrency(invoice.fee.amountMinor),
  };
};
