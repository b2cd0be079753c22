import type { ContractAnswer, MoneyAnswer, PlatformAnswer } from "@underseal/api";
import { readStatement } from "@underseal/evidence";
import { assert, bytesToBase64Url, type Money, type PersonId } from "@underseal/foundation";
import { systemActor, type Transaction, transact } from "../platform/postgres/transact.ts";
import type { ContractDeps } from "./deps.ts";
import type { ContractWithTerms } from "./store.ts";

// Answers, built field by field. Whether the asker may see the contract was decided when it was read as them; the
// other side's name and the deposit are then read as the system.

export const presentPlatform = (
  { name, logPolicy, beacon, publicKey, feePermille }: ContractDeps["platform"],
  nowMs: number,
): PlatformAnswer => ({
  name,
  log: logPolicy,
  beacon: { publicKey: bytesToBase64Url(beacon.publicKey), genesis: beacon.genesis, period: beacon.period },
  platform: bytesToBase64Url(publicKey),
  feePermille,
  nowMs,
});

export const presentContracts = (
  deps: ContractDeps,
  contracts: readonly ContractWithTerms[],
): Promise<readonly ContractAnswer[]> =>
  transact(deps.database, systemActor, async (transaction) => {
    const answers: ContractAnswer[] = [];
    for (const contract of contracts) answers.push(await presentContract(transaction, deps, contract));
    return answers;
  });

const presentContract = async (
  transaction: Transaction,
  { people, deposits }: ContractDeps,
  contract: ContractWithTerms,
): Promise<ContractAnswer> => {
  const terms = readStatement(contract.envelope, "terms");
  assert(terms.ok, "stored terms were read before they were stored");
  const present = async (personId: PersonId) => {
    const person = await people.describe(transaction, personId);
    assert(person !== null, "a party of a contract is a person");
    return { personId, name: person.name };
  };
  const { balance, held } = await deposits.depositOf(transaction, contract);
  return {
    contractId: contract.contractId,
    state: contract.state,
    client: await present(contract.clientId),
    freelancer: await present(contract.freelancerId),
    terms: contract.envelope,
    termsHash: bytesToBase64Url(terms.value.hash),
    deposit: { balance: presentMoney(balance), held: presentMoney(held) },
    createdAtMs: contract.createdAt.getTime(),
  };
};

const presentMoney = ({ amountMinor, currency }: Money): MoneyAnswer => ({
  amountMinor: amountMinor.toString(),
  currency,
});
