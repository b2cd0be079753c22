import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  availableAccount,
  commandOnce,
  fundsOf,
  hold,
  lockBalances,
  type Movement,
  platformFees,
  postHold,
  providerCash,
  statement,
  transfer,
  trialBalance,
  voidHold,
  voidHolds,
} from "../../src/ledger/index.ts";
import { databaseErrorCode } from "../../src/platform/postgres/database.ts";
import { systemActor, type Transaction, transact } from "../../src/platform/postgres/transact.ts";
import { createTestDatabase, type TestDatabase } from "../support/database.ts";
import { AT_MS, buildContract, buildMovement, newId } from "./builders.ts";

let test: TestDatabase;

beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.stop());

const asSystem = <T>(work: (transaction: Transaction) => Promise<T>) => transact(test.database, systemActor, work);
const move = (movement: Movement) => asSystem((tx) => transfer(tx, movement));
const reserve = (movement: Movement) => asSystem((tx) => hold(tx, movement));
const funds = (accountId: string) => asSystem((tx) => fundsOf(tx, accountId));
const codeOf = (work: Promise<unknown>) => work.then(() => "done", databaseErrorCode);
const codes = (results: readonly { readonly ok: boolean; readonly error?: { readonly code: string } }[]) =>
  results.map((result) => (result.ok ? "ok" : result.error?.code)).sort();

/** A contract with money in its deposit. */
const fund = async (amountMinor: bigint, currency = "EUR") => {
  const contract = buildContract(currency);
  const movement = buildMovement({ debit: contract.cash, credit: contract.deposit, amountMinor });
  expect(await move(movement)).toEqual({ ok: true, value: "done" });
  return contract;
};

describe("transfers", () => {
  it("move money from one account to another", async () => {
    const { deposit, earned } = await fund(1_000n);
    await move(buildMovement({ debit: deposit, credit: earned, amountMinor: 400n }));
    expect(await funds(deposit.id)).toEqual({ balanceMinor: 600n, heldMinor: 0n, spendableMinor: 600n });
    expect(await funds(earned.id)).toEqual({ balanceMinor: 400n, heldMinor: 0n, spendableMinor: 400n });
  });

  it.each([
    { amountMinor: 999n, code: "ok" },
    { amountMinor: 1_000n, code: "ok" },
    { amountMinor: 1_001n, code: "INSUFFICIENT_FUNDS" },
  ])("of $amountMinor out of 1000: $code", async ({ amountMinor, code }) => {
    const { deposit, earned } = await fund(1_000n);
    const result = await move(buildMovement({ debit: deposit, credit: earned, amountMinor }));
    expect(codes([result])).toEqual([code]);
    if (!result.ok) expect(result.error).toEqual({ code, accountId: deposit.id, missingMinor: 1n });
  });

  it("do nothing when done again, even when the money is gone by then", async () => {
    const { deposit, earned } = await fund(1_000n);
    const movement = buildMovement({ debit: deposit, credit: earned, amountMinor: 1_000n });
    expect(await move(movement)).toEqual({ ok: true, value: "done" });
    expect(await move({ ...movement, atMs: AT_MS + 1 })).toEqual({ ok: true, value: "replayed" });
    expect((await funds(earned.id)).balanceMinor).toBe(1_000n);
  });

  it.each<Partial<Movement>>([
    { amountMinor: 2n },
    { kind: "other" },
    { reference: "other" },
    { credit: availableAccount(newId(), "EUR") },
  ])("with a used id and other inputs are refused: %o", async (changes) => {
    const { deposit, earned } = await fund(1_000n);
    const movement = buildMovement({ debit: deposit, credit: earned, amountMinor: 1n });
    await move(movement);
    expect(codes([await move({ ...movement, ...changes })])).toEqual(["COMMAND_REUSED"]);
    expect(codes([await reserve(movement)])).toEqual(["COMMAND_REUSED"]);
    expect((await funds(deposit.id)).balanceMinor).toBe(999n);
  });

  it("between accounts that are only summed are counted once too", async () => {
    const movement = buildMovement({ debit: providerCash("SEK"), credit: platformFees("SEK"), amountMinor: 7n });
    const results = await Promise.all(Array.from({ length: 8 }, () => move(movement)));
    expect(codes(results)).toEqual(Array(8).fill("ok"));
    expect((await asSystem((tx) => statement(tx, "fees/SEK")))?.balance.creditsPosted).toBe(7n);
  });

  it("that are the first of an account, many at once, open it once", async () => {
    // The race is in the first instants of the insert: it takes many openings for it to be met.
    for (let round = 0; round < 60; round += 1) {
      const { deposit, earned } = buildContract();
      const opened = Array.from({ length: 10 }, () => asSystem((tx) => lockBalances(tx, [deposit, earned])));
      for (const balances of await Promise.all(opened)) expect(balances.size).toBe(2);
    }
  });

  it("in opposite directions at once do not deadlock", async () => {
    const [a, b] = [await fund(1_000n), await fund(1_000n)];
    const results = await Promise.all(
      Array.from({ length: 40 }, (_, index) => {
        const [debit, credit] = index % 2 === 0 ? [a.deposit, b.deposit] : [b.deposit, a.deposit];
        return move(buildMovement({ debit, credit, amountMinor: 1n }));
      }),
    );
    expect(codes(results)).toEqual(Array(40).fill("ok"));
    expect((await funds(a.deposit.id)).balanceMinor).toBe(1_000n);
  });
});

describe("holds", () => {
  const held = async () => {
    const contract = await fund(1_000n);
    const movement = buildMovement({ debit: contract.deposit, credit: contract.earned, amountMinor: 600n });
    expect(await reserve(movement)).toEqual({ ok: true, value: "done" });
    return { ...contract, holdId: movement.commandId };
  };

  it("take room without moving the balance", async () => {
    const { deposit, earned } = await held();
    expect(await funds(deposit.id)).toEqual({ balanceMinor: 1_000n, heldMinor: 600n, spendableMinor: 400n });
    const more = await reserve(buildMovement({ debit: deposit, credit: earned, amountMinor: 401n }));
    expect(codes([more])).toEqual(["INSUFFICIENT_FUNDS"]);
  });

  it.each([
    { name: "posted whole", amountMinor: undefined, left: 400n },
    { name: "posted in part", amountMinor: 250n, left: 750n },
  ])("$name move that much and free the rest", async ({ amountMinor, left }) => {
    const { deposit, earned, holdId } = await held();
    const settlement = { commandId: newId(), holdId, atMs: AT_MS, ...(amountMinor ? { amountMinor } : {}) };
    expect(await asSystem((tx) => postHold(tx, settlement))).toEqual({ ok: true, value: "done" });
    expect(await asSystem((tx) => postHold(tx, settlement))).toEqual({ ok: true, value: "replayed" });
    expect(await funds(deposit.id)).toEqual({ balanceMinor: left, heldMinor: 0n, spendableMinor: left });
    expect((await funds(earned.id)).balanceMinor).toBe(1_000n - left);
  });

  it("cannot be posted for more than is held", async () => {
    const { holdId } = await held();
    const result = await asSystem((tx) => postHold(tx, { commandId: newId(), holdId, amountMinor: 601n, atMs: AT_MS }));
    expect(codes([result])).toEqual(["HOLD_TOO_SMALL"]);
  });

  it("voided are as if they had never been", async () => {
    const { deposit, holdId } = await held();
    await asSystem((tx) => voidHold(tx, { commandId: newId(), holdId, atMs: AT_MS }));
    expect(await funds(deposit.id)).toEqual({ balanceMinor: 1_000n, heldMinor: 0n, spendableMinor: 1_000n });
  });

  it("end once, whichever of many posts and voids comes first", async () => {
    const { deposit, holdId } = await held();
    const race = Array.from({ length: 8 }, (_, index) =>
      asSystem((tx) => (index % 2 === 0 ? postHold : voidHold)(tx, { commandId: newId(), holdId, atMs: AT_MS })),
    );
    expect(codes(await Promise.all(race))).toEqual([...Array(7).fill("HOLD_SETTLED"), "ok"]);
    expect((await funds(deposit.id)).heldMinor).toBe(0n);
  });

  it("that do not exist, or are no holds, cannot end", async () => {
    const { deposit, earned } = await fund(10n);
    const posted = buildMovement({ debit: deposit, credit: earned, amountMinor: 1n });
    await move(posted);
    for (const holdId of [newId(), posted.commandId]) {
      const result = await asSystem((tx) => voidHold(tx, { commandId: newId(), holdId, atMs: AT_MS }));
      expect(codes([result])).toEqual(["HOLD_UNKNOWN"]);
    }
  });

  it("are voided together or not at all", async () => {
    const { deposit, earned, holdId } = await held();
    const other = buildMovement({ debit: deposit, credit: earned, amountMinor: 100n });
    await reserve(other);
    const both = [holdId, other.commandId].map((each) => ({ commandId: newId(), holdId: each }));
    const withUnknown = [...both, { commandId: newId(), holdId: newId() }];
    expect(codes([await asSystem((tx) => voidHolds(tx, withUnknown, AT_MS))])).toEqual(["HOLD_UNKNOWN"]);
    expect((await funds(deposit.id)).heldMinor).toBe(700n);
    expect(await asSystem((tx) => voidHolds(tx, both, AT_MS))).toEqual({ ok: true, value: "done" });
    expect(await asSystem((tx) => voidHolds(tx, both, AT_MS))).toEqual({ ok: true, value: "replayed" });
    expect((await funds(deposit.id)).heldMinor).toBe(0n);
  });

  it.each([2, 16, 32])("of %i racers, only as many as there is money for are placed", async (racers) => {
    const { deposit, earned } = await fund(100n);
    const race = Array.from({ length: racers }, () =>
      reserve(buildMovement({ debit: deposit, credit: earned, amountMinor: 30n })),
    );
    const placed = codes(await Promise.all(race)).filter((code) => code === "ok").length;
    expect(placed).toBe(Math.min(3, racers));
    expect((await funds(deposit.id)).heldMinor).toBe(30n * BigInt(placed));
  });
});

describe("commands", () => {
  const countedCommand = (id: string, inputs: { readonly amount: bigint }, outcome: "ok" | "no") => {
    let runs = 0;
    const answer = asSystem((tx) =>
      commandOnce(
        tx,
        { id, name: "test", inputs, atMs: AT_MS },
        {
          work: async () => {
            runs += 1;
            return outcome === "ok" ? { ok: true, value: "done" } : { ok: false, error: { code: "NO" } };
          },
          replay: async () => "replayed",
        },
      ),
    );
    return answer.then((result) => ({ answer: result.ok ? result.value : result.error.code, runs }));
  };

  it("work once, then replay; with other inputs they are refused", async () => {
    const id = newId();
    expect(await countedCommand(id, { amount: 1n }, "ok")).toEqual({ answer: "done", runs: 1 });
    expect(await countedCommand(id, { amount: 1n }, "ok")).toEqual({ answer: "replayed", runs: 0 });
    expect(await countedCommand(id, { amount: 2n }, "ok")).toEqual({ answer: "COMMAND_REUSED", runs: 0 });
  });

  it("that are refused may be tried again", async () => {
    const id = newId();
    expect(await countedCommand(id, { amount: 1n }, "no")).toEqual({ answer: "NO", runs: 1 });
    expect(await countedCommand(id, { amount: 1n }, "ok")).toEqual({ answer: "done", runs: 1 });
  });

  it("given many times at once work once", async () => {
    const id = newId();
    const all = await Promise.all(Array.from({ length: 8 }, () => countedCommand(id, { amount: 1n }, "ok")));
    expect(all.reduce((sum, { runs }) => sum + runs, 0)).toBe(1);
  });
});

describe("the database's own walls", () => {
  it.each([
    "update ledger_transfer set amount_minor = amount_minor + 1",
    "delete from ledger_transfer",
    "truncate ledger_transfer",
    "delete from ledger_account",
    "update ledger_account set no_overdraft = false",
    "update ledger_account set owner_id = null",
    "update command set name = 'other'",
  ])("refuse the app's role: %s", async (statementText) => {
    expect(await codeOf(asSystem((tx) => sql.raw(statementText).execute(tx)))).toBe("42501");
  });

  it("refuse an overdraft that the code would let through", async () => {
    const { deposit } = await fund(10n);
    const overdraw = asSystem((tx) =>
      sql`update ledger_account set debits_posted = 11 where id = ${deposit.id}`.execute(tx),
    );
    expect(await codeOf(overdraw)).toBe("23514");
  });

  it("show a person only their own accounts and transfers, and let them write nothing", async () => {
    const { clientId, freelancerId, deposit, earned } = await fund(1_000n);
    await move(buildMovement({ debit: deposit, credit: earned, amountMinor: 250n }));
    const seenBy = (personId: typeof clientId) =>
      transact(test.database, { kind: "person", personId }, async (tx) => ({
        accounts: (await sql<{ id: string }>`select id from ledger_balance`.execute(tx)).rows.map(({ id }) => id),
        transfers: (await sql`select id from ledger_transfer`.execute(tx)).rows.length,
      }));
    expect(await seenBy(clientId)).toEqual({ accounts: [deposit.id], transfers: 2 });
    expect(await seenBy(freelancerId)).toEqual({ accounts: [earned.id], transfers: 1 });
    expect(await seenBy(newId())).toEqual({ accounts: [], transfers: 0 });
    const write = transact(test.database, { kind: "person", personId: freelancerId }, (tx) =>
      transfer(tx, buildMovement({ debit: deposit, credit: earned, amountMinor: 1n })),
    );
    expect(await codeOf(write)).toBe("42501");
  });
});

describe("reports", () => {
  it("sum to zero in every currency", async () => {
    await fund(12_345n, "JPY");
    const balances = await asSystem(trialBalance);
    expect(balances.map(({ currency }) => currency)).toEqual(["EUR", "JPY", "SEK"]);
    for (const balance of balances) expect(balance.differenceMinor).toBe(0n);
  });

  it("show a kept sum that went astray", async () => {
    const outcome = asSystem(async (tx) => {
      const { deposit } = buildContract("CHF");
      await transfer(tx, buildMovement({ debit: providerCash("CHF"), credit: deposit, amountMinor: 5n }));
      await sql`update ledger_account set credits_posted = credits_posted + 1 where id = ${deposit.id}`.execute(tx);
      const [found] = (await trialBalance(tx)).filter(({ currency }) => currency === "CHF");
      throw new Error(`difference ${found?.differenceMinor}`);
    });
    await expect(outcome).rejects.toThrow("difference -1");
  });

  it("list an account's transfers, newest first, from its own side", async () => {
    const { deposit, earned, cash } = await fund(1_000n);
    await move(buildMovement({ debit: deposit, credit: earned, amountMinor: 250n, kind: "later", atMs: AT_MS + 1 }));
    const found = await asSystem((tx) => statement(tx, deposit.id));
    expect(found?.lines).toMatchObject([
      { side: "debit", otherAccountId: earned.id, amountMinor: 250n, kind: "later" },
      { side: "credit", otherAccountId: cash.id, amountMinor: 1_000n, kind: "test" },
    ]);
    expect(await asSystem((tx) => statement(tx, "deposit:nobody/EUR"))).toBeNull();
  });
});
