import {
  assert,
  type ContractId,
  createId,
  createSystemRandom,
  createTestClock,
  money,
  type PersonId,
  redact,
} from "@underseal/foundation";
import { depositAccount, fundsOf, trialBalance } from "../../src/ledger/index.ts";
import {
  addCard,
  type ContractParties,
  createSandboxProvider,
  type PaymentProvider,
  type PaymentsDeps,
} from "../../src/payments/index.ts";
import { createSystemClock } from "../../src/platform/clock.ts";
import { systemActor, transact } from "../../src/platform/postgres/transact.ts";
import { createTestDatabase } from "../support/database.ts";

const ids = { clock: createSystemClock(), random: createSystemRandom() };

export const newId = <Id extends string = string>(): Id => createId<Id>(ids);

export const CARDS = {
  succeeds: "4242424242424242",
  declines: "4000000000000002",
  insufficient: "4000000000009995",
  losesReply: "4000000000000085",
} as const;

const START_MS = Date.UTC(2026, 10, 16, 9);

/** A database, the sandbox, and contracts that exist as soon as they are asked for. */
export const createPaymentsWorld = async () => {
  const test = await createTestDatabase();
  const contracts = new Map<ContractId, ContractParties>();
  const clock = createTestClock(START_MS);
  const deps: PaymentsDeps = {
    database: test.database,
    provider: createSandboxProvider({ database: test.database }),
    clock,
    partiesOf: async (_transaction, contractId) => contracts.get(contractId) ?? null,
  };
  const addContract = (currency = "EUR") => {
    const contractId = newId<ContractId>();
    const parties = { clientId: newId<PersonId>(), freelancerId: newId<PersonId>(), currency };
    contracts.set(contractId, parties);
    return { contractId, ...parties };
  };
  const addCardOf = async (personId: PersonId, number: string) => {
    const card = await addCard(deps, { commandId: newId(), personId, number: redact(number) });
    assert(card.ok, "the sandbox knows the card");
    return card.value;
  };
  const system = <T>(work: Parameters<typeof transact<T>>[2]) => transact(test.database, systemActor, work);
  return {
    deps,
    clock,
    database: test.database,
    addContract,
    addCardOf,
    /** A contract, its client's card, and the command that funds the deposit from it. */
    prepare: async (number: string, amountMinor = 50_000n, currency = "EUR") => {
      const contract = addContract(currency);
      const card = await addCardOf(contract.clientId, number);
      const command = {
        commandId: newId(),
        contractId: contract.contractId,
        clientId: contract.clientId,
        amount: money(amountMinor, currency),
        cardId: card.id,
      };
      return { contract, card, command };
    },
    withProvider: (provider: PaymentProvider): PaymentsDeps => ({ ...deps, provider }),
    balanceOf: async (contract: ReturnType<typeof addContract>) =>
      (await system((tx) => fundsOf(tx, depositAccount(contract).id))).balanceMinor,
    system,
    differences: async () => (await system(trialBalance)).map(({ differenceMinor }) => differenceMinor),
    stop: () => test.stop(),
  };
};

export type PaymentsWorld = Awaited<ReturnType<typeof createPaymentsWorld>>;
