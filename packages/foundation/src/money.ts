import { assert } from "./assert.ts";

/** An amount in the currency's minor unit (cents for EUR, yen for JPY). Never a float, never without a currency. */
export interface Money {
  readonly amountMinor: bigint;
  readonly currency: string;
}

export const money = (amountMinor: bigint, currency: string): Money => ({ amountMinor, currency });

/** How many digits follow the decimal point (ISO 4217), from the platform's own table. */
export const currencyExponent = (currency: string): number =>
  new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;

export const isCurrency = (text: string): boolean =>
  /^[A-Z]{3}$/.test(text) && Intl.supportedValuesOf("currency").includes(text);

/**
 * What tracked minutes cost: rate × minutes / 60, rounded half up to a whole minor unit. The caller decides how
 * often it rounds: once per invoice line; a hold, which must never be short, uses `hourlyAmountCeil`.
 */
export const hourlyAmount = (rate: Money, minutes: number): Money => {
  assert(Number.isSafeInteger(minutes) && minutes >= 0, "minutes are a whole number");
  return money((rate.amountMinor * BigInt(minutes) + 30n) / 60n, rate.currency);
};

export const hourlyAmountCeil = (rate: Money, minutes: number): Money => {
  assert(Number.isSafeInteger(minutes) && minutes >= 0, "minutes are a whole number");
  return money((rate.amountMinor * BigInt(minutes) + 59n) / 60n, rate.currency);
};

/** `1234.50`, exact at any size. */
export const moneyToDecimal = ({ amountMinor, currency }: Money): string => {
  const exponent = currencyExponent(currency);
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(exponent + 1, "0");
  const whole = digits.slice(0, digits.length - exponent);
  const fraction = exponent === 0 ? "" : `.${digits.slice(digits.length - exponent)}`;
  return `${amountMinor < 0n ? "-" : ""}${whole}${fraction}`;
};

/** For people: `€1,234.50`. */
export const formatMoney = (value: Money, locale = "en"): string =>
  // A decimal string keeps every digit; `Number` would not. TypeScript's type for it is narrower than a string.
  new Intl.NumberFormat(locale, { style: "currency", currency: value.currency }).format(
    moneyToDecimal(value) as `${number}`,
  );
