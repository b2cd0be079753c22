import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { err, ok, type Result } from "@underseal/foundation";
import { type Kysely, sql } from "kysely";
import { type Database, databaseErrorCode } from "./database.ts";

// Forward-only migrations: numbered .sql files, each with its reason on the first line, each applied once in a
// transaction of its own. Two servers that start at once take turns by locking the list of what was applied.

export interface MigrateError {
  readonly code: "MIGRATION_INVALID" | "MIGRATION_CHANGED" | "MIGRATION_UNKNOWN" | "MIGRATION_FAILED";
  readonly migration: string;
  readonly message: string;
  readonly cause?: unknown;
}

const migrationsDir = path.join(import.meta.dirname, "../../migrations");

/** Applies what is missing, in order, and answers the names of what it applied. */
export const migrate = async (
  database: Database,
  options: { readonly directory?: string } = {},
): Promise<Result<readonly string[], MigrateError>> => {
  const loaded = await loadMigrations(options.directory ?? migrationsDir);
  if (!loaded.ok) return loaded;
  const unknown = await createList(database.kysely)
    .then(() => findUnknown(database.kysely, loaded.value))
    .then(ok, (cause: unknown) => err(failed("0000 (the list of migrations)", cause)));
  if (!unknown.ok) return unknown;
  if (unknown.value !== null) return err(unknownMigration(unknown.value));
  const applied: string[] = [];
  for (const migration of loaded.value) {
    const outcome = await applyOnce(database.kysely, migration);
    if (!outcome.ok) return outcome;
    if (outcome.value === "applied") applied.push(migration.name);
  }
  return ok(applied);
};

interface Migration {
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

const NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;

const loadMigrations = async (directory: string): Promise<Result<readonly Migration[], MigrateError>> => {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".sql")).sort();
  const migrations: Migration[] = [];
  const numbers = new Set<string>();
  for (const name of names) {
    const text = await readFile(path.join(directory, name), "utf8");
    const number = NAME.exec(name)?.[1];
    if (number === undefined || numbers.has(number))
      return err(invalid(name, "a number of its own, as in 0007_name.sql"));
    if (!/^-- \S/.test(text)) return err(invalid(name, "its reason as a comment on the first line"));
    numbers.add(number);
    migrations.push({ name, text, sha256: createHash("sha256").update(text).digest("hex") });
  }
  return ok(migrations);
};

type Connection = Kysely<Record<never, never>>;

const createList = async (connection: Connection): Promise<void> => {
  try {
    await sql`create table if not exists schema_migration (
      name text primary key, sha256 text not null, applied_at timestamptz not null default now()
    )`.execute(connection);
  } catch (error) {
    // "if not exists" does not cover another server making it at this very moment; then it exists now.
    if (!["23505", "42P07", "42710"].includes(databaseErrorCode(error) ?? "")) throw error;
  }
};

const findUnknown = async (connection: Connection, known: readonly Migration[]): Promise<string | null> => {
  const { rows } = await sql<{ name: string }>`select name from schema_migration order by name`.execute(connection);
  return rows.find(({ name }) => !known.some((migration) => migration.name === name))?.name ?? null;
};

type Outcome = Result<"applied" | "present", MigrateError>;

const applyOnce = (connection: Connection, migration: Migration): Promise<Outcome> =>
  connection
    .transaction()
    .execute(async (transaction): Promise<Outcome> => {
      // A long migration, or waiting for another server's, may take longer than a request may.
      await sql
        .raw("set local statement_timeout = 0; lock table schema_migration in share row exclusive mode")
        .execute(transaction);
      const { rows } = await sql<{ sha256: string }>`
        select sha256 from schema_migration where name = ${migration.name}`.execute(transaction);
      const [found] = rows;
      if (found !== undefined) return found.sha256 === migration.sha256 ? ok("present") : err(changed(migration.name));
      await sql.raw(migration.text).execute(transaction);
      await sql`insert into schema_migration (name, sha256) values (${migration.name}, ${migration.sha256})`.execute(
        transaction,
      );
      return ok("applied");
    })
    .catch((cause: unknown) => err(failed(migration.name, cause)));

const invalid = (migration: string, missing: string): MigrateError => ({
  code: "MIGRATION_INVALID",
  migration,
  message: `The migration ${migration} needs ${missing}.`,
});

const changed = (migration: string): MigrateError => ({
  code: "MIGRATION_CHANGED",
  migration,
  message:
    `The migration ${migration} was changed after this database applied it. ` +
    "Put the file back as it was and write the change as a new migration.",
});

const unknownMigration = (migration: string): MigrateError => ({
  code: "MIGRATION_UNKNOWN",
  migration,
  message:
    `This database was used by a newer Underseal (it has ${migration}, which this one does not know). ` +
    "Start that version, or put a backup of the database back.",
});

const failed = (migration: string, cause: unknown): MigrateError => ({
  code: "MIGRATION_FAILED",
  migration,
  message:
    `The migration ${migration} failed (${databaseErrorCode(cause) ?? "unknown error"}${messageOf(cause)}); nothing of it was applied. ` +
    (databaseErrorCode(cause) === "42501"
      ? "The database user may not do this: let it create roles and tables, or run the first start as the owner."
      : "Report it with this message."),
  cause,
});

/** A migration holds no content, so what the database says about it may be shown. */
const messageOf = (cause: unknown): string => (cause instanceof Error ? `: ${cause.message}` : "");
