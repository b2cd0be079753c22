import { dateOf, hourlyAmount, type Money, money, SEGMENT_MINUTES, slotStartMs } from "@underseal/foundation";
import { minutesWithinLimit } from "@underseal/protection";

// What is billed and who pays which part: pure, so that docs/money.md can be run against it.

export interface BilledMinutes {
  readonly slot: number;
  readonly minutes: number;
  readonly rate: Money;
  readonly feePermille: number;
}

export interface InvoiceLine {
  /** `2026-11-16`, UTC. */
  readonly day: string;
  readonly rate: Money;
  readonly feePermille: number;
  readonly minutes: number;
  readonly amountMinor: bigint;
}

export interface PaidLine extends InvoiceLine {
  /** What the deposit pays of the amount; the rest is unpaid. */
  readonly paidMinor: bigint;
  /** The platform's part of what was paid. */
  readonly feeMinor: bigint;
}

/** A slot has ten minutes, however many runs were in it, and a week no more than its limit. */
export const minutesToBill = (record: {
  readonly minutes: number;
  readonly minutesInSlotBefore: number;
  readonly minutesInWeekBefore: number;
  readonly weeklyLimitMinutes: number;
}): number =>
  minutesWithinLimit({
    minutes: Math.min(record.minutes, Math.max(0, SEGMENT_MINUTES - record.minutesInSlotBefore)),
    minutesBefore: record.minutesInWeekBefore,
    limitMinutes: record.weeklyLimitMinutes,
  });

/** One line per day, rate and fee, in that order; the amount is rounded once, on the line (half up). */
export const linesOf = (segments: readonly BilledMinutes[]): readonly InvoiceLine[] => {
  const lines = new Map<string, Omit<InvoiceLine, "amountMinor">>();
  for (const { slot, minutes, rate, feePermille } of segments) {
    const day = dateOf(slotStartMs(slot));
    const key = `${day} ${rate.amountMinor} ${feePermille}`;
    lines.set(key, { day, rate, feePermille, minutes: minutes + (lines.get(key)?.minutes ?? 0) });
  }
  return [...lines.values()]
    .sort(compareLines)
    .map((line) => ({ ...line, amountMinor: hourlyAmount(line.rate, line.minutes).amountMinor }));
};

type UnpricedLine = Omit<InvoiceLine, "amountMinor">;

const compareLines = (a: UnpricedLine, b: UnpricedLine): number => {
  if (a.day !== b.day) return a.day < b.day ? -1 : 1;
  if (a.rate.amountMinor !== b.rate.amountMinor) return a.rate.amountMinor < b.rate.amountMinor ? -1 : 1;
  return a.feePermille - b.feePermille;
};

/**
 * The deposit pays line after line until it is empty. The fee is taken from what is paid and rounded down: the
 * remainder stays with the freelancer.
 */
export const payLines = (lines: readonly InvoiceLine[], depositMinor: bigint): readonly PaidLine[] => {
  let leftMinor = depositMinor;
  return lines.map((line) => {
    const paidMinor = line.amountMinor < leftMinor ? line.amountMinor : leftMinor;
    leftMinor -= paidMinor;
    return { ...line, paidMinor, feeMinor: (paidMinor * BigInt(line.feePermille)) / 1_000n };
  });
};

export interface InvoiceSums {
  readonly total: Money;
  readonly paid: Money;
  readonly unpaid: Money;
  readonly fee: Money;
}

export const sumLines = (lines: readonly PaidLine[], currency: string): InvoiceSums => {
  const sum = (pick: (line: PaidLine) => bigint) =>
    money(
      lines.reduce((total, line) => total + pick(line), 0n),
      currency,
    );
  return {
    total: sum((line) => line.amountMinor),
    paid: sum((line) => line.paidMinor),
    unpaid: sum((line) => line.amountMinor - line.paidMinor),
    fee: sum((line) => line.feeMinor),
  };
};

/** Held, the new hold included, as a share of what is in the deposit; rounded up, at most 1,000. */
export const usedPermille = (deposit: { readonly balanceMinor: bigint; readonly heldMinor: bigint }): number => {
  if (deposit.balanceMinor <= 0n) return deposit.heldMinor > 0n ? 1_000 : 0;
  const permille = (deposit.heldMinor * 1_000n + deposit.balanceMinor - 1n) / deposit.balanceMinor;
  return permille > 1_000n ? 1_000 : Number(permille);
};
