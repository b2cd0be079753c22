import { z } from "zod";
import { route } from "./route.ts";
import { contractParams, instantMs, LIST_MAX, moneySchema, uuid, weekDate } from "./values.ts";

// Cards, deposits, weeks, invoices and the ledger. Amounts are whole minor units as text, always with a currency.

/** Made by whoever gives the command; sent again unchanged, it does nothing twice. */
const commandId = uuid;

const cardSchema = z
  .object({ cardId: uuid, brand: z.string(), last4: z.string().length(4), createdAtMs: instantMs })
  .meta({ id: "Card" });

export type CardAnswer = z.infer<typeof cardSchema>;

export const fundingStates = ["requested", "charged", "posted", "declined"] as const;

const depositSchema = z.object({
  /** What is in the deposit, held or not. */
  balance: moneySchema,
  /** The part of it that is held for segments of weeks not locked yet. */
  held: moneySchema,
});

const fundingSchema = z
  .object({
    /** The id of the command. */
    fundingId: uuid,
    /** `posted`: the money is in the deposit. `requested`, `charged`: it will be, without further ado. */
    state: z.enum(fundingStates),
    amount: moneySchema,
    deposit: depositSchema,
  })
  .meta({ id: "Funding" });

export type FundingAnswer = z.infer<typeof fundingSchema>;

export const weekStates = ["open", "locked", "in_review", "approved", "available"] as const;

const weekSchema = z
  .object({
    week: weekDate,
    state: z.enum(weekStates),
    /** Hours of this week, by who pays them if the client does not. Late hours count here, in their own week. */
    minutes: z.object({ deposit: z.int(), guarantee: z.int(), none: z.int(), total: z.int() }),
    /** Held in the deposit for the hours that this week's invoice will have. */
    held: moneySchema,
    /** `null` until the lock. */
    invoice: z.object({ invoiceId: uuid, total: moneySchema, paid: moneySchema, unpaid: moneySchema }).nullable(),
    lockAtMs: instantMs,
    reviewEndsAtMs: instantMs,
    availableAtMs: instantMs,
  })
  .meta({ id: "Week" });

export type WeekAnswer = z.infer<typeof weekSchema>;

const invoiceLineSchema = z.object({
  day: weekDate,
  rate: moneySchema,
  minutes: z.int(),
  amount: moneySchema,
  /** What the deposit paid of it. */
  paid: moneySchema,
  fee: moneySchema,
});

const invoiceSchema = z
  .object({
    invoiceId: uuid,
    contractId: uuid,
    week: weekDate,
    clientId: uuid,
    freelancerId: uuid,
    issuedAtMs: instantMs,
    lines: z.array(invoiceLineSchema).max(LIST_MAX),
    total: moneySchema,
    paid: moneySchema,
    unpaid: moneySchema,
    /** The platform's part of what was paid. */
    fee: moneySchema,
  })
  .meta({ id: "Invoice" });

export type InvoiceAnswer = z.infer<typeof invoiceSchema>;

const ledgerLineSchema = z.object({
  transferId: uuid,
  /** `pending`: a hold; `post_pending` and `void_pending` end one. */
  state: z.enum(["posted", "pending", "post_pending", "void_pending"]),
  side: z.enum(["debit", "credit"]),
  otherAccountId: z.string(),
  amount: moneySchema,
  kind: z.string(),
  reference: z.string(),
  atMs: instantMs,
});

const ledgerAccountSchema = z
  .object({
    accountId: z.string(),
    kind: z.enum(["asset", "liability", "equity", "income", "expense"]),
    currency: z.string().length(3),
    debits: moneySchema,
    credits: moneySchema,
    heldDebits: moneySchema,
    heldCredits: moneySchema,
    /** Newest first; the newest 200. */
    lines: z.array(ledgerLineSchema).max(200),
  })
  .meta({ id: "LedgerAccount" });

export type LedgerAccountAnswer = z.infer<typeof ledgerAccountSchema>;

const trialBalanceSchema = z
  .object({
    currencies: z
      .array(
        z.object({
          currency: z.string().length(3),
          accounts: z.int(),
          debits: moneySchema,
          credits: moneySchema,
          heldDebits: moneySchema,
          heldCredits: moneySchema,
          /** Zero, always. */
          difference: moneySchema,
        }),
      )
      .max(LIST_MAX),
  })
  .meta({ id: "TrialBalance" });

export type TrialBalanceAnswer = z.infer<typeof trialBalanceSchema>;

const weekParams = z.object({ contractId: uuid, week: weekDate });

export const moneyRoutes = {
  addCard: route({
    method: "POST",
    path: "/v1/cards",
    summary: "Add a card of the sandbox; only its brand and last four digits are kept",
    access: "person",
    body: z.object({ commandId, number: z.string().regex(/^\d{13,19}$/) }),
    answer: cardSchema,
    status: 201,
    problems: ["INVALID_REQUEST", "COMMAND_REUSED", "UNAVAILABLE"],
  }),
  listCards: route({
    method: "GET",
    path: "/v1/cards",
    summary: "Your cards",
    access: "person",
    answer: z.object({ cards: z.array(cardSchema).max(LIST_MAX) }),
    problems: [],
  }),
  fundDeposit: route({
    method: "POST",
    path: "/v1/contracts/:contractId/deposit/fundings",
    summary: "Charge a card and put the money into the contract's deposit",
    access: "person",
    params: contractParams,
    body: z.object({ commandId, cardId: uuid, amount: moneySchema }),
    answer: fundingSchema,
    problems: ["INVALID_REQUEST", "NOT_FOUND", "NOT_ALLOWED", "CARD_DECLINED", "COMMAND_REUSED"],
  }),
  listWeeks: route({
    method: "GET",
    path: "/v1/contracts/:contractId/weeks",
    summary: "The contract's weeks, newest first, with coverage and amounts",
    access: "person-or-device",
    params: contractParams,
    answer: z.object({ weeks: z.array(weekSchema).max(LIST_MAX) }),
    problems: ["NOT_FOUND"],
  }),
  getInvoice: route({
    method: "GET",
    path: "/v1/contracts/:contractId/invoices/:invoiceId",
    summary: "One invoice with its lines",
    access: "person",
    params: z.object({ contractId: uuid, invoiceId: uuid }),
    answer: invoiceSchema,
    problems: ["NOT_FOUND"],
  }),
  approveWeek: route({
    method: "POST",
    path: "/v1/contracts/:contractId/weeks/:week/approval",
    summary: "Approve a locked week before the review ends",
    access: "person",
    params: weekParams,
    answer: weekSchema,
    problems: ["NOT_FOUND", "NOT_ALLOWED", "WEEK_NOT_LOCKED"],
  }),
  listLedgerAccounts: route({
    method: "GET",
    path: "/v1/ledger/accounts",
    summary: "Your accounts in the ledger, with their transfers; for the operator, all accounts",
    access: "person",
    answer: z.object({ accounts: z.array(ledgerAccountSchema).max(LIST_MAX) }),
    problems: [],
  }),
  getTrialBalance: route({
    method: "GET",
    path: "/v1/ledger/trial-balance",
    summary: "The sums of the whole ledger; for the operator",
    access: "person",
    answer: trialBalanceSchema,
    problems: ["NOT_ALLOWED"],
  }),
} as const;
