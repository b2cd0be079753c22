import { moneyRoutes, type Route, type RouteAnswer } from "@underseal/api";
import { assert, type ContractId, HOUR_MS, type PersonId, type Result } from "@underseal/foundation";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { z } from "zod";
import { createBillingFeature } from "../../src/billing/index.ts";
import { createLedgerFeature } from "../../src/ledger/index.ts";
import { createPaymentsFeature, createSandboxProvider } from "../../src/payments/index.ts";
import type { Feature, PersonKind, ServedRoute } from "../../src/platform/feature.ts";
import { type BillingWorld, createBillingWorld, type TestContract, WEEK, WEEK_MS_START } from "./world.ts";

// The three features as the server serves them: requests are parsed by the routes' schemas, and so are the answers.

let world: BillingWorld;
let features: readonly Feature[];
const contracts = new Map<ContractId, TestContract>();

beforeAll(async () => {
  world = await createBillingWorld();
  const { database } = world.deps;
  const onFault = (fault: { readonly cause: unknown }) => {
    throw fault.cause;
  };
  features = [
    createLedgerFeature({ database }),
    createPaymentsFeature({
      database,
      clock: world.clock,
      provider: createSandboxProvider({ database }),
      partiesOf: async (_transaction, contractId) => {
        const contract = contracts.get(contractId);
        return contract === undefined ? null : { ...contract, currency: contract.terms.rate.currency };
      },
      onFault,
    }),
    createBillingFeature({ ...world.deps, onFault }),
  ];
});
afterAll(() => world.stop());
beforeEach(() => world.clock.set(WEEK_MS_START + 9 * HOUR_MS));

const addContract = () => {
  const contract = world.addContract();
  contracts.set(contract.contractId, contract);
  return contract;
};

const parse = (schema: z.ZodType | "bytes" | undefined, value: unknown) =>
  schema === undefined || schema === "bytes" ? undefined : schema.parse(value);

interface Input {
  readonly params?: unknown;
  readonly body?: unknown;
  readonly as: PersonId;
  readonly kind?: PersonKind;
}

/** The answer, or the code of the refusal. */
const call = async <R extends Route>(route: R, input: Input): Promise<RouteAnswer<R> | string> => {
  const served = features.flatMap(({ routes }) => routes).find((each: ServedRoute) => each.route === route);
  assert(served !== undefined, "the route is served");
  const answered: Result<unknown, { readonly code: string }> = await served.handle({
    params: parse(route.params, input.params),
    query: undefined,
    body: parse(route.body, input.body) as never,
    caller: { kind: "person", personId: input.as, personKind: input.kind ?? "client" },
    requestId: "test",
  } as Parameters<typeof served.handle>[0]);
  if (!answered.ok) {
    expect(route.problems).toContain(answered.error.code);
    return answered.error.code;
  }
  assert(route.answer !== "bytes", "these routes answer JSON");
  return (route.answer as z.ZodType).parse(answered.value) as RouteAnswer<R>;
};

const answerOf = <T>(answer: T | string): T => {
  assert(typeof answer !== "string", `expected an answer, not ${String(answer)}`);
  return answer;
};

const newId = () => crypto.randomUUID();

const fund = async (contract: TestContract, number = "4242424242424242", amountMinor = "100000") => {
  const card = answerOf(
    await call(moneyRoutes.addCard, { as: contract.clientId, body: { commandId: newId(), number } }),
  );
  const { contractId } = contract;
  const body = { commandId: newId(), cardId: card.cardId, amount: { amountMinor, currency: "EUR" } };
  return {
    card,
    body,
    funded: await call(moneyRoutes.fundDeposit, { as: contract.clientId, params: { contractId }, body }),
  };
};

describe("from a card to money that can be withdrawn", () => {
  it("each side sees its own part of it", async () => {
    const contract = addContract();
    const { contractId, clientId, freelancerId } = contract;
    const { funded, card } = await fund(contract);
    expect(answerOf(funded)).toMatchObject({ state: "posted", deposit: { balance: { amountMinor: "100000" } } });
    expect(answerOf(await call(moneyRoutes.listCards, { as: clientId })).cards).toEqual([card]);
    await contract.record(WEEK_MS_START + 8 * HOUR_MS, 10);
    for (const feature of features) await feature.tick?.(Date.UTC(2026, 10, 23, 12));

    const { weeks } = answerOf(await call(moneyRoutes.listWeeks, { as: freelancerId, params: { contractId } }));
    expect(weeks).toMatchObject([{ week: WEEK, state: "in_review", minutes: { deposit: 10, total: 10 } }]);
    const invoiceId = weeks[0]?.invoice?.invoiceId ?? "";
    const invoice = await call(moneyRoutes.getInvoice, { as: clientId, params: { contractId, invoiceId } });
    expect(answerOf(invoice)).toMatchObject({ total: { amountMinor: "1000" }, lines: [{ day: WEEK, minutes: 10 }] });
    const approve = { as: clientId, params: { contractId, week: WEEK } };
    expect(answerOf(await call(moneyRoutes.approveWeek, approve)).state).toBe("approved");
    for (const feature of features) await feature.tick?.(Date.UTC(2026, 11, 2));

    const { accounts } = answerOf(await call(moneyRoutes.listLedgerAccounts, { as: freelancerId }));
    expect(accounts.map(({ accountId }) => accountId)).toEqual([
      `available:${freelancerId}/EUR`,
      `earned:${freelancerId}/EUR`,
    ]);
    expect(accounts[0]?.lines).toMatchObject([{ side: "credit", amount: { amountMinor: "1000" } }]);
    const trial = await call(moneyRoutes.getTrialBalance, { as: clientId, kind: "operator" });
    expect(answerOf(trial).currencies).toMatchObject([{ currency: "EUR", difference: { amountMinor: "0" } }]);
  });
});

describe("refusals", () => {
  it("tell a stranger nothing, and each side what only the other may do", async () => {
    const contract = addContract();
    const { contractId, freelancerId, clientId } = contract;
    await fund(contract);
    await contract.record(WEEK_MS_START + 8 * HOUR_MS, 10);
    const stranger = addContract().clientId;
    const params = { contractId, week: WEEK };
    expect(await call(moneyRoutes.listWeeks, { as: stranger, params })).toBe("NOT_FOUND");
    expect(await call(moneyRoutes.approveWeek, { as: stranger, params })).toBe("NOT_FOUND");
    expect(await call(moneyRoutes.approveWeek, { as: freelancerId, params })).toBe("NOT_ALLOWED");
    expect(await call(moneyRoutes.approveWeek, { as: clientId, params })).toBe("WEEK_NOT_LOCKED");
    for (const week of ["2026-11-17", "2026-02-30", "2026-13-01"]) {
      expect(await call(moneyRoutes.approveWeek, { as: clientId, params: { contractId, week } })).toBe("NOT_FOUND");
    }
    expect(await call(moneyRoutes.getTrialBalance, { as: clientId })).toBe("NOT_ALLOWED");
    await world.tick(Date.UTC(2026, 10, 23, 12));
    const invoiceId = (await contract.week(WEEK))?.invoiceId ?? "";
    expect(await call(moneyRoutes.getInvoice, { as: stranger, params: { contractId, invoiceId } })).toBe("NOT_FOUND");
  });

  it("of money name their reason", async () => {
    const contract = addContract();
    const { contractId, clientId } = contract;
    expect((await fund(contract, "4000000000000002")).funded).toBe("CARD_DECLINED");
    expect((await fund(contract, "4242424242424242", "0")).funded).toBe("INVALID_REQUEST");
    const { body } = await fund(contract);
    const other = { ...body, amount: { amountMinor: "1", currency: "EUR" } };
    expect(await call(moneyRoutes.fundDeposit, { as: clientId, params: { contractId }, body: other })).toBe(
      "COMMAND_REUSED",
    );
    const card = { commandId: newId(), number: "4111111111111111" };
    expect(await call(moneyRoutes.addCard, { as: clientId, body: card })).toBe("INVALID_REQUEST");
  });
});
