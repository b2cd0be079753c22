import { Table } from "@mantine/core";
import type { WeekAnswer } from "@underseal/api";
import { useTranslation } from "react-i18next";
import { AnchorLink } from "../../ui/links.tsx";
import { moneyText } from "../../ui/money.ts";
import { Panel } from "../../ui/Panel.tsx";
import { dateText, dateToMs, durationText } from "../../ui/time.ts";
import classes from "./money.module.css";

export const WeeksPanel = ({
  contractId,
  weeks,
}: {
  readonly contractId: string;
  readonly weeks: readonly WeekAnswer[];
}) => {
  const { t } = useTranslation();
  return (
    <Panel title={t("money.weeks")} testId="weeks">
      {weeks.length === 0 ? (
        t("money.noWeeks")
      ) : (
        <Table.ScrollContainer minWidth={520} type="native" tabIndex={0} aria-label={t("money.weeks")} role="group">
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("money.week")}</Table.Th>
                <Table.Th>{t("money.state")}</Table.Th>
                <Table.Th className={classes.number}>{t("money.hours")}</Table.Th>
                <Table.Th className={classes.number}>{t("money.invoiceTotal")}</Table.Th>
                <Table.Th className={classes.number}>{t("money.paid")}</Table.Th>
                <Table.Th className={classes.number}>{t("money.unpaid")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {weeks.map((week) => (
                <WeekRow key={week.week} contractId={contractId} week={week} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Panel>
  );
};

const WeekRow = ({ contractId, week }: { readonly contractId: string; readonly week: WeekAnswer }) => {
  const { t, i18n } = useTranslation();
  const { invoice } = week;
  const amount = (part: "total" | "paid" | "unpaid") =>
    invoice === null ? t("money.notYet") : moneyText(invoice[part], i18n.language);
  return (
    <Table.Tr data-week={week.week} data-state={week.state}>
      <Table.Td>
        <AnchorLink
          to={invoice === null ? "/contracts/$contractId/diary" : "/contracts/$contractId/money"}
          params={{ contractId }}
          search={{ week: week.week }}
        >
          {dateText(dateToMs(week.week) ?? 0, i18n.language)}
        </AnchorLink>
      </Table.Td>
      <Table.Td>{t(`money.states.${week.state}`)}</Table.Td>
      <Table.Td className={classes.number}>{durationText(week.minutes.total)}</Table.Td>
      <Table.Td className={classes.number}>{amount("total")}</Table.Td>
      <Table.Td className={classes.number}>{amount("paid")}</Table.Td>
      <Table.Td className={classes.number}>{amount("unpaid")}</Table.Td>
    </Table.Tr>
  );
};
