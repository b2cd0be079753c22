import type { IncomingHttpHeaders } from "node:http";
import { peopleRoutes } from "@underseal/api";
import { ok, type PersonId } from "@underseal/foundation";
import { type Feature, type PersonCaller, serve } from "../platform/feature.ts";
import { findKeys, findMe, publishKeys } from "./account-keys.ts";
import { renewSetupToken, setUpOperator, signUp } from "./accounts.ts";
import { type Auth, createAuth, findPerson } from "./auth.ts";
import { mountAuthRoutes } from "./auth-routes.ts";
import type { PeopleDeps } from "./deps.ts";

// People: accounts, sessions, and the public half of the keys they sign and seal with.

export type { PeopleDeps } from "./deps.ts";

export interface People extends Feature {
  /** The person of a request's session, or `null`. */
  findPerson(headers: IncomingHttpHeaders): Promise<PersonCaller | null>;
  /** A one-time token for the set-up link while there is no operator, else `null`. */
  renewSetupToken(): Promise<string | null>;
}

// Each of these hashes a password, or lets somebody guess.
const ACCOUNTS_PER_MINUTE_MAX = 20;

export const createPeople = (deps: PeopleDeps): People => {
  // Made at the first request: cookies depend on the public address, which may only be known then.
  let made: Auth | null = null;
  const auth = (): Auth => {
    made ??= createAuth(deps);
    return made;
  };
  const slowly = { ratePerMinute: ACCOUNTS_PER_MINUTE_MAX };
  return {
    routes: [
      serve(peopleRoutes.signUp, ({ body }) => signUp(deps, auth(), body), slowly),
      serve(peopleRoutes.setUp, ({ body }) => setUpOperator(deps, auth(), body), slowly),
      serve(peopleRoutes.getMe, async ({ caller }) => {
        const me = await findMe(deps, caller.personId);
        return me.ok ? ok({ personId: me.value.id, ...presentMe(me.value) }) : me;
      }),
      serve(peopleRoutes.putMyKeys, ({ caller, body }) => publishKeys(deps, caller.personId, body)),
      serve(peopleRoutes.getKeys, ({ caller, params }) =>
        // The address was parsed as a UUID; whose it is, the database says.
        findKeys(deps, caller.personId, params.personId as PersonId),
      ),
    ],
    mount: (app) => mountAuthRoutes(app, auth),
    findPerson: (headers) => findPerson(auth(), headers),
    renewSetupToken: () => renewSetupToken(deps),
  };
};

const presentMe = ({
  name,
  kind,
  email,
  keys,
}: Extract<Awaited<ReturnType<typeof findMe>>, { ok: true }>["value"]) => ({
  name,
  kind,
  email,
  keys,
});
