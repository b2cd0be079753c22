import { type ContractAnswer, contractRoutes } from "@underseal/api";
import type { AccountKeys, RedactionPolicy } from "@underseal/evidence";
import { createId, type Money } from "@underseal/foundation";
import { valueOrThrow } from "../../lib/failure.ts";
import type { Services } from "../../lib/services.ts";
import type { Me } from "../session/me.ts";
import { signProposal } from "./terms.ts";

/** What the client has filled in. */
export interface Draft {
  readonly freelancerEmail: string;
  readonly rate: Money;
  readonly weeklyLimitHours: number;
  readonly deposit: Money;
  readonly manualTime: boolean;
  readonly redaction: RedactionPolicy;
}

/** Signs terms with the client's key and proposes them. Throws an `ApiFailure`. */
export const propose = async (
  services: Pick<Services, "api" | "clock" | "random">,
  { me, keys, draft }: { readonly me: Me; readonly keys: AccountKeys; readonly draft: Draft },
): Promise<ContractAnswer> => {
  const platform = valueOrThrow(await services.api.call(contractRoutes.getPlatform, {}));
  const freelancer = valueOrThrow(
    await services.api.call(contractRoutes.findFreelancer, { query: { email: draft.freelancerEmail } }),
  );
  const contractId = createId<string>(services);
  const terms = signProposal({ ...draft, contractId, platform, personId: me.personId, freelancer }, keys);
  return valueOrThrow(await services.api.call(contractRoutes.proposeContract, { body: { terms: terms.envelope } }));
};
