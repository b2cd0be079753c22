import { statementRoutes } from "@underseal/api";
import type { ContractId } from "@underseal/foundation";
import { type ServedRoute, serve } from "../platform/feature.ts";
import { acknowledge, readAcknowledgements } from "./acknowledgements.ts";
import { readConflicts } from "./conflicts.ts";
import type { EvidenceDeps } from "./ports.ts";
import { readWeekRecords, readWeekStatement, signWeek } from "./week-statements.ts";

export const serveStatements = (deps: EvidenceDeps): readonly ServedRoute[] => [
  serve(statementRoutes.acknowledge, ({ caller, params, body }) =>
    acknowledge(deps, caller.personId, { contractId: contractOf(params), envelope: body.acknowledgement }),
  ),
  serve(statementRoutes.listAcknowledgements, ({ caller, params }) =>
    readAcknowledgements(deps, caller.personId, weekOf(params)),
  ),
  serve(statementRoutes.signWeek, ({ caller, params, body }) =>
    signWeek(deps, caller.personId, { ...weekOf(params), envelope: body.statement }),
  ),
  serve(statementRoutes.getWeekStatement, ({ caller, params }) =>
    readWeekStatement(deps, caller.personId, weekOf(params)),
  ),
  serve(statementRoutes.listWeekRecords, ({ caller, params }) =>
    readWeekRecords(deps, caller.personId, weekOf(params)),
  ),
  serve(statementRoutes.listConflicts, ({ caller, params }) =>
    readConflicts(deps, caller.personId, contractOf(params)),
  ),
];

// The address was parsed as a UUID; whose contract it is, the database says.
const contractOf = ({ contractId }: { readonly contractId: string }): ContractId => contractId as ContractId;

const weekOf = (params: { readonly contractId: string; readonly week: string }) => ({
  contractId: contractOf(params),
  week: params.week,
});
