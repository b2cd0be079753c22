import { Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useServices } from "../../lib/services.ts";
import { moneyText } from "../../ui/money.ts";
import { Panel } from "../../ui/Panel.tsx";
import { ProblemNotice } from "../../ui/ProblemNotice.tsx";
import { dateText, dateToMs, durationText } from "../../ui/time.ts";
import classes from "./money.module.css";
import { invoiceQuery } from "./queries.ts";

export const InvoicePanel = (ids: { readonly contractId: string; readonly invoiceId: string }) => {
  const { t, i18n } = useTranslation();
  const services = useServices();
  const { data: invoice, error } = useQuery(invoiceQuery(services, ids));
  if (error !== null) return <ProblemNotice error={error} />;
  if (invoice === undefined) return null;
  const date = (text: string) => dateText(dateToMs(text) ?? 0, i18n.language);
  return (
    <Panel
      title={t("money.invoice", { date: date(invoice.week) })}
      lead={t("money.invoiceLead", { date: dateText(invoice.issuedAtMs, i18n.language), id: invoice.invoiceId })}
      testId="invoice"
    >
      <Table.ScrollContainer
        minWidth={480}
        type="native"
        tabIndex={0}
        aria-label={t("money.invoiceTotal")}
        role="group"
      >
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("money.day")}</Table.Th>
              <Table.Th className={classes.number}>{t("money.rate")}</Table.Th>
              <Table.Th className={classes.number}>{t("money.hours")}</Table.Th>
              <Table.Th className={classes.number}>{t("money.amountColumn")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {invoice.lines.map((line) => (
              <Table.Tr key={`${line.day} ${line.rate.amountMinor}`}>
                <Table.Td>{date(line.day)}</Table.Td>
                <Table.Td className={classes.number}>{moneyText(line.rate, i18n.language)}</Table.Td>
                <Table.Td className={classes.number}>{durationText(line.minutes)}</Table.Td>
                <Table.Td className={classes.number}>{moneyText(line.amount, i18n.language)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
          <Table.Tfoot className={classes.totals}>
            {(["total", "paid", "unpaid", "fee"] as const).map((part) => (
              <Table.Tr key={part}>
                <Table.Th colSpan={3}>{t(`money.${part}`)}</Table.Th>
                <Table.Th className={classes.number} data-part={part}>
                  {moneyText(invoice[part], i18n.language)}
                </Table.Th>
              </Table.Tr>
            ))}
          </Table.Tfoot>
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
};
