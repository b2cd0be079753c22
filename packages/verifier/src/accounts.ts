import { isSignedBy, type Statement } from "@underseal/evidence";
import { ok, type Result } from "@underseal/foundation";
import { bytesOf } from "./bytes-of.ts";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { ParsedBundle } from "./parse.ts";

/** Account statements by person and generation; see `accountKey`. */
export type Accounts = ReadonlyMap<string, Statement<"account">>;

export const accountKey = (holder: { readonly person: string; readonly generation: number }): string =>
  `${holder.person}/${holder.generation}`;

/** Each account is signed by the key it announces, is there once, and somebody in the bundle needs it. */
export const checkAccounts = ({
  accounts,
  terms,
  devices,
  revocations,
}: ParsedBundle): Result<Accounts, VerificationFailure> => {
  const needed = new Set([
    ...terms.flatMap(({ statement: { body } }) => [accountKey(body.client), accountKey(body.freelancer)]),
    ...devices.map(({ body }) => accountKey(body)),
    ...revocations.map(({ statement }) => accountKey(statement.body)),
  ]);
  const byKey = new Map<string, Statement<"account">>();
  for (const account of accounts) {
    const key = accountKey(account.body);
    if (!isSignedBy(account, [bytesOf(account.body.sign)])) return refuse("ACCOUNT_SIGNATURE_INVALID", account);
    if (byKey.has(key)) return refuse("ACCOUNT_REPEATED", account);
    if (!needed.has(key)) return refuse("ACCOUNT_UNUSED", account);
    byKey.set(key, account);
  }
  return ok(byKey);
};

/**
 * The freelancer's keys that both parties signed in some version of the terms. Anybody can sign an account statement
 * for any person with a key of their own: only what the terms name is known to be the freelancer's.
 */
export const freelancerKeys = ({ terms }: ParsedBundle): ReadonlySet<string> =>
  new Set(terms.map(({ statement }) => accountKey(statement.body.freelancer)));
