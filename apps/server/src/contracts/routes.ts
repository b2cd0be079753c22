import {
  type ContractAnswer,
  contractRoutes,
  type FreelancerAnswer,
  LIST_MAX,
  type Refusal,
  refusal,
} from "@underseal/api";
import { assert, bytesToBase64Url, type ContractId, err, ok, type Result } from "@underseal/foundation";
import { type ServedRoute, serve } from "../platform/feature.ts";
import { systemActor, transact } from "../platform/postgres/transact.ts";
import type { ContractDeps } from "./deps.ts";
import { presentContracts, presentPlatform } from "./present.ts";
import { acceptContract, proposeContract } from "./signing.ts";
import { type ContractWithTerms, findWithTerms, listWithTerms } from "./store.ts";

// Whoever looks freelancers up may be collecting addresses.
const LOOKUPS_PER_MINUTE_MAX = 20;

export const serveContracts = (deps: ContractDeps): readonly ServedRoute[] => {
  const { database, clock, platform } = deps;
  return [
    serve(contractRoutes.getPlatform, async () => ok(presentPlatform(platform, Math.floor(clock.now())))),
    serve(contractRoutes.findFreelancer, ({ query }) => findFreelancer(deps, query.email), {
      ratePerMinute: LOOKUPS_PER_MINUTE_MAX,
    }),
    serve(contractRoutes.proposeContract, async ({ caller, body }) =>
      presentOne(deps, await proposeContract(deps, caller, body.terms)),
    ),
    serve(contractRoutes.acceptContract, async ({ caller, params, body }) => {
      // The schema admits UUIDs only.
      const contractId = params.contractId as ContractId;
      const { personId } = caller;
      return presentOne(deps, await acceptContract(deps, { personId, contractId, envelope: body.terms }));
    }),
    serve(contractRoutes.listContracts, async ({ caller }) => {
      const { personId } = caller;
      const contracts = await transact(database, { kind: "person", personId }, (transaction) =>
        listWithTerms(transaction, personId, LIST_MAX),
      );
      return ok({ contracts: [...(await presentContracts(deps, contracts))] });
    }),
    serve(contractRoutes.getContract, async ({ caller, params }) => {
      const { personId } = caller;
      const contract = await transact(database, { kind: "person", personId }, (transaction) =>
        // The schema admits UUIDs only.
        findWithTerms(transaction, params.contractId as ContractId),
      );
      return presentOne(deps, contract === null ? err(refusal("NOT_FOUND")) : ok(contract));
    }),
  ];
};

const presentOne = async (
  deps: ContractDeps,
  outcome: Result<ContractWithTerms, Refusal>,
): Promise<Result<ContractAnswer, Refusal>> => {
  if (!outcome.ok) return outcome;
  const [answer] = await presentContracts(deps, [outcome.value]);
  assert(answer !== undefined, "each contract has its answer");
  return ok(answer);
};

/** Answers alike for no account, another kind of account and one without keys. */
const findFreelancer = ({ database, people }: ContractDeps, email: string) =>
  transact(database, systemActor, async (transaction): Promise<Result<FreelancerAnswer, Refusal>> => {
    const personId = await people.findByEmail(transaction, email);
    const person = personId === null ? null : await people.describe(transaction, personId);
    const keys = personId === null ? null : await people.keysOf(transaction, personId);
    if (personId === null || person?.kind !== "freelancer" || keys === null) return err(refusal("NOT_FOUND"));
    const { generation, sign, seal } = keys;
    return ok({ personId, name: person.name, generation, sign: bytesToBase64Url(sign), seal });
  });
