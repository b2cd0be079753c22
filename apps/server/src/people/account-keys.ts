import { type Refusal, refusal } from "@underseal/api";
import { type Envelope, isSignedBy, readStatement } from "@underseal/evidence";
import {
  base64UrlToBytes,
  bytesToBase64Url,
  equalBytes,
  err,
  ok,
  type PersonId,
  type Result,
} from "@underseal/foundation";
import { isUniqueViolation } from "../platform/postgres/database.ts";
import { type Actor, transact } from "../platform/postgres/transact.ts";
import type { PeopleDeps } from "./deps.ts";
import {
  type AccountKeyRow,
  addAccountKey,
  addSeedBoxes,
  findAccountKey,
  findPersonRow,
  findSeedBoxes,
  type PersonRow,
  type SeedBoxRow,
} from "./store.ts";

/** Public keys as they travel. */
export interface PublicKeys {
  readonly personId: PersonId;
  readonly generation: number;
  readonly sign: string;
  readonly seal: string;
}

export interface KeysToPublish {
  /** An `account` statement, signed by the key it announces. */
  readonly account: Envelope;
  readonly seedBoxes: readonly SeedBoxRow[];
}

const FIRST_GENERATION = 1;

/** Publishes the first generation. The same keys again are answered like the first time; others are refused. */
export const publishKeys = async (
  deps: PeopleDeps,
  personId: PersonId,
  { account, seedBoxes }: KeysToPublish,
): Promise<Result<PublicKeys, Refusal>> => {
  const announced = readAnnouncement(deps, personId, account);
  if (!announced.ok) return announced;
  const row = announced.value;
  try {
    return await transact(deps.database, asPerson(personId), async (transaction) => {
      const present = await findAccountKey(transaction, personId);
      if (present !== null) return isSame(present, row) ? ok(presentKeys(present)) : err(refusal("KEYS_EXIST"));
      await addAccountKey(transaction, row, new Date(deps.clock.now()));
      await addSeedBoxes(transaction, row, seedBoxes);
      return ok(presentKeys(row));
    });
  } catch (error) {
    // Somebody has this signing key, or this very request was sent twice at once: the second says so when repeated.
    if (isUniqueViolation(error)) return err(refusal("KEYS_EXIST"));
    throw error;
  }
};

/** Whoever announces a key proves to have it: the statement is signed by the key it names. */
const readAnnouncement = (
  deps: Pick<PeopleDeps, "isAcceptablePublicKey">,
  personId: PersonId,
  envelope: Envelope,
): Result<AccountKeyRow, Refusal> => {
  const account = readStatement(envelope, "account");
  if (!account.ok) return err(refusal(account.error.code, account.error.detail));
  const { person, generation, seal } = account.value.body;
  const sign = base64UrlToBytes(account.value.body.sign);
  if (person !== personId) return err(refusal("NOT_ALLOWED", "The statement is about another person."));
  if (sign === null || !deps.isAcceptablePublicKey(sign)) return err(refusal("PUBLIC_KEY_INVALID"));
  if (!isSignedBy(account.value, [sign])) return err(refusal("SIGNATURE_INVALID"));
  if (generation !== FIRST_GENERATION) return err(refusal("KEYS_EXIST", "New generations are not made yet."));
  return ok({ personId, generation, sign, seal, envelope });
};

export const findKeys = async (
  deps: PeopleDeps,
  reader: PersonId,
  personId: PersonId,
): Promise<Result<PublicKeys, Refusal>> => {
  const row = await transact(deps.database, asPerson(reader), (transaction) => findAccountKey(transaction, personId));
  return row === null ? err(refusal("NOT_FOUND")) : ok(presentKeys(row));
};

export interface Me extends PersonRow {
  readonly keys: (PublicKeys & { readonly seedBoxes: SeedBoxRow[] }) | null;
}

export const findMe = (deps: PeopleDeps, personId: PersonId): Promise<Result<Me, Refusal>> =>
  transact(deps.database, asPerson(personId), async (transaction) => {
    const person = await findPersonRow(transaction, personId);
    if (person === null) return err(refusal("NOT_FOUND"));
    const key = await findAccountKey(transaction, personId);
    if (key === null) return ok({ ...person, keys: null });
    return ok({ ...person, keys: { ...presentKeys(key), seedBoxes: await findSeedBoxes(transaction, key) } });
  });

const asPerson = (personId: PersonId): Actor => ({ kind: "person", personId });

const isSame = (a: AccountKeyRow, b: AccountKeyRow): boolean =>
  a.generation === b.generation && a.seal === b.seal && equalBytes(a.sign, b.sign);

const presentKeys = ({ personId, generation, sign, seal }: AccountKeyRow): PublicKeys => ({
  personId,
  generation,
  sign: bytesToBase64Url(sign),
  seal,
});
