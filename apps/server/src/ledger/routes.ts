import { moneyRoutes, refusal } from "@underseal/api";
import { err, ok } from "@underseal/foundation";
import { type Feature, serve } from "../platform/feature.ts";
import type { Database } from "../platform/postgres/database.ts";
import { systemActor, transact } from "../platform/postgres/transact.ts";
import { presentStatement, presentTrialBalance } from "./present.ts";
import { statementsOfActor, trialBalance } from "./reports.ts";

/** Reading only: money moves through the commands of the features that own the reason. */
export const createLedgerFeature = ({ database }: { readonly database: Database }): Feature => ({
  routes: [
    serve(moneyRoutes.listLedgerAccounts, async ({ caller }) => {
      // As the person, so that the database shows only their rows. The operator keeps the books and sees all of them.
      const { personId, personKind } = caller;
      const actor = personKind === "operator" ? systemActor : ({ kind: "person", personId } as const);
      const statements = await transact(database, actor, statementsOfActor);
      return ok({ accounts: statements.map(presentStatement) });
    }),
    serve(moneyRoutes.getTrialBalance, async ({ caller }) => {
      if (caller.personKind !== "operator") return err(refusal("NOT_ALLOWED"));
      return ok(presentTrialBalance(await transact(database, systemActor, trialBalance)));
    }),
  ],
});
