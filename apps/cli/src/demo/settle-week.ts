// Step 6: the clock goes on, and the money moves by the published rules.
import {
  type LedgerAccountAnswer,
  moneyRoutes,
  peopleRoutes,
  type TrialBalanceAnswer,
  type WeekAnswer,
} from "@underseal/api";
import { bytesToBase64Url, DAY_MS, dateOf, HOUR_MS, weekStartOf } from "@underseal/foundation";
import type { Party } from "./parties.ts";
import { createSession, DemoError, must, type Session } from "./session.ts";
import type { Stage } from "./stage.ts";

/** The operator is created with the one-time link that the server prints at its first start. */
export const createOperator = async ({ baseUrl, server, random }: Stage): Promise<Session> => {
  const token = server.setupUrl?.split("#")[1];
  if (token === undefined) throw new DemoError("the server has an operator already");
  const operator = createSession(baseUrl);
  const credentials = { email: "operator@demo.example", password: bytesToBase64Url(random.bytes(18)) };
  await must(operator.api, peopleRoutes.setUp, { body: { token, name: "Operator", ...credentials } });
  await operator.signIn(credentials);
  return operator;
};

export interface SettledWeek {
  readonly week: WeekAnswer;
  readonly trialBalance: TrialBalanceAnswer;
  readonly accounts: readonly LedgerAccountAnswer[];
  /** The states in the order in which they were seen, with the instant (Unix ms). */
  readonly steps: readonly { readonly atMs: number; readonly state: string }[];
}

/** Monday noon (lock), Friday's end (silence approves), Wednesday (available). */
export const settleWeek = async (
  stage: Stage,
  { client, operator, contractId }: { readonly client: Party; readonly operator: Session; readonly contractId: string },
): Promise<SettledWeek> => {
  const weekStart = weekStartOf(stage.clock.now());
  const name = dateOf(weekStart);
  const instants = [weekStart + 7 * DAY_MS + 12 * HOUR_MS, weekStart + 12 * DAY_MS, weekStart + 16 * DAY_MS];
  const steps: { atMs: number; state: string }[] = [];
  const readWeek = async (): Promise<WeekAnswer> => {
    const { weeks } = await must(client.session.api, moneyRoutes.listWeeks, { params: { contractId } });
    const week = weeks.find((each) => each.week === name);
    if (week === undefined) throw new DemoError(`the week ${name} is not there`);
    return week;
  };
  let week = await readWeek();
  for (const atMs of instants) {
    stage.clock.moveTo(atMs + 1_000);
    await stage.server.tick(stage.clock.now());
    week = await readWeek();
    steps.push({ atMs, state: week.state });
  }
  if (week.state !== "available") throw new DemoError(`the week is ${week.state}, not available`);
  const trialBalance = await must(operator.api, moneyRoutes.getTrialBalance, {});
  const isBalanced = trialBalance.currencies.every(({ difference }) => BigInt(difference.amountMinor) === 0n);
  if (!isBalanced || trialBalance.currencies.length === 0) throw new DemoError("the ledger does not sum to zero");
  const { accounts } = await must(operator.api, moneyRoutes.listLedgerAccounts, {});
  return { week, trialBalance, accounts, steps };
};
