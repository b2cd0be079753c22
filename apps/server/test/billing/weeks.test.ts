import { DAY_MS, dateOf, HOUR_MS, MINUTE_MS, money, SEGMENT_MS, WEEK_MS } from "@underseal/foundation";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { approveWeek } from "../../src/billing/index.ts";
import { transact } from "../../src/platform/postgres/transact.ts";
import { type BillingWorld, createBillingWorld, WEEK, WEEK_MS_START } from "./world.ts";

let world: BillingWorld;

beforeAll(async () => {
  world = await createBillingWorld();
});
afterAll(() => world.stop());
beforeEach(() => world.clock.set(WEEK_MS_START + 9 * HOUR_MS));

const LOCK_MS = Date.UTC(2026, 10, 23, 12);
const REVIEW_END_MS = Date.UTC(2026, 10, 28);
const AVAILABLE_MS = Date.UTC(2026, 11, 2);
const NINE = WEEK_MS_START + 9 * HOUR_MS;

const hourOf = async (contract: ReturnType<BillingWorld["addContract"]>, startMs = NINE) => {
  for (let index = 0; index < 6; index += 1) await contract.record(startMs + index * SEGMENT_MS, 10);
};

describe("recording a segment", () => {
  it("holds its amount in the deposit, rounded up", async () => {
    const contract = world.addContract({ rate: money(7_300n, "EUR") });
    await contract.fund(10_000n);
    expect(await contract.record(NINE, 10)).toEqual({
      deposit: "has-room",
      depositUsedPermille: 122,
      minutesBilled: 10,
      held: money(1_217n, "EUR"),
    });
    expect(await contract.funds()).toEqual({ balanceMinor: 10_000n, heldMinor: 1_217n, spendableMinor: 8_783n });
  });

  it.each([
    { funded: 1_000n, deposit: "has-room", covered: 10 },
    { funded: 1_001n, deposit: "has-room", covered: 10 },
    { funded: 999n, deposit: "short", covered: 0 },
    { funded: 0n, deposit: "absent", covered: 0 },
  ])("of 10.00 with $funded in the deposit finds it $deposit", async ({ funded, deposit, covered }) => {
    const contract = world.addContract();
    if (funded > 0n) await contract.fund(funded);
    expect((await contract.record(NINE, 10)).deposit).toBe(deposit);
    expect(await contract.week(WEEK)).toMatchObject({ depositMinutes: covered, noneMinutes: 10 - covered });
  });

  it("holds nothing where the terms have no deposit", async () => {
    const contract = world.addContract({ hasDeposit: false });
    await contract.fund(10_000n);
    expect((await contract.record(NINE, 10)).deposit).toBe("absent");
    expect((await contract.funds()).heldMinor).toBe(0n);
  });

  it("told again bills once and answers the same, many times at once too", async () => {
    const contract = world.addContract();
    await contract.fund(10_000n);
    const hash = new Uint8Array(32).fill(7);
    const answers = await Promise.all(Array.from({ length: 6 }, () => contract.record(NINE, 10, { hash })));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect((await contract.funds()).heldMinor).toBe(1_000n);
  });

  it("adds a second run of the slot, up to its ten minutes", async () => {
    const contract = world.addContract();
    await contract.fund(10_000n);
    const billed = [];
    for (const minutes of [4, 5, 3, 2]) billed.push((await contract.record(NINE, minutes)).minutesBilled);
    expect(billed).toEqual([4, 5, 1, 0]);
    expect((await contract.funds()).heldMinor).toBe(1_000n);
    expect((await contract.week(WEEK))?.depositMinutes).toBe(10);
  });

  it("stops at the weekly limit, also when many arrive at once", async () => {
    const contract = world.addContract({ weeklyLimitMinutes: 35 });
    await contract.fund(10_000n);
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, index) => contract.record(NINE + index * SEGMENT_MS, 10)),
    );
    expect(all.map(({ minutesBilled }) => minutesBilled).sort()).toEqual([0, 0, 0, 0, 10, 10, 10, 5].sort());
    expect((await contract.week(WEEK))?.depositMinutes).toBe(35);
  });

  it("of sixteen at once places only as many holds as there is money for", async () => {
    const contract = world.addContract();
    await contract.fund(5_500n);
    const all = await Promise.all(
      Array.from({ length: 16 }, (_, index) => contract.record(NINE + index * SEGMENT_MS, 10)),
    );
    expect(all.filter(({ deposit }) => deposit === "has-room")).toHaveLength(5);
    expect(await contract.funds()).toEqual({ balanceMinor: 5_500n, heldMinor: 5_000n, spendableMinor: 500n });
  });
});

describe("the lock", () => {
  it("comes on Monday at 12:00:00.000, not a millisecond earlier", async () => {
    const contract = world.addContract();
    await contract.fund(10_000n);
    await hourOf(contract);
    await world.tick(LOCK_MS - 1);
    expect(await contract.week(WEEK)).toMatchObject({ state: "open", heldMinor: 6_000n, invoiceId: null });
    await world.tick(LOCK_MS);
    expect(await contract.week(WEEK)).toMatchObject({ state: "in_review", heldMinor: 0n, totalMinor: 6_000n });
    expect(await contract.balances()).toEqual({ deposit: 4_000n, earned: 6_000n, available: 0n });
  });

  it.each([
    { arrives: LOCK_MS - 1, invoice: WEEK },
    { arrives: LOCK_MS, invoice: "2026-11-23" },
    { arrives: LOCK_MS + 1, invoice: "2026-11-23" },
    { arrives: LOCK_MS + WEEK_MS - 1, invoice: "2026-11-23" },
    { arrives: LOCK_MS + WEEK_MS, invoice: "2026-11-30" },
  ])("hours that arrive at $arrives go on the invoice of $invoice", async ({ arrives, invoice }) => {
    const contract = world.addContract();
    await contract.fund(10_000n);
    world.clock.set(arrives);
    await contract.record(NINE, 10);
    await world.tick(LOCK_MS + 4 * WEEK_MS);
    expect((await contract.invoice(invoice))?.lines).toMatchObject([{ day: WEEK, minutes: 10 }]);
    // They count in their own week all the same.
    expect((await contract.week(WEEK))?.depositMinutes).toBe(10);
    expect((await contract.weeks()).filter(({ invoiceId }) => invoiceId !== null)).toHaveLength(1);
  });

  it("leaves late hours of a slot that was invoiced already to the next invoice", async () => {
    const contract = world.addContract();
    await contract.fund(10_000n);
    await contract.record(NINE, 4);
    await world.tick(LOCK_MS);
    world.clock.set(LOCK_MS + HOUR_MS);
    await contract.record(NINE, 9);
    await world.tick(LOCK_MS + WEEK_MS);
    expect((await contract.invoice(WEEK))?.lines).toMatchObject([{ minutes: 4, amountMinor: 400n }]);
    expect((await contract.invoice("2026-11-23"))?.lines).toMatchObject([{ day: WEEK, minutes: 6, amountMinor: 600n }]);
  });

  it("pays from money that came after the hours, and leaves the rest unpaid", async () => {
    const contract = world.addContract();
    await hourOf(contract);
    await contract.fund(2_500n);
    await world.tick(LOCK_MS);
    expect(await contract.week(WEEK)).toMatchObject({ totalMinor: 6_000n, paidMinor: 2_500n, unpaidMinor: 3_500n });
    expect(await contract.balances()).toEqual({ deposit: 0n, earned: 2_500n, available: 0n });
  });

  it("leaves alone what the next week's hours hold", async () => {
    const contract = world.addContract();
    await contract.fund(3_000n);
    await contract.record(NINE, 10);
    world.clock.set(WEEK_MS_START + WEEK_MS + 9 * HOUR_MS);
    for (const index of [0, 1]) await contract.record(WEEK_MS_START + WEEK_MS + 8 * HOUR_MS + index * SEGMENT_MS, 10);
    world.clock.set(WEEK_MS_START + 6 * DAY_MS);
    for (const index of [1, 2]) await contract.record(NINE + index * SEGMENT_MS, 10);
    await world.tick(LOCK_MS);
    expect(await contract.week(WEEK)).toMatchObject({ totalMinor: 3_000n, paidMinor: 1_000n, unpaidMinor: 2_000n });
    expect(await contract.funds()).toEqual({ balanceMinor: 2_000n, heldMinor: 2_000n, spendableMinor: 0n });
  });

  it("takes the fee, rounded down on each line", async () => {
    const contract = world.addContract({ rate: money(3_333n, "JPY"), feePermille: 75 });
    await contract.fund(10_000n);
    await contract.record(NINE, 10);
    await contract.record(NINE + DAY_MS, 7);
    world.clock.set(LOCK_MS);
    await world.tick();
    // By hand: 555.5 → 556, fee 41.7 → 41; 388.85 → 389, fee 29.175 → 29.
    expect(await contract.invoice(WEEK)).toMatchObject({
      total: money(945n, "JPY"),
      paid: money(945n, "JPY"),
      fee: money(70n, "JPY"),
      unpaid: money(0n, "JPY"),
      lines: [
        { amountMinor: 556n, feeMinor: 41n },
        { amountMinor: 389n, feeMinor: 29n },
      ],
    });
    expect(await contract.balances()).toEqual({ deposit: 9_055n, earned: 875n, available: 0n });
  });
});

describe("review and release", () => {
  it("silence approves on Friday at 24:00, and the money is available on the Wednesday after", async () => {
    const contract = world.addContract();
    await contract.fund(10_000n);
    await hourOf(contract);
    const stateAt = async (nowMs: number) => {
      await world.tick(nowMs);
      return [(await contract.week(WEEK))?.state, await contract.balance("available")];
    };
    expect(await stateAt(REVIEW_END_MS - 1)).toEqual(["in_review", 0n]);
    expect(await stateAt(REVIEW_END_MS)).toEqual(["approved", 0n]);
    expect(await stateAt(AVAILABLE_MS - 1)).toEqual(["approved", 0n]);
    expect(await stateAt(AVAILABLE_MS)).toEqual(["available", 6_000n]);
    expect(await contract.balances()).toEqual({ deposit: 4_000n, earned: 0n, available: 6_000n });
  });

  it("the client may approve earlier, once locked; the money comes on Wednesday all the same", async () => {
    const contract = world.addContract();
    const { contractId, clientId, freelancerId } = contract;
    await contract.fund(10_000n);
    await hourOf(contract);
    const approve = (personId = clientId, weekStart = WEEK) =>
      approveWeek(world.deps, { contractId, weekStart, personId });
    expect(await approve()).toEqual({ ok: false, error: { code: "WEEK_NOT_LOCKED" } });
    world.clock.set(LOCK_MS + MINUTE_MS);
    await world.tick();
    expect(await approve(freelancerId)).toEqual({ ok: false, error: { code: "NOT_THE_CLIENT" } });
    expect(await approve(world.addContract().clientId)).toEqual({ ok: false, error: { code: "CONTRACT_UNKNOWN" } });
    expect(await approve(clientId, "2026-11-30")).toEqual({ ok: false, error: { code: "WEEK_UNKNOWN" } });
    expect(await approve()).toEqual({ ok: true, value: "approved" });
    expect(await approve()).toEqual({ ok: true, value: "approved" });
    await world.tick(AVAILABLE_MS - 1);
    expect(await contract.balance("available")).toBe(0n);
    await world.tick(AVAILABLE_MS);
    expect(await contract.balance("available")).toBe(6_000n);
    expect((await world.events(contractId)).map(({ to, actor }) => [to, actor])).toEqual([
      ["open", null],
      ["locked", null],
      ["in_review", null],
      ["approved", clientId],
      ["available", null],
    ]);
  });

  it("shows weeks, hours and invoices to the two parties only", async () => {
    const contract = world.addContract();
    await contract.fund(10_000n);
    await hourOf(contract);
    await world.tick(LOCK_MS);
    const tables = ["billing_week", "billed_segment", "invoice", "invoice_line"];
    const countsSeenBy = (personId: typeof contract.clientId) =>
      transact(world.deps.database, { kind: "person", personId }, async (tx) => {
        const counts: number[] = [];
        for (const table of tables) {
          counts.push((await sql`select from ${sql.table(table)}`.execute(tx)).rows.length);
        }
        return counts;
      });
    expect(await countsSeenBy(contract.clientId)).toEqual([1, 6, 1, 1]);
    expect(await countsSeenBy(contract.freelancerId)).toEqual([1, 6, 1, 1]);
    expect(await countsSeenBy(world.addContract().clientId)).toEqual([0, 0, 0, 0]);
  });
});

describe("many weeks", () => {
  it("twelve pass in one go, each paid, with the ledger at zero after every one", async () => {
    const contract = world.addContract({ rate: money(7_300n, "EUR"), feePermille: 50 });
    for (let index = 0; index < 12; index += 1) {
      const weekMs = WEEK_MS_START + index * WEEK_MS;
      world.clock.set(weekMs + 9 * HOUR_MS);
      await contract.fund(2_000n);
      await contract.record(weekMs + 9 * HOUR_MS, 10);
      await contract.record(weekMs + 10 * HOUR_MS, 3);
      world.clock.set(weekMs + WEEK_MS + 12 * HOUR_MS);
      await world.tick();
      expect(new Set(await world.differences())).toEqual(new Set([0n]));
    }
    await world.tick(WEEK_MS_START + 14 * WEEK_MS);
    const weeks = await contract.weeks();
    expect(weeks).toHaveLength(12);
    // By hand: 73.00 × 13 ÷ 60 = 15.8166… → 15.82; 5 % of it = 0.791 → 0.79; 15.03 for the freelancer.
    for (const week of weeks) expect(week).toMatchObject({ state: "available", paidMinor: 1_582n, unpaidMinor: 0n });
    expect(await contract.balances()).toEqual({ deposit: 12n * 418n, earned: 0n, available: 12n * 1_503n });
  });

  it("that nobody ticked for are caught up by one tick, in order", async () => {
    const contract = world.addContract();
    await contract.fund(100_000n);
    for (let index = 0; index < 3; index += 1) {
      world.clock.set(WEEK_MS_START + index * WEEK_MS + 10 * HOUR_MS);
      await hourOf(contract, WEEK_MS_START + index * WEEK_MS + 9 * HOUR_MS);
    }
    expect(await world.tick(WEEK_MS_START + 10 * WEEK_MS)).toMatchObject({ steps: 12, faults: [] });
    expect((await contract.weeks()).map(({ weekStart, state }) => [weekStart, state])).toEqual(
      [2, 1, 0].map((index) => [dateOf(WEEK_MS_START + index * WEEK_MS), "available"]),
    );
    expect(await contract.balance("available")).toBe(18_000n);
  });

  it("one that cannot go on does not stop the others, and goes on once it can", async () => {
    const broken = world.addContract();
    const sound = world.addContract();
    for (const contract of [broken, sound]) {
      await contract.fund(10_000n);
      await hourOf(contract);
    }
    // A kept sum that went astray: freeing the holds would bring it below zero, which the database refuses.
    const setPending = (minor: bigint) =>
      sql`update ledger_account set credits_pending = ${minor} where id = ${broken.accounts.earned.id}`.execute(
        world.deps.database.kysely,
      );
    await setPending(0n);
    const { faults } = await world.tick(LOCK_MS);
    expect(faults.map(({ key }) => key.contractId)).toEqual([broken.contractId]);
    expect((await sound.week(WEEK))?.state).toBe("in_review");
    expect((await broken.week(WEEK))?.state).toBe("locked");
    await setPending(6_000n);
    expect((await world.tick(LOCK_MS)).faults).toEqual([]);
    expect(await broken.balance("earned")).toBe(6_000n);
  });
});
