import { Button, Group, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { isTransient, moneyRoutes } from "@underseal/api";
import { createId, type Money, moneyToDecimal } from "@underseal/foundation";
import { type FormEvent, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { problemOf, valueOrThrow } from "../../lib/failure.ts";
import { type Services, useServices } from "../../lib/services.ts";
import { moneyAnswerOf, moneyText, parseAmount } from "../../ui/money.ts";
import { Notice } from "../../ui/Notice.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { ProblemNotice } from "../../ui/ProblemNotice.tsx";
import { cardsQuery } from "./queries.ts";

const NEW_CARD = "new";

interface Funding {
  readonly contractId: string;
  readonly cardId: string;
  readonly cardNumber: string;
  readonly amount: Money;
}

/** Kept until there was a clear answer: after a failure the same commands are sent, and cannot charge twice. */
interface CommandIds {
  readonly card: string;
  readonly funding: string;
}

const fund = async ({ api }: Services, ids: CommandIds, { contractId, cardId, cardNumber, amount }: Funding) => {
  const card =
    cardId === NEW_CARD
      ? valueOrThrow(
          await api.call(moneyRoutes.addCard, {
            body: { commandId: ids.card, number: cardNumber.replaceAll(/\s/g, "") },
          }),
        ).cardId
      : cardId;
  return valueOrThrow(
    await api.call(moneyRoutes.fundDeposit, {
      params: { contractId },
      body: { commandId: ids.funding, cardId: card, amount: moneyAnswerOf(amount) },
    }),
  );
};

/** The client puts money down for the hours to come. */
export const FundPanel = ({ contractId, suggested }: { readonly contractId: string; readonly suggested: Money }) => {
  const { t, i18n } = useTranslation();
  const services = useServices();
  const cards = useQuery(cardsQuery(services));
  const newIds = (): CommandIds => ({ card: createId(services), funding: createId(services) });
  const ids = useRef(newIds());
  const [chosen, setChosen] = useState<string | null>(null);
  const [amountError, setAmountError] = useState(false);
  const cardId = chosen ?? cards.data?.[0]?.cardId ?? NEW_CARD;

  const funding = useMutation({
    mutationFn: (input: Funding) => fund(services, ids.current, input),
    onSettled: async (_, error) => {
      if (error === null || !isTransient(problemOf(error))) ids.current = newIds();
      await Promise.all(
        [["contracts"], ["cards"], ["ledger"]].map((queryKey) => services.queryClient.invalidateQueries({ queryKey })),
      );
    },
  });

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const amount = parseAmount(String(form.get("amount")), suggested.currency);
    setAmountError(amount === null);
    if (amount === null) return;
    funding.mutate({ contractId, cardId, cardNumber: String(form.get("cardNumber") ?? ""), amount });
  };

  return (
    <Panel title={t("money.fund")} lead={t("money.fundLead")} testId="fund">
      <form onSubmit={submit}>
        <Stack>
          {funding.error !== null && <ProblemNotice error={funding.error} />}
          {funding.data !== undefined && (
            <Notice tone="green" title={t(`money.fundingStates.${funding.data.state}`)} testId="funded">
              {t("money.depositNow", { amount: moneyText(funding.data.deposit.balance, i18n.language) })}
            </Notice>
          )}
          <Group align="flex-start" grow preventGrowOverflow={false}>
            <TextInput
              label={t("money.amount", { currency: suggested.currency })}
              name="amount"
              inputMode="decimal"
              defaultValue={moneyToDecimal(suggested)}
              required
              error={amountError ? t("money.amountWrong") : undefined}
            />
            <Select
              label={t("money.card")}
              value={cardId}
              onChange={setChosen}
              allowDeselect={false}
              data={[
                ...(cards.data ?? []).map((card) => ({
                  value: card.cardId,
                  label: t("money.cardLabel", { brand: card.brand, last4: card.last4 }),
                })),
                { value: NEW_CARD, label: t("money.cardNew") },
              ]}
            />
            {cardId === NEW_CARD && (
              <TextInput
                label={t("money.cardNumber")}
                description={t("money.cardHint")}
                name="cardNumber"
                inputMode="numeric"
                autoComplete="off"
                required
                pattern="[\d ]{13,23}"
              />
            )}
          </Group>
          <div>
            <Button type="submit" loading={funding.isPending}>
              {t("money.fundButton")}
            </Button>
          </div>
        </Stack>
      </form>
    </Panel>
  );
};
