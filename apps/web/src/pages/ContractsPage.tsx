import { SimpleGrid } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useRouteContext } from "@tanstack/react-router";
import { dateOf, weekStartOf } from "@underseal/foundation";
import { useTranslation } from "react-i18next";
import { ContractCard } from "../features/contracts/ContractCard.tsx";
import { contractsQuery, platformQuery } from "../features/contracts/queries.ts";
import { OperatorHome } from "../features/session/OperatorHome.tsx";
import { useServices } from "../lib/services.ts";
import { ButtonLink } from "../ui/links.tsx";
import { Notice } from "../ui/Notice.tsx";
import { Page } from "../ui/Page.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Loading } from "../ui/route-states.tsx";

export const ContractsPage = () => {
  const { me } = useRouteContext({ from: "/signed" });
  return me.kind === "operator" ? <OperatorHome /> : <ContractList />;
};

const ContractList = () => {
  const { t } = useTranslation();
  const services = useServices();
  const { me } = useRouteContext({ from: "/signed" });
  const contracts = useQuery(contractsQuery(services));
  const platform = useQuery(platformQuery(services));
  const error = contracts.error ?? platform.error;
  return (
    <Page
      title={t("contracts.title")}
      aside={me.kind === "client" && <ButtonLink to="/contracts/new">{t("contracts.new")}</ButtonLink>}
    >
      {error !== null && <ProblemNotice error={error} />}
      {contracts.isPending && <Loading />}
      {contracts.data?.length === 0 && (
        <Notice title={t("contracts.none")}>
          {me.kind === "client" ? t("contracts.noneClient") : t("contracts.noneFreelancer")}
        </Notice>
      )}
      <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg">
        {platform.data !== undefined &&
          contracts.data?.map((contract) => (
            <ContractCard
              key={contract.contractId}
              contract={contract}
              week={dateOf(weekStartOf(platform.data.nowMs))}
            />
          ))}
      </SimpleGrid>
    </Page>
  );
};
