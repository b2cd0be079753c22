import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  currencyExponent,
  err,
  formatMoney,
  hourlyAmount,
  hourlyAmountCeil,
  isCurrency,
  money,
  moneyToDecimal,
  ok,
  redact,
  reveal,
} from "../src/index.ts";

describe("hourlyAmount", () => {
  it.each([
    [6_000n, 0, 0n, 0n],
    [6_000n, 10, 1_000n, 1_000n],
    [6_000n, 60, 6_000n, 6_000n],
    [100n, 1, 2n, 2n],
    [29n, 1, 0n, 1n],
    [30n, 1, 1n, 1n],
    [31n, 1, 1n, 1n],
    [90n, 1, 2n, 2n],
    [1n, 59, 1n, 1n],
  ])("%i an hour for %i minutes is %i, held as %i", (rate, minutes, amount, held) => {
    expect(hourlyAmount(money(rate, "EUR"), minutes)).toEqual(money(amount, "EUR"));
    expect(hourlyAmountCeil(money(rate, "EUR"), minutes)).toEqual(money(held, "EUR"));
  });

  it("is never more than what is held for it, and at most half a unit from the exact amount", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.nat(10_080), (rate, minutes) => {
        const { amountMinor } = hourlyAmount(money(rate, "EUR"), minutes);
        const held = hourlyAmountCeil(money(rate, "EUR"), minutes).amountMinor;
        expect(amountMinor <= held && held - amountMinor <= 1n).toBe(true);
        const off = amountMinor * 60n - rate * BigInt(minutes);
        expect(off <= 30n && off >= -30n).toBe(true);
      }),
    );
  });

  it.each([-1, 0.5, Number.NaN])("is not for %d minutes", (minutes) => {
    expect(() => hourlyAmount(money(1n, "EUR"), minutes)).toThrow("broken assumption");
    expect(() => hourlyAmountCeil(money(1n, "EUR"), minutes)).toThrow("broken assumption");
  });
});

describe("amounts in words", () => {
  it.each([
    [123_450n, "EUR", "1234.50"],
    [5n, "EUR", "0.05"],
    [-5n, "EUR", "-0.05"],
    [0n, "EUR", "0.00"],
    [1_234n, "JPY", "1234"],
    [1_234n, "KWD", "1.234"],
    [900_719_925_474_099_312_345n, "EUR", "9007199254740993123.45"],
  ])("%i of %s is %s", (amount, currency, decimal) => {
    expect(moneyToDecimal(money(amount, currency))).toBe(decimal);
  });

  it("keep every digit when formatted", () => {
    expect(formatMoney(money(900_719_925_474_099_312_345n, "EUR"))).toBe("€9,007,199,254,740,993,123.45");
    expect(formatMoney(money(123_450n, "EUR"), "de")).toMatch(/^1\.234,50\s€$/);
  });

  it("know the currencies of ISO 4217 and their exponents", () => {
    expect(["EUR", "USD", "JPY", "eur", "EURO", "QQQ", ""].map(isCurrency)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
    expect([currencyExponent("EUR"), currencyExponent("JPY"), currencyExponent("KWD")]).toEqual([2, 0, 3]);
  });
});

describe("a redacted value", () => {
  const secret = redact("hunter2");

  it("is shown by nothing that prints, walks or serialises", () => {
    const shown = [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect(secret),
      inspect({ secret }, { depth: 9, showHidden: true }),
    ];
    for (const text of shown) {
      expect(text).toContain("<redacted>");
      expect(text).not.toContain("hunter2");
    }
    expect([...Object.keys(secret), ...Object.getOwnPropertySymbols(secret), ...Object.values(secret)]).toEqual([]);
  });

  it("is opened by one function, and only if it is one", () => {
    expect(reveal(secret)).toBe("hunter2");
    expect(() => reveal({} as typeof secret)).toThrow("broken assumption");
    expect(() => reveal(structuredClone({ ...secret }) as typeof secret)).toThrow("broken assumption");
  });
});

describe("a result", () => {
  it("is a value or an error", () => {
    expect([ok(1), err("NO")]).toEqual([
      { ok: true, value: 1 },
      { ok: false, error: "NO" },
    ]);
  });
});
