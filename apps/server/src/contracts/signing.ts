import { type Refusal, refusal } from "@underseal/api";
import { type Envelope, isSignedBy, logEntryOf, readStatement, type Statement } from "@underseal/evidence";
import { type ContractId, err, ok, type PersonId, type Result, SECOND_MS } from "@underseal/foundation";
import { termsSubject } from "../log/index.ts";
import type { PersonCaller } from "../platform/feature.ts";
import { type Actor, systemActor, type Transaction, transact } from "../platform/postgres/transact.ts";
import type { ContractDeps } from "./deps.ts";
import { firstBrokenRule, type TermsContext } from "./rules.ts";
import { type ContractEvent, type ContractState, next } from "./states.ts";
import {
  type Contract,
  type ContractWithTerms,
  findWithTerms,
  insertContract,
  insertEvent,
  insertProposal,
  insertTerms,
  lockContract,
  moveContract,
} from "./store.ts";

// How a contract comes to be: the client signs terms, the freelancer signs the same bytes after them. The platform
// signs nothing; it takes part only in terms that name its own log, key and fee.

type Signed = Statement<"terms">;

const asPerson = (personId: PersonId): Actor => ({ kind: "person", personId });

const contractIdOf = ({ body }: Signed): ContractId =>
  // The schema admits UUIDs only.
  body.contract as ContractId;

/** Stores terms signed by the client. The same terms again are answered like the first time. */
export const proposeContract = async (
  deps: ContractDeps,
  caller: PersonCaller,
  envelope: Envelope,
): Promise<Result<ContractWithTerms, Refusal>> => {
  const terms = readStatement(envelope, "terms");
  if (!terms.ok) return terms;
  if (terms.value.body.client.person !== caller.personId || caller.personKind !== "client") {
    return err(refusal("NOT_ALLOWED", "Terms are proposed by the client they name."));
  }
  const context = await loadContext(deps, terms.value);
  if (!context.ok) return context;
  const broken = firstBrokenRule(terms.value.body, context.value);
  if (broken !== null) return err(refusal("TERMS_INVALID", broken));
  if (!isSignedBy(terms.value, [context.value.client.sign])) return err(refusal("SIGNATURE_INVALID"));
  return storeProposal(deps, caller, terms.value);
};

/** The registered keys of both sides and what the platform is; an error where one side has none. */
const loadContext = ({ database, people, platform }: ContractDeps, { body }: Signed) =>
  transact(database, systemActor, async (transaction): Promise<Result<TermsContext, Refusal>> => {
    // The schema admits UUIDs only.
    const clientId = body.client.person as PersonId;
    const freelancerId = body.freelancer.person as PersonId;
    const client = await people.keysOf(transaction, clientId);
    if (client === null) return err(refusal("TERMS_INVALID", "The client has published no keys yet."));
    const freelancer = await people.keysOf(transaction, freelancerId);
    const described = await people.describe(transaction, freelancerId);
    if (freelancer === null || described?.kind !== "freelancer") {
      return err(refusal("TERMS_INVALID", "No freelancer with published keys has this id."));
    }
    const { publicKey, feePermille, logPolicy, beacon } = platform;
    return ok({ client, freelancer, feePermille, logPolicy, beacon, platform: publicKey });
  });

const storeProposal = ({ database, clock }: ContractDeps, caller: PersonCaller, terms: Signed) =>
  transact(database, caller, async (transaction): Promise<Result<ContractWithTerms, Refusal>> => {
    const { body, envelope } = terms;
    const createdAt = new Date(Math.floor(clock.now()));
    const contract: Contract = {
      contractId: contractIdOf(terms),
      clientId: caller.personId,
      // The schema admits UUIDs only.
      freelancerId: body.freelancer.person as PersonId,
      currency: body.rate.currency,
      state: "proposed",
      createdAt,
    };
    const { contractId } = contract;
    if (!(await insertContract(transaction, contract))) {
      const known = await findWithTerms(transaction, contractId);
      const isSame = known?.clientId === caller.personId && known.envelope.payload === envelope.payload;
      return isSame ? ok(known) : err(refusal("COMMAND_REUSED"));
    }
    await insertProposal(transaction, { contractId, version: body.version, envelope }, createdAt);
    await insertEvent(transaction, {
      ...{ contractId, event: "propose", to: "proposed", by: caller.personId },
      occurredAt: createdAt,
    });
    return ok({ ...contract, envelope });
  });

/** Puts the proposed terms in force: the very bytes the client signed, signed by the freelancer too, and logged. */
export const acceptContract = async (
  deps: ContractDeps,
  { personId, contractId, envelope }: { personId: PersonId; contractId: ContractId; envelope: Envelope },
): Promise<Result<ContractWithTerms, Refusal>> => {
  const terms = readStatement(envelope, "terms");
  if (!terms.ok) return terms;
  const proposed = await transact(deps.database, asPerson(personId), (transaction) =>
    findWithTerms(transaction, contractId),
  );
  const judged = judgeAcceptance(proposed, personId, terms.value);
  if (!judged.ok) return judged;
  const context = await loadContext(deps, terms.value);
  if (!context.ok) return context;
  // Keys and fee may have changed since the client signed.
  const broken = firstBrokenRule(terms.value.body, context.value);
  if (broken !== null) return err(refusal("TERMS_INVALID", broken));
  const { client, freelancer } = context.value;
  if (!isSignedBy(terms.value, [client.sign, freelancer.sign])) {
    return err(refusal("SIGNATURE_INVALID", "The client's signature comes first, then the freelancer's; no others."));
  }
  const accepted = await transact(deps.database, asPerson(personId), (transaction) =>
    putInForce(transaction, deps, { personId, terms: terms.value }),
  );
  if (accepted.ok) deps.log.wake();
  return accepted;
};

const judgeAcceptance = (
  proposed: ContractWithTerms | null,
  personId: PersonId,
  terms: Signed,
): Result<void, Refusal> => {
  if (proposed === null) return err(refusal("NOT_FOUND"));
  if (proposed.freelancerId !== personId) {
    return err(refusal("NOT_ALLOWED", "Terms are accepted by the freelancer they name."));
  }
  // Base64 has one spelling per value here, so equal text is equal bytes.
  if (proposed.envelope.payload !== terms.envelope.payload) {
    return err(refusal("TERMS_INVALID", "These are not the terms that the client proposed."));
  }
  return ok(undefined);
};

const putInForce = async (
  transaction: Transaction,
  { clock, log }: ContractDeps,
  { personId, terms }: { readonly personId: PersonId; readonly terms: Signed },
): Promise<Result<ContractWithTerms, Refusal>> => {
  const contractId = contractIdOf(terms);
  const acceptedAt = new Date(Math.floor(clock.now()));
  const moved = await move(transaction, { contractId, event: "accept", by: personId, at: acceptedAt });
  if (moved.ok) {
    await insertTerms(transaction, {
      ...{ contractId, version: terms.body.version, envelope: terms.envelope, termsHash: terms.hash, acceptedAt },
      validFrom: new Date(terms.body.validFrom * SECOND_MS),
    });
    const subject = termsSubject({ contractId, version: terms.body.version });
    await log.enqueue(transaction, { subject, entry: logEntryOf(terms.hash) });
  }
  const contract = await findWithTerms(transaction, contractId);
  if (contract === null) return err(refusal("NOT_FOUND"));
  // The answer of the first time may have been lost.
  return moved.ok || isSameEnvelope(contract.envelope, terms.envelope) ? ok(contract) : moved;
};

const isSameEnvelope = (a: Envelope, b: Envelope): boolean =>
  a.payload === b.payload &&
  a.signatures.length === b.signatures.length &&
  a.signatures.every(({ sig }, i) => sig === b.signatures[i]?.sig);

export interface Move {
  readonly contractId: ContractId;
  readonly event: ContractEvent;
  /** `null`: the platform itself. */
  readonly by: PersonId | null;
  readonly at: Date;
}

/** Moves the contract and writes what happened. Whether `by` may do so, the caller has decided. */
export const move = async (
  transaction: Transaction,
  { contractId, event, by, at }: Move,
): Promise<Result<ContractState, Refusal>> => {
  const contract = await lockContract(transaction, contractId);
  if (contract === null) return err(refusal("NOT_FOUND"));
  const to = next(contract.state, event);
  if (!to.ok || !(await moveContract(transaction, { contractId, from: contract.state, to: to.value }))) {
    return err(refusal("CONTRACT_STATE_FORBIDS", `The contract is ${contract.state}.`));
  }
  await insertEvent(transaction, { contractId, event, to: to.value, by, occurredAt: at });
  return to;
};
