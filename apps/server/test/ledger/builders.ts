import { type ContractId, createId, createSystemRandom, type PersonId } from "@underseal/foundation";
import { depositAccount, earnedAccount, type Movement, providerCash } from "../../src/ledger/index.ts";
import { createSystemClock } from "../../src/platform/clock.ts";

const deps = { clock: createSystemClock(), random: createSystemRandom() };

export const newId = <Id extends string = string>(): Id => createId<Id>(deps);

export const AT_MS = Date.UTC(2026, 10, 16, 9);

/** A contract with a client, a freelancer and the accounts between them, in one currency. */
export const buildContract = (currency = "EUR") => {
  const contractId = newId<ContractId>();
  const clientId = newId<PersonId>();
  const freelancerId = newId<PersonId>();
  return {
    contractId,
    clientId,
    freelancerId,
    cash: providerCash(currency),
    deposit: depositAccount({ contractId, clientId, currency }),
    earned: earnedAccount(freelancerId, currency),
  };
};

export const buildMovement = (movement: Pick<Movement, "debit" | "credit" | "amountMinor"> & Partial<Movement>) => ({
  commandId: newId(),
  kind: "test",
  reference: "test",
  atMs: AT_MS,
  ...movement,
});
