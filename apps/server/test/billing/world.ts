import { createHash } from "node:crypto";
import {
  assert,
  type ContractId,
  createId,
  createSystemRandom,
  createTestClock,
  HOUR_MS,
  type Money,
  money,
  type PersonId,
  slotOf,
} from "@underseal/foundation";
import { sql } from "kysely";
import {
  advanceDueWeek,
  type BillingDeps,
  type BillingTerms,
  DEFAULT_CALENDAR,
  recordSegment,
  tickWeeks,
} from "../../src/billing/index.ts";
import { listWeekSummaries } from "../../src/billing/store.ts";
import { findInvoice, type Invoice } from "../../src/billing/store-invoices.ts";
import {
  availableAccount,
  depositAccount,
  earnedAccount,
  fundsOf,
  platformFees,
  providerCash,
  statement,
  transfer,
  trialBalance,
} from "../../src/ledger/index.ts";
import { createSystemClock } from "../../src/platform/clock.ts";
import { systemActor, type Transaction, transact } from "../../src/platform/postgres/transact.ts";
import { createTestDatabase } from "../support/database.ts";

const ids = { clock: createSystemClock(), random: createSystemRandom() };

const newId = <Id extends string = string>(): Id => createId<Id>(ids);

/** A Monday. */
export const WEEK_MS_START = Date.UTC(2026, 10, 16);
export const WEEK = "2026-11-16";

export const createBillingWorld = async () => {
  const test = await createTestDatabase();
  const clock = createTestClock(WEEK_MS_START + 9 * HOUR_MS);
  const contracts = new Map<ContractId, { clientId: PersonId; freelancerId: PersonId }>();
  const deps: BillingDeps = {
    database: test.database,
    clock,
    calendar: DEFAULT_CALENDAR,
    partiesOf: async (_transaction, contractId) => contracts.get(contractId) ?? null,
  };
  const system = <T>(work: (transaction: Transaction) => Promise<T>) => transact(test.database, systemActor, work);
  return {
    test,
    deps,
    clock,
    system,
    tick: (nowMs = clock.now()) => tickWeeks(deps, nowMs),
    step: (nowMs = clock.now()) => advanceDueWeek(deps, { nowMs, except: [] }),
    addContract: (changes: Partial<BillingTerms> = {}) => {
      const terms: BillingTerms = {
        rate: money(6_000n, "EUR"),
        weeklyLimitMinutes: 2_400,
        feePermille: 0,
        hasDeposit: true,
        ...changes,
      };
      const contractId = newId<ContractId>();
      const parties = { clientId: newId<PersonId>(), freelancerId: newId<PersonId>() };
      contracts.set(contractId, parties);
      return createContract({ deps, system }, { contractId, ...parties, terms });
    },
    differences: async () => (await system(trialBalance)).map(({ differenceMinor }) => differenceMinor),
    events: async (contractId: ContractId) => {
      const { rows } = await system((tx) =>
        sql<{ week: string; to: string; at: Date; actor: string | null }>`
          select week_start as week, to_state as to, occurred_at as at, actor_id as actor from billing_week_event
          where contract_id = ${contractId} order by week_start, occurred_at,
            array_position(array['open', 'locked', 'in_review', 'approved', 'available'], to_state)`.execute(tx),
      );
      return rows;
    },
    stop: () => test.stop(),
  };
};

export type BillingWorld = Awaited<ReturnType<typeof createBillingWorld>>;

interface ContractDeps {
  readonly deps: BillingDeps;
  readonly system: <T>(work: (transaction: Transaction) => Promise<T>) => Promise<T>;
}

interface ContractParts {
  readonly contractId: ContractId;
  readonly clientId: PersonId;
  readonly freelancerId: PersonId;
  readonly terms: BillingTerms;
}

export interface RecordOptions {
  readonly rate?: Money;
  readonly hash?: Uint8Array;
}

const createContract = ({ deps, system }: ContractDeps, parts: ContractParts) => {
  const { contractId, clientId, freelancerId, terms } = parts;
  const { currency } = terms.rate;
  const accounts = {
    cash: providerCash(currency),
    deposit: depositAccount({ contractId, clientId, currency }),
    earned: earnedAccount(freelancerId, currency),
    available: availableAccount(freelancerId, currency),
    fees: platformFees(currency),
  };
  const balance = async (name: keyof typeof accounts) =>
    (await system((tx) => fundsOf(tx, accounts[name].id))).balanceMinor;
  const weeks = () => system((tx) => listWeekSummaries(tx, contractId, 100));
  return {
    ...parts,
    accounts,
    weeks,
    fund: async (amountMinor: bigint) => {
      const movement = { debit: accounts.cash, credit: accounts.deposit, amountMinor, atMs: deps.clock.now() };
      const moved = await system((tx) =>
        transfer(tx, { commandId: newId(), kind: "deposit_funding", reference: "test", ...movement }),
      );
      assert(moved.ok, "cash may come in");
    },
    /** Records a segment of the slot that begins at `startMs`, as if it arrived now. */
    record: (startMs: number, minutes: number, options: RecordOptions = {}) =>
      system((tx) =>
        recordSegment(deps, tx, {
          contractId,
          clientId,
          freelancerId,
          segmentHash: options.hash ?? createHash("sha256").update(newId()).digest(),
          slot: slotOf(startMs),
          minutes,
          isManual: false,
          terms: { ...terms, rate: options.rate ?? terms.rate },
        }),
      ),
    week: async (weekStart: string) => (await weeks()).find((week) => week.weekStart === weekStart) ?? null,
    invoice: async (weekStart: string): Promise<Invoice | null> => {
      const found = (await weeks()).find((week) => week.weekStart === weekStart);
      const invoiceId = found?.invoiceId ?? null;
      return invoiceId === null ? null : system((tx) => findInvoice(tx, contractId, invoiceId));
    },
    funds: () => system((tx) => fundsOf(tx, accounts.deposit.id)),
    balance,
    balances: async () => ({
      deposit: await balance("deposit"),
      earned: await balance("earned"),
      available: await balance("available"),
    }),
    transfersOf: async (name: keyof typeof accounts) =>
      (await system((tx) => statement(tx, accounts[name].id)))?.lines ?? [],
  };
};

export type TestContract = ReturnType<typeof createContract>;
