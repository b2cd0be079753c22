import { Code, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { moneyRoutes } from "@underseal/api";
import { useTranslation } from "react-i18next";
import { valueOrThrow } from "../../lib/failure.ts";
import { useServices } from "../../lib/services.ts";
import { Facts } from "../../ui/Facts.tsx";
import { moneyText } from "../../ui/money.ts";
import { Page } from "../../ui/Page.tsx";
import { Panel } from "../../ui/Panel.tsx";
import { platformQuery } from "../contracts/queries.ts";

/** What an operator sees: the keys that everyone pins, and that the books balance. No diary. */
export const OperatorHome = () => {
  const { t, i18n } = useTranslation();
  const services = useServices();
  const platform = useQuery(platformQuery(services));
  const balance = useQuery({
    queryKey: ["trial-balance"],
    queryFn: async () => valueOrThrow(await services.api.call(moneyRoutes.getTrialBalance, {})).currencies,
  });
  return (
    <Page title={t("session.operatorTitle")} subtitle={t("session.operatorLead")}>
      <Stack>
        <Panel title={t("session.operatorKeys")} lead={t("session.operatorKeysLead")}>
          <Facts
            facts={[
              { label: t("session.operatorName"), value: platform.data?.name ?? "" },
              { label: t("session.operatorLog"), value: <Code>{platform.data?.log ?? ""}</Code> },
              { label: t("session.operatorPlatform"), value: <Code>{platform.data?.platform ?? ""}</Code> },
            ]}
          />
        </Panel>
        <Panel title={t("session.operatorBooks")} lead={t("session.operatorBooksLead")}>
          {balance.data?.length === 0 && t("money.noLines")}
          <Facts
            facts={(balance.data ?? []).map(({ currency, debits, difference }) => ({
              label: currency,
              value: t("session.operatorBalance", {
                debits: moneyText(debits, i18n.language),
                difference: moneyText(difference, i18n.language),
              }),
            }))}
          />
        </Panel>
      </Stack>
    </Page>
  );
};
