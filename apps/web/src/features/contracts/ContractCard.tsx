import { Group, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ContractAnswer } from "@underseal/api";
import { money } from "@underseal/foundation";
import { useTranslation } from "react-i18next";
import { useServices } from "../../lib/services.ts";
import { AnchorLink } from "../../ui/links.tsx";
import { moneyText } from "../../ui/money.ts";
import { ShareBar } from "../../ui/ShareBar.tsx";
import { durationText } from "../../ui/time.ts";
import { weeksQuery } from "../money/queries.ts";
import { useReader } from "../session/me.ts";
import classes from "./card.module.css";
import { DepositBar } from "./DepositBar.tsx";
import { StateBadge } from "./StateBadge.tsx";
import { readTerms } from "./terms.ts";

export const ContractCard = ({ contract, week }: { readonly contract: ContractAnswer; readonly week: string }) => {
  const { t, i18n } = useTranslation();
  const { me, keys } = useReader();
  const { contractId, client, freelancer, state } = contract;
  const other = client.personId === me.personId ? freelancer : client;
  const terms = readTerms(contract, keys);
  const rate = terms.ok ? terms.value.statement.body.rate : null;
  return (
    <article className={`surface ${classes.card}`} data-testid="contract-card" data-contract={contractId}>
      <Group justify="space-between" gap="sm">
        <Title order={2} size="h3">
          <AnchorLink to="/contracts/$contractId" params={{ contractId }} c="inherit" inherit>
            {other.name}
          </AnchorLink>
        </Title>
        <StateBadge state={state} />
      </Group>
      <p className={classes.line}>
        {rate === null
          ? t("contracts.termsUnreadable")
          : t("contracts.rateLine", {
              role: t(other === freelancer ? "contracts.theyWork" : "contracts.youWork"),
              rate: moneyText(money(BigInt(rate.amountMinor), rate.currency), i18n.language),
            })}
      </p>
      {state === "proposed" ? (
        <p className={classes.line}>{t(other === freelancer ? "contracts.waitForThem" : "contracts.waitForYou")}</p>
      ) : (
        <>
          <ThisWeek contractId={contractId} week={week} />
          <h3 className={classes.label}>{t("contracts.deposit")}</h3>
          <DepositBar deposit={contract.deposit} />
        </>
      )}
      <div className={classes.links}>
        <AnchorLink to="/contracts/$contractId/diary" params={{ contractId }}>
          {t("contracts.toDiary")}
        </AnchorLink>
        <AnchorLink to="/contracts/$contractId" params={{ contractId }}>
          {t("contracts.toTerms")}
        </AnchorLink>
        <AnchorLink to="/contracts/$contractId/money" params={{ contractId }}>
          {t("contracts.toMoney")}
        </AnchorLink>
      </div>
    </article>
  );
};

const ThisWeek = ({ contractId, week }: { readonly contractId: string; readonly week: string }) => {
  const { t } = useTranslation();
  const services = useServices();
  const weeks = useQuery(weeksQuery(services, contractId));
  const minutes = weeks.data?.find((candidate) => candidate.week === week)?.minutes;
  const total = minutes?.total ?? 0;
  return (
    <>
      <h3 className={classes.label}>{t("contracts.thisWeek", { duration: durationText(total) })}</h3>
      {minutes !== undefined && total > 0 && (
        <ShareBar
          label={t("contracts.coverage")}
          shares={(["deposit", "guarantee", "none"] as const)
            .filter((kind) => minutes[kind] > 0)
            .map((kind) => ({
              key: kind,
              label: t(`contracts.covered.${kind}`, { duration: durationText(minutes[kind]) }),
              size: minutes[kind],
              tone: kind === "none" ? "red" : "green",
            }))}
        />
      )}
    </>
  );
};
