import { LIST_MAX, moneyRoutes, type WeekAnswer } from "@underseal/api";
import { type ContractId, err, ok, type PersonId, type Result } from "@underseal/foundation";
import { type Feature, serve } from "../platform/feature.ts";
import { transact } from "../platform/postgres/transact.ts";
import { type BillingError, billingRefusal } from "./errors.ts";
import type { BillingDeps } from "./ports.ts";
import { presentInvoice, presentWeek } from "./present.ts";
import { listWeekSummaries } from "./store.ts";
import { findInvoice, type Invoice } from "./store-invoices.ts";
import { approveWeek, tickWeeks, type WeekFault } from "./weeks.ts";

export interface BillingFeatureDeps extends BillingDeps {
  /** Told about each week whose step failed; the next tick tries it again. */
  readonly onFault: (fault: WeekFault) => void;
}

export const createBillingFeature = (deps: BillingFeatureDeps): Feature => ({
  routes: [
    serve(moneyRoutes.listWeeks, async ({ params, caller }) => {
      // The route's schema says that it is a UUID; whether the caller may see such a contract is asked next.
      const weeks = await listWeeks(deps, params.contractId as ContractId, caller.personId);
      return weeks.ok ? ok({ weeks: [...weeks.value] }) : err(billingRefusal(weeks.error));
    }),
    serve(moneyRoutes.getInvoice, async ({ params, caller }) => {
      const invoice = await getInvoice(deps, { ...params, personId: caller.personId });
      return invoice === null ? err(billingRefusal({ code: "CONTRACT_UNKNOWN" })) : ok(presentInvoice(invoice));
    }),
    serve(moneyRoutes.approveWeek, async ({ params, caller }) => {
      const contractId = params.contractId as ContractId;
      const { personId } = caller;
      if (!isMonday(params.week)) return err(billingRefusal({ code: "WEEK_UNKNOWN" }));
      const approved = await approveWeek(deps, { contractId, weekStart: params.week, personId });
      if (!approved.ok) return err(billingRefusal(approved.error));
      const weeks = await listWeeks(deps, contractId, personId);
      const week = weeks.ok ? weeks.value.find((each) => each.week === params.week) : undefined;
      return week === undefined ? err(billingRefusal({ code: "WEEK_UNKNOWN" })) : ok(week);
    }),
  ],
  tick: async (nowMs) => {
    const { faults } = await tickWeeks(deps, nowMs);
    for (const fault of faults) deps.onFault(fault);
  },
});

/** The form of a date does not make it one: the thirtieth of February would be an error of the database. */
const isMonday = (date: string): boolean => {
  const day = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date) && day.getUTCDay() === 1;
};

const listWeeks = (
  deps: BillingDeps,
  contractId: ContractId,
  personId: PersonId,
): Promise<Result<readonly WeekAnswer[], BillingError>> =>
  // As the person, so that the database shows only what is theirs.
  transact(deps.database, { kind: "person", personId }, async (tx) => {
    const parties = await deps.partiesOf(tx, contractId);
    if (parties?.clientId !== personId && parties?.freelancerId !== personId) return err({ code: "CONTRACT_UNKNOWN" });
    const weeks = await listWeekSummaries(tx, contractId, LIST_MAX);
    return ok(weeks.map((week) => presentWeek(deps.calendar, week)));
  });

const getInvoice = (
  deps: BillingDeps,
  request: { readonly contractId: string; readonly invoiceId: string; readonly personId: PersonId },
): Promise<Invoice | null> =>
  transact(deps.database, { kind: "person", personId: request.personId }, (tx) =>
    findInvoice(tx, request.contractId as ContractId, request.invoiceId),
  );
