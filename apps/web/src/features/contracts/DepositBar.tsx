import type { ContractAnswer } from "@underseal/api";
import { money } from "@underseal/foundation";
import { useTranslation } from "react-i18next";
import { moneyOf, moneyText } from "../../ui/money.ts";
import { ShareBar } from "../../ui/ShareBar.tsx";

/** What is in the deposit: held for work already done, and still free. */
export const DepositBar = ({ deposit }: { readonly deposit: ContractAnswer["deposit"] }) => {
  const { t, i18n } = useTranslation();
  const balance = moneyOf(deposit.balance);
  const held = moneyOf(deposit.held);
  const free = money(balance.amountMinor - held.amountMinor, balance.currency);
  if (balance.amountMinor === 0n) return <span>{t("contracts.depositEmpty")}</span>;
  return (
    <ShareBar
      label={t("contracts.deposit")}
      shares={[
        {
          key: "held",
          label: t("contracts.depositHeld", { amount: moneyText(held, i18n.language) }),
          size: Number(held.amountMinor),
          tone: "accent",
        },
        {
          key: "free",
          label: t("contracts.depositFree", { amount: moneyText(free, i18n.language) }),
          size: Number(free.amountMinor),
          tone: "soft",
        },
      ]}
    />
  );
};
