import type { MoneyAnswer } from "@underseal/api";
import { currencyExponent, formatMoney, type Money, money } from "@underseal/foundation";

/** From the API's text form. */
export const moneyOf = ({ amountMinor, currency }: MoneyAnswer): Money => money(BigInt(amountMinor), currency);

export const moneyAnswerOf = ({ amountMinor, currency }: Money): MoneyAnswer => ({
  amountMinor: amountMinor.toString(),
  currency,
});

export const moneyText = (value: MoneyAnswer | Money, locale: string): string =>
  formatMoney(typeof value.amountMinor === "bigint" ? (value as Money) : moneyOf(value as MoneyAnswer), locale);

/** What a person typed, `1234.5` or `1,234.50`, as minor units; `null` where it is not an amount of this currency. */
export const parseAmount = (text: string, currency: string): Money | null => {
  const [, whole = "", fraction = ""] = /^(\d{1,12})(?:\.(\d+))?$/.exec(text.trim().replaceAll(",", "")) ?? [];
  const exponent = currencyExponent(currency);
  if (whole === "" || fraction.length > exponent) return null;
  return money(BigInt(whole + fraction.padEnd(exponent, "0")), currency);
};
