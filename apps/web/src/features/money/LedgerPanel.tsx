import { Table } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { LedgerAccountAnswer } from "@underseal/api";
import { money } from "@underseal/foundation";
import { useTranslation } from "react-i18next";
import { useServices } from "../../lib/services.ts";
import { moneyOf, moneyText } from "../../ui/money.ts";
import { Panel } from "../../ui/Panel.tsx";
import { ProblemNotice } from "../../ui/ProblemNotice.tsx";
import { deadlineText } from "../../ui/time.ts";
import classes from "./money.module.css";
import { ledgerQuery } from "./queries.ts";

export const LedgerPanel = () => {
  const { t } = useTranslation();
  const services = useServices();
  const { data, error } = useQuery(ledgerQuery(services));
  return (
    <Panel title={t("money.statement")} lead={t("money.statementLead")} testId="ledger">
      {error !== null && <ProblemNotice error={error} />}
      {data?.length === 0 && t("money.noLines")}
      {data?.map((account) => (
        <Account key={account.accountId} account={account} />
      ))}
    </Panel>
  );
};

/** What the account is worth: liabilities, equity and income grow by credits, the others by debits. */
const balanceOf = ({ kind, debits, credits }: LedgerAccountAnswer) => {
  const [plus, minus] = kind === "asset" || kind === "expense" ? [debits, credits] : [credits, debits];
  return money(moneyOf(plus).amountMinor - moneyOf(minus).amountMinor, debits.currency);
};

/** `deposit:<id>/EUR` → `deposit`: what a person calls the account. */
const codeOf = (accountId: string): string => accountId.split(/[:/]/)[0]?.replaceAll("_", " ") ?? accountId;

const Account = ({ account }: { readonly account: LedgerAccountAnswer }) => {
  const { t, i18n } = useTranslation();
  const kind = t(`money.accounts.${account.accountId.split(/[:/]/)[0]}`, { defaultValue: codeOf(account.accountId) });
  return (
    <>
      <h3 className={classes.account}>
        {t("money.account", { kind, balance: moneyText(balanceOf(account), i18n.language) })}
      </h3>
      <Table.ScrollContainer minWidth={520} type="native" tabIndex={0} aria-label={kind} role="group">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t("money.when")}</Table.Th>
              <Table.Th>{t("money.what")}</Table.Th>
              <Table.Th className={classes.number}>{t("money.debit")}</Table.Th>
              <Table.Th className={classes.number}>{t("money.credit")}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {account.lines.map((line) => (
              <LedgerRow key={`${line.transferId} ${line.side}`} line={line} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </>
  );
};

const LedgerRow = ({ line }: { readonly line: LedgerAccountAnswer["lines"][number] }) => {
  const { t, i18n } = useTranslation();
  const amount = moneyText(line.amount, i18n.language);
  const note = line.state === "pending" ? t("money.hold") : line.state === "void_pending" ? t("money.released") : "";
  return (
    <Table.Tr>
      <Table.Td style={{ whiteSpace: "nowrap" }}>{deadlineText(line.atMs, i18n.language)}</Table.Td>
      <Table.Td>
        {t(`money.movements.${line.kind}`, { defaultValue: line.kind.replaceAll("_", " ") })}{" "}
        <span className={classes.reference}>{note}</span>
      </Table.Td>
      <Table.Td className={classes.number}>{line.side === "debit" ? amount : ""}</Table.Td>
      <Table.Td className={classes.number}>{line.side === "credit" ? amount : ""}</Table.Td>
    </Table.Tr>
  );
};
