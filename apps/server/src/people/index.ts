import type { IncomingHttpHeaders } from "node:http";
import { peopleRoutes } from "@underseal/api";
import type { Envelope } from "@underseal/evidence";
import { ok, type PersonId } from "@underseal/foundation";
import { type Feature, type PersonCaller, serve } from "../platform/feature.ts";
import type { Transaction } from "../platform/postgres/transact.ts";
import { findKeys, findMe, type Me, publishKeys } from "./account-keys.ts";
import { renewSetupToken, setUpOperator, signUp } from "./accounts.ts";
import { type Auth, createAuth, findPerson } from "./auth.ts";
import { mountAuthRoutes } from "./auth-routes.ts";
import type { PeopleDeps } from "./deps.ts";
import {
  type AccountKeyRow,
  findAccountKey,
  findAccountStatements,
  findPersonIdByEmail,
  findPersonRow,
  type KeyHolder,
  type PersonRow,
} from "./store.ts";

// People: accounts, sessions, and the public half of the keys they sign and seal with.

export type { PeopleDeps } from "./deps.ts";

export interface People extends Feature {
  /** The person of a request's session, or `null`. */
  findPerson(headers: IncomingHttpHeaders): Promise<PersonCaller | null>;
  /** The newest generation of the account's keys; `null` while there are none. */
  keysOf(transaction: Transaction, personId: PersonId): Promise<AccountKeyRow | null>;
  describe(transaction: Transaction, personId: PersonId): Promise<PersonRow | null>;
  findByEmail(transaction: Transaction, email: string): Promise<PersonId | null>;
  /** The signed statements in which the holders announced these keys. */
  accountsOf(transaction: Transaction, holders: readonly KeyHolder[]): Promise<readonly Envelope[]>;
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
        return me.ok ? ok(presentMe(me.value)) : me;
      }),
      serve(peopleRoutes.putMyKeys, ({ caller, body }) => publishKeys(deps, caller.personId, body)),
      serve(peopleRoutes.getKeys, ({ caller, params }) =>
        // The address was parsed as a UUID; whose it is, the database says.
        findKeys(deps, caller.personId, params.personId as PersonId),
      ),
    ],
    mount: (app) => mountAuthRoutes(app, auth),
    findPerson: (headers) => findPerson(auth(), headers),
    keysOf: findAccountKey,
    describe: findPersonRow,
    findByEmail: findPersonIdByEmail,
    accountsOf: findAccountStatements,
    renewSetupToken: () => renewSetupToken(deps),
  };
};

const presentMe = ({ id, name, kind, email, keys }: Me) => ({ personId: id, name, kind, email, keys });
