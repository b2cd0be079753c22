import type { IncomingHttpHeaders } from "node:http";
import { bytesToBase64Url, createId, MINUTE_MS, type PersonId, type Redacted, reveal } from "@underseal/foundation";
import { betterAuth } from "better-auth";
import type { PersonCaller, PersonKind } from "../platform/feature.ts";
import type { PeopleDeps } from "./deps.ts";

// Sessions of people, by better-auth: e-mail and password now. Its tables are ours (0002_people.sql), so that one
// list says what was applied to a database and an account is made in one transaction with its person.

export type Auth = ReturnType<typeof createAuth>;

/** The cookie carries the session itself, signed, for this long: a revoked session lives on for no longer. */
const SESSION_CACHE_SECONDS = 60;
const SIGN_INS_PER_MINUTE_MAX = 20;
const MINUTE_SECONDS = MINUTE_MS / 1_000;
/** Set by us from the connection; whatever a request claims there is overwritten. */
export const ADDRESS_HEADER = "x-underseal-address";

export const createAuth = (deps: PeopleDeps) =>
  betterAuth({
    baseURL: deps.publicUrl(),
    basePath: "/api/auth",
    secret: secretText(deps.authSecret),
    trustedOrigins: [...deps.origins()],
    database: { db: deps.database.kysely, type: "postgres" },
    telemetry: { enabled: false },
    logger: { disabled: true },
    emailAndPassword: { enabled: true, disableSignUp: true },
    user: {
      modelName: "auth_user",
      additionalFields: { kind: { type: "string", required: true, input: false } },
    },
    session: { modelName: "auth_session", cookieCache: { enabled: true, maxAge: SESSION_CACHE_SECONDS } },
    account: { modelName: "auth_account" },
    verification: { modelName: "auth_verification" },
    rateLimit: {
      enabled: deps.isRateLimited,
      window: MINUTE_SECONDS,
      max: 300,
      customRules: { "/sign-in/email": { window: MINUTE_SECONDS, max: SIGN_INS_PER_MINUTE_MAX } },
    },
    advanced: {
      cookiePrefix: "underseal",
      useSecureCookies: deps.publicUrl().startsWith("https:"),
      defaultCookieAttributes: { httpOnly: true, sameSite: "lax", path: "/" },
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      database: { generateId: () => createId(deps) },
    },
  });

const secretText = (secret: Redacted<Uint8Array>): string => bytesToBase64Url(reveal(secret));

/** The person of a request's session cookie, or `null`. */
export const findPerson = async (auth: Auth, { cookie }: IncomingHttpHeaders): Promise<PersonCaller | null> => {
  if (cookie === undefined) return null;
  const session = await auth.api.getSession({ headers: new Headers({ cookie }) });
  if (session === null) return null;
  // Ids and kinds of accounts are only ever written by `addAccount`, whose parameters have these types.
  const { id, kind } = session.user as unknown as { readonly id: PersonId; readonly kind: PersonKind };
  return { kind: "person", personId: id, personKind: kind };
};
