import { createHash } from "node:crypto";
import { type Refusal, refusal } from "@underseal/api";
import {
  base64UrlToBytes,
  bytesToBase64Url,
  createId,
  err,
  ok,
  type PersonId,
  type Result,
} from "@underseal/foundation";
import type { PersonKind } from "../platform/feature.ts";
import { isUniqueViolation } from "../platform/postgres/database.ts";
import { systemActor, type Transaction, transact } from "../platform/postgres/transact.ts";
import type { Auth } from "./auth.ts";
import type { PeopleDeps } from "./deps.ts";
import { addAccount, hasOperator, replaceSetupLink, takeSetupLink } from "./store.ts";

// How accounts come to be: people sign up where the operator lets them, and the operator once, with the link that
// the first start prints.

export interface Credentials {
  readonly email: string;
  readonly password: string;
  readonly name: string;
}

export interface MadePerson {
  readonly personId: PersonId;
  readonly name: string;
  readonly kind: PersonKind;
}

export const signUp = async (
  deps: PeopleDeps,
  auth: Auth,
  { kind, ...credentials }: Credentials & { readonly kind: "client" | "freelancer" },
): Promise<Result<MadePerson, Refusal>> => {
  if (deps.signUp === "closed") return err(refusal("SIGN_UP_CLOSED"));
  return await makePerson(deps, auth, { ...credentials, kind }, async () => true);
};

export const setUpOperator = async (
  deps: PeopleDeps,
  auth: Auth,
  { token, ...credentials }: Credentials & { readonly token: string },
): Promise<Result<MadePerson, Refusal>> =>
  await makePerson(deps, auth, { ...credentials, kind: "operator" }, (transaction) =>
    takeSetupLink(transaction, hashToken(token)),
  );

const TOKEN_BYTES = 32;

/** A new one-time token while there is no operator, else `null`. Only its hash is kept. */
export const renewSetupToken = async (deps: PeopleDeps): Promise<string | null> => {
  const token = bytesToBase64Url(deps.random.bytes(TOKEN_BYTES));
  return await transact(deps.database, systemActor, async (transaction) => {
    if (await hasOperator(transaction)) return null;
    await replaceSetupLink(transaction, hashToken(token), new Date(deps.clock.now()));
    return token;
  });
};

/** A token is random, so a fast hash protects it; what is looked up is the hash, so timing tells nothing. */
const hashToken = (token: string): Uint8Array =>
  createHash("sha256")
    .update(base64UrlToBytes(token) ?? new Uint8Array())
    .digest();

const makePerson = async (
  deps: PeopleDeps,
  auth: Auth,
  { email, password, name, kind }: Credentials & { readonly kind: PersonKind },
  mayProceed: (transaction: Transaction) => Promise<boolean>,
): Promise<Result<MadePerson, Refusal>> => {
  // Hashing a password is slow on purpose, so it is done before the transaction begins.
  const passwordHash = await (await auth.$context).password.hash(password);
  const personId = createId<PersonId>(deps);
  const account = {
    personId,
    name,
    kind,
    passwordHash,
    email: email.toLowerCase(),
    createdAt: new Date(deps.clock.now()),
  };
  try {
    return await transact(deps.database, systemActor, async (transaction) => {
      if (!(await mayProceed(transaction))) return err(refusal("SETUP_LINK_INVALID"));
      await addAccount(transaction, account);
      return ok({ personId, name, kind });
    });
  } catch (error) {
    if (isUniqueViolation(error, "auth_user_email_key")) return err(refusal("EMAIL_TAKEN"));
    if (isUniqueViolation(error, "person_one_operator")) return err(refusal("SETUP_LINK_INVALID"));
    throw error;
  }
};
