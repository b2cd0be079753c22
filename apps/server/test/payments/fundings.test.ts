import { money, redact } from "@underseal/foundation";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addCard,
  cardsOf,
  chargeFunding,
  type Funding,
  finishFundings,
  fundDeposit,
  type PaymentsDeps,
  postFunding,
  requestFunding,
} from "../../src/payments/index.ts";
import { transact } from "../../src/platform/postgres/transact.ts";
import { CARDS, createPaymentsWorld, newId, type PaymentsWorld } from "./world.ts";

let world: PaymentsWorld;

beforeAll(async () => {
  world = await createPaymentsWorld();
});
afterAll(() => world.stop());

const expectOk = <T>(
  result: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown },
) => {
  expect(result).toMatchObject({ ok: true });
  if (!result.ok) throw new Error("unreachable");
  return result.value;
};

const chargesFor = async (command: { readonly commandId: string }) =>
  (await world.system((tx) => sql`select key from sandbox_charge where key = ${command.commandId}`.execute(tx))).rows
    .length;

/** How many transactions are open in this database, besides the one that asks. */
const openTransactions = async (): Promise<number> => {
  const { rows } = await sql<{ open: number }>`select count(*)::int as open from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and state like 'idle in transaction%'
  `.execute(world.database.kysely);
  return rows[0]?.open ?? -1;
};

/** Past every lease and backoff, so that a worker finds what is unfinished. */
const finishLater = async (deps: PaymentsDeps = world.deps) => {
  world.clock.advance(24 * 3_600_000);
  return finishFundings(deps, world.clock.now());
};

describe("cards", () => {
  it("are kept without their number", async () => {
    const { contract, card } = await world.prepare(CARDS.succeeds);
    expect(await cardsOf(world.deps, contract.clientId)).toEqual([card]);
    expect(card).toMatchObject({ brand: "visa", last4: "4242" });
    const tables = ["payment_card", "sandbox_card", "command"];
    for (const table of tables) {
      const { rows } = await world.system((tx) => sql`select t::text as row from ${sql.table(table)} t`.execute(tx));
      expect(rows.length).toBeGreaterThan(0);
      expect(JSON.stringify(rows)).not.toContain(CARDS.succeeds);
    }
  });

  it("are seen by nobody else", async () => {
    const { contract } = await world.prepare(CARDS.succeeds);
    expect(await cardsOf(world.deps, contract.freelancerId)).toEqual([]);
  });

  it("added again by the same command are one card; with another number the command is refused", async () => {
    const { clientId: personId } = world.addContract();
    const commandId = newId();
    const first = await addCard(world.deps, { commandId, personId, number: redact(CARDS.succeeds) });
    const again = await addCard(world.deps, { commandId, personId, number: redact(CARDS.succeeds) });
    expect(again).toEqual(first);
    const other = await addCard(world.deps, { commandId, personId, number: redact(CARDS.declines) });
    expect(other).toMatchObject({ ok: false, error: { code: "COMMAND_REUSED" } });
    expect(await cardsOf(world.deps, personId)).toHaveLength(1);
  });

  it("that are not the sandbox's own are refused", async () => {
    const added = await addCard(world.deps, {
      commandId: newId(),
      personId: world.addContract().clientId,
      number: redact("4111111111111111"),
    });
    expect(added).toEqual({ ok: false, error: { code: "CARD_INVALID" } });
  });
});

describe("funding a deposit", () => {
  it("charges the card and puts the money into the deposit", async () => {
    const { contract, command } = await world.prepare(CARDS.succeeds);
    expect(expectOk(await fundDeposit(world.deps, command)).state).toBe("posted");
    expect(await world.balanceOf(contract)).toBe(50_000n);
  });

  it("asks the provider while no transaction is open", async () => {
    const { provider } = world.deps;
    const { command } = await world.prepare(CARDS.succeeds);
    const seen: number[] = [];
    const watched = world.withProvider({
      ...provider,
      charge: async (request) => {
        seen.push(await openTransactions());
        return provider.charge(request);
      },
    });
    expectOk(await fundDeposit(watched, command));
    expect(seen).toEqual([0]);
    // The count would see one.
    expect(await world.system(openTransactions)).toBe(1);
  });

  it("given again, or many times at once, charges and posts once", async () => {
    const { contract, command } = await world.prepare(CARDS.succeeds);
    const results = await Promise.all(Array.from({ length: 6 }, () => fundDeposit(world.deps, command)));
    for (const result of results) expect(expectOk(result).state).toBe("posted");
    expect(expectOk(await fundDeposit(world.deps, command)).state).toBe("posted");
    expect(await chargesFor(command)).toBe(1);
    expect(await world.balanceOf(contract)).toBe(50_000n);
  });

  it.each([
    { number: CARDS.declines, reason: "declined" },
    { number: CARDS.insufficient, reason: "insufficient_funds" },
  ])("with card $number is declined ($reason), and stays declined", async ({ number, reason }) => {
    const { contract, command } = await world.prepare(number);
    const declined = { ok: false, error: { code: "CARD_DECLINED", reason } };
    expect(await fundDeposit(world.deps, command)).toEqual(declined);
    expect(await fundDeposit(world.deps, command)).toEqual(declined);
    await finishLater();
    expect(await world.balanceOf(contract)).toBe(0n);
  });

  it("with a reply lost after the charge is finished later and charged once", async () => {
    const { contract, command } = await world.prepare(CARDS.losesReply);
    expect(expectOk(await fundDeposit(world.deps, command)).state).toBe("requested");
    expect(await world.balanceOf(contract)).toBe(0n);
    expect(await finishLater()).toEqual([]);
    expect(await world.balanceOf(contract)).toBe(50_000n);
    expect(await chargesFor(command)).toBe(1);
  });

  it.each([
    { what: "another amount", change: { amount: money(50_001n, "EUR") } },
    { what: "another contract", change: {} },
  ])("refuses a used command id with $what", async ({ change }) => {
    const { contract, command } = await world.prepare(CARDS.succeeds);
    expectOk(await fundDeposit(world.deps, command));
    const other = await world.prepare(CARDS.succeeds);
    const reused = "amount" in change ? { ...command, ...change } : { ...other.command, commandId: command.commandId };
    expect(await fundDeposit(world.deps, reused)).toMatchObject({ ok: false, error: { code: "COMMAND_REUSED" } });
    expect(await world.balanceOf(contract)).toBe(50_000n);
    expect(await world.balanceOf(other.contract)).toBe(0n);
  });

  it("is the client's alone, with their own card, in the contract's currency and in range", async () => {
    const { contract, command } = await world.prepare(CARDS.succeeds);
    const stranger = await world.prepare(CARDS.succeeds);
    const refusals = [
      [{ clientId: contract.freelancerId }, "NOT_THE_CLIENT"],
      [{ clientId: stranger.contract.clientId }, "CONTRACT_UNKNOWN"],
      [{ contractId: newId<typeof contract.contractId>() }, "CONTRACT_UNKNOWN"],
      [{ cardId: stranger.card.id }, "CARD_UNKNOWN"],
      [{ amount: money(1n, "USD") }, "OTHER_CURRENCY"],
      [{ amount: money(0n, "EUR") }, "AMOUNT_OUT_OF_RANGE"],
      [{ amount: money(-1n, "EUR") }, "AMOUNT_OUT_OF_RANGE"],
      [{ amount: money(1_000_000_000_001n, "EUR") }, "AMOUNT_OUT_OF_RANGE"],
    ] as const;
    for (const [changes, code] of refusals) {
      expect(await fundDeposit(world.deps, { ...command, ...changes })).toMatchObject({ ok: false, error: { code } });
    }
    expect(await chargesFor(command)).toBe(0);
  });
});

describe("a crash between any two steps loses nothing and charges once", () => {
  const crashes: Readonly<Record<string, (deps: PaymentsDeps, funding: Funding) => Promise<unknown>>> = {
    "after the request": async () => {},
    "after the charge, before its answer was recorded": async (deps, funding) => {
      const { provider } = deps;
      const dies = world.withProvider({
        ...provider,
        charge: async (request) => {
          await provider.charge(request);
          throw new Error("power cut");
        },
      });
      await expect(chargeFunding(dies, funding)).rejects.toThrow("power cut");
    },
    "after the answer was recorded": chargeFunding,
    "after the money was posted": async (deps, funding) => postFunding(deps, await chargeFunding(deps, funding)),
  };

  it.each(Object.entries(crashes))("%s", async (_when, crash) => {
    const { contract, command } = await world.prepare(CARDS.succeeds);
    const funding = expectOk(await requestFunding(world.deps, command));
    await crash(world.deps, funding);
    expect(await finishFundings(world.deps, world.clock.now())).toEqual([]);
    const [one, two] = await Promise.all([finishLater(), finishLater()]);
    expect([one, two]).toEqual([[], []]);
    expect(expectOk(await fundDeposit(world.deps, command)).state).toBe("posted");
    expect(await chargesFor(command)).toBe(1);
    expect(await world.balanceOf(contract)).toBe(50_000n);
    expect(new Set(await world.differences())).toEqual(new Set([0n]));
  });

  it("and one funding that cannot be finished does not stop the others", async () => {
    const broken = await world.prepare(CARDS.succeeds);
    const sound = await world.prepare(CARDS.succeeds);
    for (const { command } of [broken, sound]) expectOk(await requestFunding(world.deps, command));
    const { provider } = world.deps;
    const faults = await finishLater(
      world.withProvider({
        ...provider,
        charge: async (request) => {
          if (request.key === broken.command.commandId) throw new Error("provider fault");
          return provider.charge(request);
        },
      }),
    );
    expect(faults.map(({ key }) => key.id)).toEqual([broken.command.commandId]);
    expect(await world.balanceOf(sound.contract)).toBe(50_000n);
    await finishLater();
    expect(await world.balanceOf(broken.contract)).toBe(50_000n);
  });

  it("and the worker leaves a funding alone while the request still works on it", async () => {
    const { contract, command } = await world.prepare(CARDS.succeeds);
    expectOk(await requestFunding(world.deps, command));
    await finishFundings(world.deps, world.clock.now() + 59_999);
    expect(await world.balanceOf(contract)).toBe(0n);
    await finishFundings(world.deps, world.clock.now() + 60_000);
    expect(await world.balanceOf(contract)).toBe(50_000n);
  });
});

describe("the second wall", () => {
  it("shows fundings to their client only, and lets no person write", async () => {
    const { contract, command } = await world.prepare(CARDS.succeeds);
    expectOk(await fundDeposit(world.deps, command));
    const seenBy = (personId: typeof contract.clientId) =>
      transact(world.database, { kind: "person", personId }, async (tx) => {
        const { rows } = await sql`select id from deposit_funding`.execute(tx);
        const changed = await sql`update deposit_funding set state = 'declined'`.execute(tx);
        return [rows.length, changed.numAffectedRows];
      });
    expect(await seenBy(contract.clientId)).toEqual([1, 0n]);
    expect(await seenBy(contract.freelancerId)).toEqual([0, 0n]);
  });
});

describe("the sandbox's refunds", () => {
  it("go back once per key, never beyond the charge", async () => {
    const { command } = await world.prepare(CARDS.succeeds);
    const { chargeId } = expectOk(await fundDeposit(world.deps, command));
    const refund = (key: string, amountMinor: bigint) =>
      world.deps.provider.refund({ key, chargeId: chargeId ?? "", amount: money(amountMinor, "EUR") });
    const key = newId();
    const first = expectOk(await refund(key, 30_000n));
    expect(expectOk(await refund(key, 30_000n))).toEqual(first);
    expect(await refund(key, 1n)).toEqual({ ok: false, error: { code: "KEY_REUSED" } });
    expect(await refund(newId(), 20_001n)).toEqual({ ok: false, error: { code: "REFUND_TOO_LARGE" } });
    expectOk(await refund(newId(), 20_000n));
    const unknown = { key: newId(), chargeId: "none", amount: money(1n, "EUR") };
    expect(await world.deps.provider.refund(unknown)).toEqual({ ok: false, error: { code: "CHARGE_UNKNOWN" } });
  });

  it("of many at once stay inside the charge", async () => {
    const { command } = await world.prepare(CARDS.succeeds);
    const { chargeId } = expectOk(await fundDeposit(world.deps, command));
    const refunds = await Promise.all(
      Array.from({ length: 5 }, () =>
        world.deps.provider.refund({ key: newId(), chargeId: chargeId ?? "", amount: money(20_000n, "EUR") }),
      ),
    );
    expect(refunds.filter(({ ok }) => ok)).toHaveLength(2);
  });
});
