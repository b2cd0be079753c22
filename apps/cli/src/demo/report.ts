import path from "node:path";
import { formatMoney, money } from "@underseal/foundation";
import type { CanaryReport } from "./canary-search.ts";
import type { CheckedBundle } from "./check-bundle.ts";
import type { ShownDiary } from "./diary-in-browser.ts";
import type { SettledWeek } from "./settle-week.ts";
import type { TrackedWork } from "./tracked-week.ts";

/** As it can be typed here. */
export const fromHere = (file: string): string => path.relative(process.cwd(), file);

const amount = ({ amountMinor, currency }: { readonly amountMinor: string; readonly currency: string }): string =>
  formatMoney(money(BigInt(amountMinor), currency));

/** Every account with its balance, and that all of them sum to zero. */
export const printLedger = ({ accounts, trialBalance }: SettledWeek): void => {
  for (const account of accounts) {
    const [debits, credits] = [BigInt(account.debits.amountMinor), BigInt(account.credits.amountMinor)];
    const [name = ""] = account.accountId.split("/");
    const balance = formatMoney(money(debits - credits, account.currency));
    console.log(`          ${shorten(name).padEnd(22)} ${account.kind.padEnd(9)} ${balance.padStart(11)}`);
  }
  for (const { difference } of trialBalance.currencies) {
    console.log(`          ${"sum".padEnd(32)} ${amount(difference).padStart(11)}`);
  }
};

/** `deposit:019a…`: enough to tell accounts apart. */
const shorten = (name: string): string => name.replace(/:(.{8}).*/, ":$1…");

export interface DemoSummary {
  readonly work: TrackedWork;
  readonly shown: ShownDiary;
  readonly settled: SettledWeek;
  readonly bundle: CheckedBundle;
  readonly canaries: readonly CanaryReport[];
  readonly canaryCount: number;
  readonly seconds: number;
}

export const printSummary = (summary: DemoSummary): void => {
  const { work, shown, settled, bundle, canaries, canaryCount } = summary;
  const { invoice, state } = settled.week;
  const searched = canaries.reduce((sum, { bytes }) => sum + bytes, 0);
  const rows = [
    [
      "tracked",
      `${work.segments.length} segments, ${work.minutes} minutes, ${work.captures} captures on a real screen`,
    ],
    ["sealed", `${work.stored} blobs, each to its readers' post-quantum keys`],
    ["opened", `${shown.verified} captures decrypted and verified in the browser`],
    [
      "billed",
      invoice === null ? "no invoice" : `${amount(invoice.total)}, paid from the deposit ${amount(invoice.paid)}`,
    ],
    ["paid", `the week is ${state}; the ledger sums to zero`],
    ["verified", `${bundle.bytes} bytes offline, witnesses and beacon included; with one byte changed: refused`],
    [
      "leaked",
      canaryCount === 0
        ? "not searched: the words on your own display are yours"
        : `0 of ${canaryCount} words in ${searched} bytes of database, blobs, logs and traffic`,
    ],
    ["pictures", shown.files.map(fromHere).join("  ")],
    ["took", `${summary.seconds.toFixed(0)} s`],
  ] as const;
  console.log(`\n${rows.map(([name, text]) => `${name.padEnd(9)} ${text}`).join("\n")}`);
};
