import { err, ok, type PersonId, type Redacted, type Result } from "@underseal/foundation";
import { commandOnce, derivedId } from "../ledger/index.ts";
import { systemActor, transact } from "../platform/postgres/transact.ts";
import type { PaymentError } from "./errors.ts";
import type { PaymentsDeps } from "./ports.ts";
import { type Card, findCard, insertCard, listCards } from "./store.ts";

const CARDS_MAX = 50;

/**
 * Gives the number to the provider and keeps what it answers: a token, the brand, the last four digits. The provider
 * is asked first, outside of any transaction; asked again with the same command it answers the same card.
 */
export const addCard = async (
  deps: PaymentsDeps,
  command: { readonly commandId: string; readonly personId: PersonId; readonly number: Redacted<string> },
): Promise<Result<Card, PaymentError>> => {
  const { commandId, personId } = command;
  const created = await deps.provider.createCard({
    key: derivedId("card", personId, commandId),
    number: command.number,
  });
  if (!created.ok) {
    if (created.error.code === "KEY_REUSED") return err({ code: "COMMAND_REUSED", commandId });
    return err({ code: created.error.code === "NO_ANSWER" ? "PROVIDER_SILENT" : "CARD_INVALID" });
  }
  const { token, brand, last4 } = created.value;
  const nowMs = deps.clock.now();
  const card: Card = {
    id: derivedId("card-id", personId, commandId),
    personId,
    provider: deps.provider.name,
    providerCard: token,
    brand,
    last4,
    createdAt: new Date(nowMs),
  };
  return transact(deps.database, systemActor, (tx) =>
    commandOnce<Card, never>(
      tx,
      { id: commandId, name: "add-card", inputs: { personId, token, last4 }, atMs: nowMs },
      {
        work: async () => {
          await insertCard(tx, card);
          return ok(card);
        },
        replay: async () => (await findCard(tx, card.id)) ?? card,
      },
    ),
  );
};

/** Oldest first, at most `CARDS_MAX`. */
export const cardsOf = (deps: Pick<PaymentsDeps, "database">, personId: PersonId): Promise<readonly Card[]> =>
  transact(deps.database, { kind: "person", personId }, (tx) => listCards(tx, personId, CARDS_MAX));
