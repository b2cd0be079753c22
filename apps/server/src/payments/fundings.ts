import { assert, type ContractId, err, type Money, money, ok, type PersonId, type Result } from "@underseal/foundation";
import { commandOnce, depositAccount, derivedId, providerCash, transfer } from "../ledger/index.ts";
import { systemActor, type Transaction, transact } from "../platform/postgres/transact.ts";
import type { PaymentError } from "./errors.ts";
import type { PaymentsDeps } from "./ports.ts";
import { type FundingEvent, nextFundingState } from "./states.ts";
import {
  changeFunding,
  claimFundings,
  type Funding,
  type FundingKey,
  findCard,
  findFunding,
  insertFunding,
} from "./store.ts";

// Money from a card into a deposit, in three transactions with the provider's charge between the first two. Every
// step can be done again: the charge carries the funding's id as its key, the transfer an id derived from it.

export interface FundDeposit {
  readonly commandId: string;
  readonly contractId: ContractId;
  readonly clientId: PersonId;
  readonly amount: Money;
  readonly cardId: string;
}

/** Keeps sums far inside 64 bits. */
const FUNDING_MAX_MINOR = 1_000_000_000_000n;

/** While the request that made it works on a funding, no worker touches it. */
const FIRST_ATTEMPT_AFTER_MS = 60_000;
const BACKOFF_MS = 60_000;
const BACKOFF_MAX_MS = 3_600_000;
const CLAIM_MAX = 20;

/**
 * Charges the card and puts the money into the contract's deposit. The answer's state is `posted`, or, where the
 * provider did not answer, `requested`: then `finishFundings` goes on with it, and so does the same command again.
 */
export const fundDeposit = async (deps: PaymentsDeps, command: FundDeposit): Promise<Result<Funding, PaymentError>> => {
  const requested = await requestFunding(deps, command);
  if (!requested.ok) return requested;
  const funding = await advanceFunding(deps, requested.value);
  if (funding.declineReason !== null) return err({ code: "CARD_DECLINED", reason: funding.declineReason });
  return ok(funding);
};

/** The first step alone: the request is on record before anybody is charged. */
export const requestFunding = (deps: PaymentsDeps, command: FundDeposit): Promise<Result<Funding, PaymentError>> => {
  const { commandId, contractId, clientId, amount, cardId } = command;
  const key = { contractId, id: commandId };
  const nowMs = deps.clock.now();
  return transact(deps.database, systemActor, async (tx) => {
    const refused = await findRefusal(deps, tx, command);
    if (refused !== null) return err(refused);
    const inputs = { contractId, clientId, cardId, amountMinor: amount.amountMinor, currency: amount.currency };
    const read = async () => present(await findFunding(tx, key));
    return commandOnce<Funding, never>(
      tx,
      { id: commandId, name: "fund-deposit", inputs, atMs: nowMs },
      {
        work: async () => {
          const times = { atMs: nowMs, nextAttemptAtMs: nowMs + FIRST_ATTEMPT_AFTER_MS };
          await insertFunding(tx, { ...key, clientId, cardId, ...amount }, times);
          return ok(await read());
        },
        replay: read,
      },
    );
  });
};

const findRefusal = async (
  deps: PaymentsDeps,
  tx: Transaction,
  { contractId, clientId, amount, cardId }: FundDeposit,
): Promise<PaymentError | null> => {
  const parties = await deps.partiesOf(tx, contractId);
  // Who is no party of a contract learns nothing about it, not even that it exists.
  if (parties === null) return { code: "CONTRACT_UNKNOWN" };
  if (parties.clientId !== clientId) {
    return { code: parties.freelancerId === clientId ? "NOT_THE_CLIENT" : "CONTRACT_UNKNOWN" };
  }
  if (parties.currency !== amount.currency) return { code: "OTHER_CURRENCY", currency: parties.currency };
  if (amount.amountMinor < 1n || amount.amountMinor > FUNDING_MAX_MINOR) {
    return { code: "AMOUNT_OUT_OF_RANGE", maxMinor: FUNDING_MAX_MINOR };
  }
  const card = await findCard(tx, cardId);
  return card?.personId === clientId ? null : { code: "CARD_UNKNOWN" };
};

const present = (funding: Funding | null): Funding => {
  assert(funding !== null, "a funding that was requested is there");
  return funding;
};

/** Goes on from whatever state the funding is in, as far as the provider answers. */
const advanceFunding = async (deps: PaymentsDeps, funding: Funding): Promise<Funding> => {
  const charged = funding.state === "requested" ? await chargeFunding(deps, funding) : funding;
  return charged.state === "charged" ? postFunding(deps, charged) : charged;
};

/** The second step alone: the provider's charge, then a transaction that records its answer. */
export const chargeFunding = async (deps: PaymentsDeps, funding: Funding): Promise<Funding> => {
  const card = await transact(deps.database, systemActor, (tx) => findCard(tx, funding.cardId));
  assert(card !== null, "cards are never removed");
  const answer = await deps.provider.charge({
    key: funding.id,
    amount: money(funding.amountMinor, funding.currency),
    card: card.providerCard,
  });
  if (answer.ok) return record(deps, funding, "charge", { chargeId: answer.value.chargeId, declineReason: null });
  if (answer.error.code === "CARD_DECLINED") {
    return record(deps, funding, "decline", { chargeId: null, declineReason: answer.error.reason });
  }
  assert(answer.error.code === "NO_ANSWER", `our own keys and cards are known to the provider (${answer.error.code})`);
  return funding;
};

/** The third step alone: the money is in the deposit. */
export const postFunding = (deps: PaymentsDeps, funding: Funding): Promise<Funding> =>
  transact(deps.database, systemActor, async (tx) => {
    const { contractId, clientId, currency } = funding;
    const moved = await transfer(tx, {
      commandId: derivedId("funding", contractId, funding.id),
      debit: providerCash(currency),
      credit: depositAccount({ contractId, clientId, currency }),
      amountMinor: funding.amountMinor,
      kind: "deposit_funding",
      reference: funding.chargeId ?? "",
      atMs: deps.clock.now(),
    });
    assert(moved.ok, "cash may always come in, under an id of our own");
    return change(deps, tx, funding, "post", { chargeId: funding.chargeId, declineReason: null });
  });

type Answer = Pick<Funding, "chargeId" | "declineReason">;

const record = (deps: PaymentsDeps, funding: Funding, event: FundingEvent, answer: Answer): Promise<Funding> =>
  transact(deps.database, systemActor, (tx) => change(deps, tx, funding, event, answer));

/** Whoever comes second finds the state changed already, and goes on from there. */
const change = async (
  deps: PaymentsDeps,
  tx: Transaction,
  funding: Funding,
  event: FundingEvent,
  answer: Answer,
): Promise<Funding> => {
  const to = nextFundingState(funding.state, event);
  assert(to !== null, `a ${funding.state} funding is not asked to ${event}`);
  await changeFunding(tx, funding, { from: funding.state, to, ...answer, atMs: deps.clock.now() });
  return present(await findFunding(tx, funding));
};

export interface FundingFault {
  readonly key: FundingKey;
  readonly cause: unknown;
}

/** Finishes what a crash or a silent provider left between two states. One that fails does not stop the others. */
export const finishFundings = async (deps: PaymentsDeps, nowMs: number): Promise<readonly FundingFault[]> => {
  const claim = { nowMs, limit: CLAIM_MAX, backoffMs: BACKOFF_MS, backoffMaxMs: BACKOFF_MAX_MS };
  const keys = await transact(deps.database, systemActor, (tx) => claimFundings(tx, claim));
  const faults: FundingFault[] = [];
  for (const key of keys) {
    try {
      const funding = await transact(deps.database, systemActor, (tx) => findFunding(tx, key));
      await advanceFunding(deps, present(funding));
    } catch (cause) {
      faults.push({ key, cause });
    }
  }
  return faults;
};
