import { readFileSync } from "node:fs";
import path from "node:path";
import { HOUR_MS, money, moneyToDecimal } from "@underseal/foundation";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BillingWorld, createBillingWorld, WEEK } from "./world.ts";

// docs/money.md promises amounts to the cent. Its tables are read here and played.

const DOCUMENT = readFileSync(path.join(import.meta.dirname, "../../../../docs/money.md"), "utf8");

/** The rows of the table under a heading, by column name. */
const readTable = (heading: string): readonly Readonly<Record<string, string>>[] => {
  const section = DOCUMENT.split(/^#+ /m).find((each) => each.startsWith(heading));
  const lines = (section ?? "").split("\n").filter((line) => line.startsWith("|"));
  const cellsOf = (line: string) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim());
  const [names, , ...rows] = lines.map(cellsOf);
  return rows.map((cells) => Object.fromEntries(cells.map((cell, index) => [names?.[index] ?? "", cell])));
};

const cents = (decimal: string | undefined): bigint => BigInt((decimal ?? "missing").replace(".", ""));
const decimal = (amountMinor: bigint): string => moneyToDecimal(money(amountMinor, "EUR"));

let world: BillingWorld;

beforeAll(async () => {
  world = await createBillingWorld();
});
afterAll(() => world.stop());

it("the worked example comes out as it is written", async () => {
  const segments = readTable("Segments as they are recorded");
  const lines = readTable("The invoice at the lock");
  const balances = readTable("Balances");
  expect([segments.length, lines.length, balances.length]).toEqual([10, 3, 5]);

  const contract = world.addContract({ rate: money(cents(segments[0]?.rate), "EUR"), feePermille: 50 });
  await contract.fund(10_000n);
  const recorded = [];
  for (const row of segments) {
    const startMs = Date.parse(`${row["slot starts"]?.replace(" ", "T")}:00Z`);
    world.clock.set(startMs + HOUR_MS);
    const funding = await contract.record(startMs, Number(row.minutes), { rate: money(cents(row.rate), "EUR") });
    recorded.push([decimal(funding.held.amountMinor), funding.deposit === "has-room" ? "deposit" : "none"]);
  }
  expect(recorded).toEqual(segments.map((row) => [row.held, row.covered]));

  const readBalances = async () => {
    const found: Record<string, string> = {};
    for (const name of ["deposit", "earned", "available", "fees"] as const) {
      found[name] = decimal(await contract.balance(name));
    }
    // An asset rises by debits.
    found.provider_cash = decimal(-(await contract.balance("cash")));
    return found;
  };
  const written = (column: string) => Object.fromEntries(balances.map((row) => [row.account, row[column]]));

  expect(await readBalances()).toEqual(written("before the lock"));
  await world.tick(Date.UTC(2026, 10, 23, 12));
  const invoice = await contract.invoice(WEEK);
  expect(
    invoice?.lines.map((line) => ({
      day: line.day,
      rate: decimal(line.rate.amountMinor),
      minutes: String(line.minutes),
      amount: decimal(line.amountMinor),
      paid: decimal(line.paidMinor),
      fee: decimal(line.feeMinor),
    })),
  ).toEqual(lines);
  const sums = [invoice?.total, invoice?.paid, invoice?.unpaid].map((each) => decimal(each?.amountMinor ?? -1n));
  const sentence = /Total ([\d.]+), of which the deposit pays its whole ([\d.]+) and ([\d.]+) stays unpaid/.exec(
    DOCUMENT,
  );
  expect(sums).toEqual(sentence?.slice(1));
  expect(await readBalances()).toEqual(written("after the lock"));
  await world.tick(Date.UTC(2026, 11, 2));
  expect(await readBalances()).toEqual(written("after the Wednesday"));
});
