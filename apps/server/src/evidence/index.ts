// Evidence: device records, sealed blobs, and the diary that is read from them. The server checks, keeps and orders
// what devices signed; it has no key that opens any of it.
import { evidenceRoutes } from "@underseal/api";
import { type ContractId, ok } from "@underseal/foundation";
import { type Feature, serve } from "../platform/feature.ts";
import { presentProblem } from "../platform/http/problem.ts";
import { type Admission, createAdmission } from "./admission/index.ts";
import { getBlob, putBlob } from "./blobs.ts";
import { exportWeek } from "./bundle.ts";
import { readDiary } from "./diary.ts";
import type { EvidenceDeps } from "./ports.ts";
import { readHead, registerStatement, registerStatements } from "./register.ts";
import { readSegment } from "./segment.ts";
import { settleWeeks } from "./settle-weeks.ts";
import { serveStatements } from "./statement-routes.ts";

export type { EvidenceDeps } from "./ports.ts";

export const createEvidence = (deps: EvidenceDeps): Feature => {
  const admission = createAdmission(deps);
  return {
    routes: [...routesOf(deps, admission), ...serveStatements(deps)],
    tick: (nowMs) => settleWeeks(deps, nowMs),
    stop: admission.stop,
  };
};

const routesOf = (deps: EvidenceDeps, admission: Admission): Feature["routes"] => [
  serve(evidenceRoutes.registerStatement, ({ body }) => registerStatement({ ...deps, admission }, body)),
  serve(evidenceRoutes.registerStatements, async ({ body, requestId }) => {
    const answers = await registerStatements({ ...deps, admission }, body);
    return ok(
      answers.map((answer) =>
        answer.ok ? { ok: answer.value } : { problem: presentProblem(answer.error, requestId) },
      ),
    );
  }),
  serve(evidenceRoutes.getHead, ({ caller, params }) => readHead(deps, caller, contractOf(params))),
  serve(evidenceRoutes.putBlob, ({ caller, params, body }) =>
    putBlob(deps, { personId: caller.personId, digest: params.digest, source: body }),
  ),
  serve(evidenceRoutes.getBlob, ({ caller, params }) => getBlob(deps, caller.personId, params.digest)),
  serve(evidenceRoutes.getDiary, ({ caller, params, query }) =>
    readDiary(deps, caller.personId, { contractId: contractOf(params), week: query.week }),
  ),
  serve(evidenceRoutes.getSegment, ({ caller, params }) =>
    readSegment(deps, caller.personId, { contractId: contractOf(params), slot: params.slot }),
  ),
  serve(evidenceRoutes.exportWeek, ({ caller, params }) =>
    exportWeek(deps, caller.personId, { contractId: contractOf(params), week: params.week }),
  ),
];

// The address was parsed as a UUID; whose contract it is, the database says.
const contractOf = ({ contractId }: { readonly contractId: string }): ContractId => contractId as ContractId;
