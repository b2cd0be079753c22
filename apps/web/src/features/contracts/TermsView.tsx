import { money } from "@underseal/foundation";
import { useTranslation } from "react-i18next";
import { Facts } from "../../ui/Facts.tsx";
import { moneyText } from "../../ui/money.ts";
import { dateText, durationText } from "../../ui/time.ts";
import type { TermsBody } from "./terms.ts";

export interface Names {
  readonly client: string;
  readonly freelancer: string;
}

/** The signed terms in words. Every line is read from the signed bytes. */
export const TermsView = ({ terms, names }: { readonly terms: TermsBody; readonly names: Names }) => {
  const { t, i18n } = useTranslation();
  const amount = (amountMinor: number) => moneyText(money(BigInt(amountMinor), terms.rate.currency), i18n.language);
  const capturesPerHour = Math.round(3600 / (terms.draw.odds * terms.draw.beacon.period));
  return (
    <Facts
      facts={[
        { label: t("contracts.client"), value: names.client },
        { label: t("contracts.freelancer"), value: names.freelancer },
        { label: t("contracts.rate"), value: t("contracts.perHour", { amount: amount(terms.rate.amountMinor) }) },
        { label: t("contracts.weeklyLimit"), value: durationText(terms.weeklyLimitMinutes) },
        { label: t("contracts.depositAgreed"), value: amount(terms.depositMinor) },
        { label: t("contracts.profile"), value: t(`contracts.profiles.${terms.profile}`) },
        { label: t("contracts.redaction"), value: t(`contracts.redactions.${terms.redaction}`) },
        { label: t("contracts.captures"), value: t("contracts.capturesValue", { count: capturesPerHour }) },
        { label: t("contracts.manualTime"), value: t(terms.manualTime ? "contracts.allowed" : "contracts.notAllowed") },
        { label: t("contracts.fee"), value: `${terms.feePermille / 10} %` },
        { label: t("contracts.validFrom"), value: dateText(terms.validFrom * 1000, i18n.language) },
        { label: t("contracts.rules"), value: terms.protection },
      ]}
    />
  );
};
