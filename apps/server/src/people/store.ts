import type { Envelope } from "@underseal/evidence";
import type { PersonId } from "@underseal/foundation";
import { sql } from "kysely";
import type { PersonKind } from "../platform/feature.ts";
import type { Transaction } from "../platform/postgres/transact.ts";

export interface NewAccount {
  readonly personId: PersonId;
  readonly name: string;
  /** In lower case, as sign-in looks for it. */
  readonly email: string;
  readonly kind: PersonKind;
  readonly passwordHash: string;
  readonly createdAt: Date;
}

/** The sign-in account and its person, together or not at all. */
export const addAccount = async (transaction: Transaction, account: NewAccount): Promise<void> => {
  const { personId, name, email, kind, createdAt } = account;
  await sql`insert into auth_user (id, name, email, "emailVerified", kind, "createdAt", "updatedAt")
    values (${personId}, ${name}, ${email}, false, ${kind}, ${createdAt}, ${createdAt})`.execute(transaction);
  await sql`insert into auth_account (id, "accountId", "providerId", "userId", password, "createdAt", "updatedAt")
    values (${personId}, ${personId}, 'credential', ${personId}, ${account.passwordHash}, ${createdAt}, ${createdAt})
  `.execute(transaction);
  await sql`insert into person (id, auth_user_id, name, kind, created_at)
    values (${personId}, ${personId}, ${name}, ${kind}, ${createdAt})`.execute(transaction);
};

export interface PersonRow {
  readonly id: PersonId;
  readonly name: string;
  readonly kind: PersonKind;
  readonly email: string;
}

export const findPersonRow = async (transaction: Transaction, personId: PersonId): Promise<PersonRow | null> => {
  const { rows } = await sql<PersonRow>`
    select person.id, person.name, person.kind, auth_user.email
    from person join auth_user on auth_user.id = person.auth_user_id
    where person.id = ${personId}`.execute(transaction);
  return rows[0] ?? null;
};

export const hasOperator = async (transaction: Transaction): Promise<boolean> => {
  const { rows } = await sql`select 1 from person where kind = 'operator'`.execute(transaction);
  return rows.length > 0;
};

export interface AccountKeyRow {
  readonly personId: PersonId;
  readonly generation: number;
  readonly sign: Uint8Array;
  readonly seal: string;
  /** The signed statement that announced the keys. */
  readonly envelope: Envelope;
}

/** The newest generation, or `null` while the person has published none. */
export const findAccountKey = async (transaction: Transaction, personId: PersonId): Promise<AccountKeyRow | null> => {
  const { rows } = await sql<AccountKeyRow>`
    select person_id as "personId", generation, sign, seal, envelope from account_key
    where person_id = ${personId} order by generation desc limit 1`.execute(transaction);
  return rows[0] ?? null;
};

export const addAccountKey = async (transaction: Transaction, key: AccountKeyRow, createdAt: Date): Promise<void> => {
  await sql`insert into account_key (person_id, generation, sign, seal, envelope, created_at)
    values (${key.personId}, ${key.generation}, ${key.sign}, ${key.seal}, ${JSON.stringify(key.envelope)}, ${createdAt})
  `.execute(transaction);
};

/** The announcements of these generations, in the order asked for; those that do not exist are left out. */
export const findAccountStatements = async (
  transaction: Transaction,
  holders: readonly KeyHolder[],
): Promise<Envelope[]> => {
  const found = [];
  for (const { personId, generation } of holders) {
    const { rows } = await sql<{ readonly envelope: Envelope }>`select envelope from account_key
      where person_id = ${personId} and generation = ${generation}`.execute(transaction);
    found.push(...rows.map(({ envelope }) => envelope));
  }
  return found;
};

export interface KeyHolder {
  readonly personId: PersonId;
  readonly generation: number;
}

/** By the exact address, whatever its case. */
export const findPersonIdByEmail = async (transaction: Transaction, email: string): Promise<PersonId | null> => {
  const { rows } = await sql<{ readonly id: PersonId }>`select person.id from person
    join auth_user on auth_user.id = person.auth_user_id
    where auth_user.email = ${email.toLowerCase()}`.execute(transaction);
  return rows[0]?.id ?? null;
};

export interface SeedBoxRow {
  readonly opensWith: "recovery" | "device" | "passkey";
  readonly box: string;
}

export const findSeedBoxes = async (
  transaction: Transaction,
  { personId, generation }: { readonly personId: PersonId; readonly generation: number },
): Promise<SeedBoxRow[]> => {
  const { rows } = await sql<SeedBoxRow>`
    select opens_with as "opensWith", box from seed_box
    where person_id = ${personId} and generation = ${generation} order by place`.execute(transaction);
  return rows;
};

export const addSeedBoxes = async (
  transaction: Transaction,
  { personId, generation }: { readonly personId: PersonId; readonly generation: number },
  boxes: readonly SeedBoxRow[],
): Promise<void> => {
  for (const [place, { opensWith, box }] of boxes.entries()) {
    await sql`insert into seed_box (person_id, generation, place, opens_with, box)
      values (${personId}, ${generation}, ${place}, ${opensWith}, ${box})`.execute(transaction);
  }
};

/** Only the newest link is good. */
export const replaceSetupLink = async (
  transaction: Transaction,
  tokenSha256: Uint8Array,
  createdAt: Date,
): Promise<void> => {
  await sql`delete from setup_link`.execute(transaction);
  await sql`insert into setup_link (token_sha256, created_at) values (${tokenSha256}, ${createdAt})`.execute(
    transaction,
  );
};

/** Takes the link away; false where it is not there, so that of two who use it one wins. */
export const takeSetupLink = async (transaction: Transaction, tokenSha256: Uint8Array): Promise<boolean> => {
  const { rows } = await sql`delete from setup_link where token_sha256 = ${tokenSha256} returning 1`.execute(
    transaction,
  );
  return rows.length > 0;
};
