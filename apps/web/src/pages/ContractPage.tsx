import { Group, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ContractAnswer } from "@underseal/api";
import { money } from "@underseal/foundation";
import { useTranslation } from "react-i18next";
import { AcceptPanel } from "../features/contracts/AcceptPanel.tsx";
import { DepositBar } from "../features/contracts/DepositBar.tsx";
import { PhrasePanel } from "../features/contracts/PhrasePanel.tsx";
import { contractQuery } from "../features/contracts/queries.ts";
import { StateBadge } from "../features/contracts/StateBadge.tsx";
import { TermsView } from "../features/contracts/TermsView.tsx";
import { type ReadTerms, readTerms } from "../features/contracts/terms.ts";
import { DevicesPanel } from "../features/devices/DevicesPanel.tsx";
import { FundPanel } from "../features/money/FundPanel.tsx";
import { useReader } from "../features/session/me.ts";
import { useServices } from "../lib/services.ts";
import { AnchorLink } from "../ui/links.tsx";
import { Notice } from "../ui/Notice.tsx";
import { Page } from "../ui/Page.tsx";
import { Panel } from "../ui/Panel.tsx";
import { ProblemNotice } from "../ui/ProblemNotice.tsx";
import { Loading } from "../ui/route-states.tsx";

export const ContractPage = () => {
  const { contractId } = useParams({ from: "/signed/open/contracts/$contractId" });
  const services = useServices();
  const contract = useQuery(contractQuery(services, contractId));
  if (contract.error !== null) return <ProblemNotice error={contract.error} />;
  return contract.data === undefined ? <Loading /> : <ContractView contract={contract.data} />;
};

const ContractView = ({ contract }: { readonly contract: ContractAnswer }) => {
  const { t } = useTranslation();
  const { me, keys } = useReader();
  const { contractId, client, freelancer, state } = contract;
  const other = client.personId === me.personId ? freelancer : client;
  const terms = readTerms(contract, keys);
  return (
    <Page
      title={t("contracts.with", { name: other.name })}
      aside={<StateBadge state={state} />}
      subtitle={
        <Group gap="lg" mt={6}>
          <AnchorLink to="/contracts/$contractId/diary" params={{ contractId }}>
            {t("contracts.toDiary")}
          </AnchorLink>
          <AnchorLink to="/contracts/$contractId/money" params={{ contractId }}>
            {t("contracts.toMoney")}
          </AnchorLink>
        </Group>
      }
    >
      {terms.ok ? (
        <ContractPanels contract={contract} terms={terms.value} otherName={other.name} />
      ) : (
        <Notice tone="red" title={t(`contracts.termsErrors.${terms.error}`)} testId="terms-error">
          {t("contracts.termsErrorRemedy")}
        </Notice>
      )}
    </Page>
  );
};

const ContractPanels = ({
  contract,
  terms,
  otherName,
}: {
  readonly contract: ContractAnswer;
  readonly terms: ReadTerms;
  readonly otherName: string;
}) => {
  const { t } = useTranslation();
  const { body } = terms.statement;
  const names = { client: contract.client.name, freelancer: contract.freelancer.name };
  const isToAccept = !terms.isSignedByBoth && terms.role === "freelancer";
  const suggested = money(BigInt(body.depositMinor), body.rate.currency);
  return (
    <Stack gap="lg" data-testid="contract" data-state={contract.state}>
      <Panel
        title={t("contracts.terms")}
        lead={t(terms.isSignedByBoth ? "contracts.signedByBoth" : "contracts.signedByClient")}
      >
        <TermsView terms={body} names={names} />
      </Panel>
      {isToAccept && <AcceptPanel terms={terms.statement} clientName={names.client} />}
      {terms.isSignedByBoth ? (
        <PhrasePanel terms={terms.statement} otherName={otherName} />
      ) : (
        terms.role === "client" && <Notice title={t("contracts.waitForThem")}>{t("contracts.waitForThemMore")}</Notice>
      )}
      {terms.isSignedByBoth && (
        <Panel title={t("contracts.deposit")}>
          <DepositBar deposit={contract.deposit} />
        </Panel>
      )}
      {terms.isSignedByBoth && terms.role === "client" && (
        <FundPanel contractId={contract.contractId} suggested={suggested} />
      )}
      {terms.role === "freelancer" && <DevicesPanel />}
    </Stack>
  );
};
