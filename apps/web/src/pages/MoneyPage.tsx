import { Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ContractTrail } from "../features/contracts/ContractTrail.tsx";
import { contractQuery } from "../features/contracts/queries.ts";
import { InvoicePanel } from "../features/money/InvoicePanel.tsx";
import { LedgerPanel } from "../features/money/LedgerPanel.tsx";
import { weeksQuery } from "../features/money/queries.ts";
import { WeeksPanel } from "../features/money/WeeksPanel.tsx";
import { useServices } from "../lib/services.ts";
import { Page } from "../ui/Page.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";

export const MoneyPage = () => {
  const { t } = useTranslation();
  const services = useServices();
  const { contractId } = useParams({ from: "/signed/open/contracts/$contractId/money" });
  const { week } = useSearch({ from: "/signed/open/contracts/$contractId/money" });
  const contract = useQuery(contractQuery(services, contractId));
  const weeks = useQuery(weeksQuery(services, contractId));
  const error = contract.error ?? weeks.error;
  const invoiced = (weeks.data ?? []).filter(({ invoice }) => invoice !== null);
  const chosen = invoiced.find((candidate) => candidate.week === week) ?? invoiced[0];
  return (
    <Page title={t("money.title")} above={<ContractTrail contractId={contractId} />}>
      {error !== null && <ProblemNotice error={error} />}
      <Stack gap="lg">
        <WeeksPanel contractId={contractId} weeks={weeks.data ?? []} />
        {chosen?.invoice != null && <InvoicePanel contractId={contractId} invoiceId={chosen.invoice.invoiceId} />}
        <LedgerPanel />
      </Stack>
    </Page>
  );
};
