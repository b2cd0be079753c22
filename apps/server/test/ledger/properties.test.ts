import fc from "fast-check";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  type Account,
  earnedAccount,
  fundsOf,
  hold,
  type Movement,
  platformFees,
  postHold,
  transfer,
  trialBalance,
  voidHold,
} from "../../src/ledger/index.ts";
import { systemActor, type Transaction, transact } from "../../src/platform/postgres/transact.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { AT_MS, buildContract, buildMovement, newId } from "./builders.ts";

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.stop());

const asSystem = <T>(work: (transaction: Transaction) => Promise<T>) => transact(test.database, systemActor, work);

interface MovementStep {
  readonly does: "transfer" | "hold";
  readonly from: number;
  readonly to: number;
  readonly amountMinor: bigint;
}

/** Settles, or gives again, an earlier movement. */
interface LaterStep {
  readonly does: "post" | "void" | "repeat";
  readonly which: number;
  readonly share: number;
}

type Step = MovementStep | LaterStep;

const isMovement = (step: Step): step is MovementStep => step.does === "transfer" || step.does === "hold";

// Some hundred transactions: slow where other tests have the processor.
const PATIENCE_MS = 120_000;

const ACCOUNTS = 5;
const index = fc.nat({ max: ACCOUNTS - 1 });
const movementStep = fc.record({
  does: fc.constantFrom("transfer" as const, "hold" as const),
  from: index,
  to: index,
  amountMinor: fc.bigInt({ min: 1n, max: 400n }),
});
const laterStep = fc.record({
  does: fc.constantFrom("post" as const, "void" as const, "repeat" as const),
  which: fc.nat({ max: 30 }),
  share: fc.integer({ min: 1, max: 4 }),
});
const steps = fc.array(fc.oneof(movementStep, laterStep), { minLength: 5, maxLength: 40 });

const buildAccounts = (): readonly Account[] => {
  const { cash, deposit, earned, freelancerId } = buildContract();
  return [cash, deposit, earned, earnedAccount(freelancerId, "EUR"), platformFees("EUR")].map((account, position) =>
    position === 3 ? buildContract().deposit : account,
  );
};

interface Run {
  readonly accounts: readonly Account[];
  readonly movements: { readonly does: "transfer" | "hold"; readonly movement: Movement }[];
}

const take = async (run: Run, step: Step): Promise<void> => {
  if (isMovement(step)) {
    const [debit, credit] = [run.accounts[step.from], run.accounts[step.to]];
    if (debit === undefined || credit === undefined || debit === credit) return;
    const movement = buildMovement({ debit, credit, amountMinor: step.amountMinor });
    run.movements.push({ does: step.does, movement });
    await asSystem((tx) => (step.does === "hold" ? hold : transfer)(tx, movement));
    return;
  }
  const earlier = run.movements[step.which % Math.max(1, run.movements.length)];
  if (earlier === undefined) return;
  if (step.does === "repeat") {
    await asSystem((tx) => (earlier.does === "hold" ? hold : transfer)(tx, earlier.movement));
    return;
  }
  const settlement = { commandId: newId(), holdId: earlier.movement.commandId, atMs: AT_MS };
  const part = earlier.movement.amountMinor / BigInt(step.share);
  await asSystem((tx) =>
    step.does === "post"
      ? postHold(tx, { ...settlement, amountMinor: part > 0n ? part : 1n })
      : voidHold(tx, settlement),
  );
};

/** The kept sums, added up again from the transfers alone. */
const findDrift = async () => {
  const { rows } = await sql<{ id: string }>`
    select a.id from ledger_account a
    left join ledger_transfer t on t.debit_account = a.id or t.credit_account = a.id
    left join ledger_transfer s on s.pending_id = t.id
    where not a.is_summed
    group by a.id
    having a.debits_posted <> coalesce(sum(t.amount_minor) filter (where t.debit_account = a.id and t.state in ('posted', 'post_pending')), 0)
      or a.credits_posted <> coalesce(sum(t.amount_minor) filter (where t.credit_account = a.id and t.state in ('posted', 'post_pending')), 0)
      or a.debits_pending <> coalesce(sum(t.amount_minor) filter (where t.debit_account = a.id and t.state = 'pending' and s.id is null), 0)
      or a.credits_pending <> coalesce(sum(t.amount_minor) filter (where t.credit_account = a.id and t.state = 'pending' and s.id is null), 0)`.execute(
    test.database.kysely,
  );
  return rows;
};

const expectSound = async (accounts: readonly Account[]) => {
  for (const { differenceMinor } of await asSystem(trialBalance)) expect(differenceMinor).toBe(0n);
  expect(await findDrift()).toEqual([]);
  for (const account of accounts.filter(({ noOverdraft }) => noOverdraft)) {
    expect((await asSystem((tx) => fundsOf(tx, account.id))).spendableMinor).toBeGreaterThanOrEqual(0n);
  }
};

it(
  "sums to zero and overdraws nothing after any sequence of transfers, holds, posts, voids and repeats",
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const run: Run = { accounts: buildAccounts(), movements: [] };
        for (const step of sequence) await take(run, step);
        await expectSound(run.accounts);
      }),
      { numRuns: 15 },
    );
  },
  PATIENCE_MS,
);

it(
  "sums to zero and overdraws nothing when the same sequences run eight at a time",
  async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const run: Run = { accounts: buildAccounts(), movements: [] };
        for (let start = 0; start < sequence.length; start += 8) {
          await Promise.all(sequence.slice(start, start + 8).map((step) => take(run, step)));
        }
        await expectSound(run.accounts);
      }),
      { numRuns: 8 },
    );
  },
  PATIENCE_MS,
);
