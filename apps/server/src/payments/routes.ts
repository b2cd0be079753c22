import { type CardAnswer, type FundingAnswer, moneyRoutes } from "@underseal/api";
import { type ContractId, err, money, ok, redact } from "@underseal/foundation";
import { depositAccount, fundsOf, presentMoney } from "../ledger/index.ts";
import { type Feature, serve } from "../platform/feature.ts";
import { transact } from "../platform/postgres/transact.ts";
import { addCard, cardsOf } from "./cards.ts";
import { paymentRefusal } from "./errors.ts";
import { type FundingFault, finishFundings, fundDeposit } from "./fundings.ts";
import type { PaymentsDeps } from "./ports.ts";
import type { Card, Funding } from "./store.ts";

export interface PaymentsFeatureDeps extends PaymentsDeps {
  /** Told about each funding that could not be finished; it is tried again later. */
  readonly onFault: (fault: FundingFault) => void;
}

export const createPaymentsFeature = (deps: PaymentsFeatureDeps): Feature => ({
  routes: [
    serve(moneyRoutes.addCard, async ({ body, caller }) => {
      const { commandId } = body;
      const added = await addCard(deps, { commandId, personId: caller.personId, number: redact(body.number) });
      return added.ok ? ok(presentCard(added.value)) : err(paymentRefusal(added.error));
    }),
    serve(moneyRoutes.listCards, async ({ caller }) => {
      const cards = await cardsOf(deps, caller.personId);
      return ok({ cards: cards.map(presentCard) });
    }),
    serve(moneyRoutes.fundDeposit, async ({ params, body, caller }) => {
      const funded = await fundDeposit(deps, {
        commandId: body.commandId,
        // The route's schema says that it is a UUID; whether it names a contract is asked next.
        contractId: params.contractId as ContractId,
        clientId: caller.personId,
        amount: money(BigInt(body.amount.amountMinor), body.amount.currency),
        cardId: body.cardId,
      });
      return funded.ok ? ok(await presentFunding(deps, funded.value)) : err(paymentRefusal(funded.error));
    }),
  ],
  tick: async (nowMs) => {
    for (const fault of await finishFundings(deps, nowMs)) deps.onFault(fault);
  },
});

const presentCard = (card: Card): CardAnswer => ({
  cardId: card.id,
  brand: card.brand,
  last4: card.last4,
  createdAtMs: card.createdAt.getTime(),
});

const presentFunding = async (deps: PaymentsDeps, funding: Funding): Promise<FundingAnswer> => {
  const { clientId, currency } = funding;
  const account = depositAccount(funding);
  const funds = await transact(deps.database, { kind: "person", personId: clientId }, (tx) => fundsOf(tx, account.id));
  return {
    fundingId: funding.id,
    state: funding.state,
    amount: presentMoney(funding.amountMinor, currency),
    deposit: { balance: presentMoney(funds.balanceMinor, currency), held: presentMoney(funds.heldMinor, currency) },
  };
};
