import { setTimeout as sleep } from "node:timers/promises";
import { createSystemRandom, HOUR_MS, SEGMENT_MS } from "@underseal/foundation";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type BillingWorld, createBillingWorld, type TestContract, WEEK, WEEK_MS_START } from "./world.ts";

// A crash ends every transaction that is under way. Here it is the database that cuts the connections, at instants
// nobody chose; what a server that starts again then does is the same tick.

let world: BillingWorld;

beforeAll(async () => {
  world = await createBillingWorld();
});
afterAll(() => world.stop());
beforeEach(() => world.clock.set(WEEK_MS_START + 9 * HOUR_MS));

const LOCK_MS = Date.UTC(2026, 10, 23, 12);
const END_MS = Date.UTC(2026, 11, 2);

const addContracts = async (count: number): Promise<readonly TestContract[]> => {
  const contracts = Array.from({ length: count }, () => world.addContract({ feePermille: 100 }));
  for (const contract of contracts) {
    await contract.fund(2_500n);
    for (const index of [0, 1]) await contract.record(WEEK_MS_START + 8 * HOUR_MS + index * SEGMENT_MS, 10);
  }
  return contracts;
};

/** By hand: two segments at 10.00 are 20.00; 10 % of it is the fee. */
const expectPaidOnce = async (contracts: readonly TestContract[]) => {
  for (const contract of contracts) {
    expect(await contract.balances()).toEqual({ deposit: 500n, earned: 0n, available: 1_800n });
    expect(await contract.funds()).toMatchObject({ heldMinor: 0n });
    expect((await contract.invoice(WEEK))?.total.amountMinor).toBe(2_000n);
    expect((await world.events(contract.contractId)).map(({ to }) => to)).toEqual([
      "open",
      "locked",
      "in_review",
      "approved",
      "available",
    ]);
  }
  expect(new Set(await world.differences())).toEqual(new Set([0n]));
};

const cutConnections = async (killer: pg.Client): Promise<void> => {
  await killer.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
};

/** Connections that were cut just now are still in the pool, and fail once each. */
const untilConnected = async (): Promise<void> => {
  for (let tries = 0; tries < 20; tries += 1) {
    if (
      await world.step(0).then(
        () => true,
        () => false,
      )
    )
      return;
  }
};

describe("a week", () => {
  it("stopped after any number of steps goes on from there", async () => {
    for (const stepsBefore of [0, 1, 2, 3, 4]) {
      const contracts = await addContracts(1);
      for (let step = 0; step < stepsBefore; step += 1) expect(await world.step(END_MS)).toBe("done");
      expect((await world.tick(END_MS)).steps).toBe(4 - stepsBefore);
      await expectPaidOnce(contracts);
    }
  });

  it("ticked by several servers at once is billed once", async () => {
    const contracts = await addContracts(6);
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => world.tick(LOCK_MS)));
    expect(outcomes.reduce((sum, { steps }) => sum + steps, 0)).toBe(12);
    await Promise.all(Array.from({ length: 4 }, () => world.tick(END_MS)));
    await expectPaidOnce(contracts);
  });

  it("whose transactions are cut at random instants is billed once and loses nothing", async () => {
    const contracts = await addContracts(8);
    const killer = new pg.Client({ connectionString: world.test.url });
    await killer.connect();
    const random = createSystemRandom();
    let cuts = 0;
    for (let tries = 0; tries < 60; tries += 1) {
      const ticking = world.tick(END_MS).then(
        ({ faults }) => faults.length,
        () => 1,
      );
      if (cuts < 25) {
        await sleep((random.bytes(1)[0] ?? 0) % 25);
        await cutConnections(killer);
      }
      const failures = await ticking;
      cuts += failures;
      // The last cut may hit the look itself, too.
      const state = await world.step(END_MS).catch(() => "cut");
      if (failures === 0 && state === "none") break;
    }
    await killer.end();
    await untilConnected();
    expect(cuts).toBeGreaterThan(0);
    expect(await world.step(END_MS)).toBe("none");
    await expectPaidOnce(contracts);
  });

  it("and recording at the lock's own instant neither loses nor repeats a minute", async () => {
    const contract = world.addContract();
    await contract.fund(100_000n);
    world.clock.set(LOCK_MS - 1);
    const recordings = Array.from({ length: 20 }, (_, index) =>
      contract.record(WEEK_MS_START + 8 * HOUR_MS + index * SEGMENT_MS, 10),
    );
    await Promise.all([...recordings, world.tick(LOCK_MS), world.tick(LOCK_MS), world.tick(LOCK_MS)]);
    await world.tick(END_MS + 14 * 24 * HOUR_MS);
    const invoices = (await contract.weeks()).map(({ totalMinor }) => totalMinor ?? 0n);
    expect(invoices.reduce((sum, total) => sum + total, 0n)).toBe(20_000n);
    expect(await contract.balance("available")).toBe(20_000n);
  });
});
