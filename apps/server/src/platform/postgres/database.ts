import { err, ok, type Random, type Result } from "@underseal/foundation";
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { parseColumn } from "./columns.ts";
import { createStatementNames, preparable } from "./prepared.ts";

// One pool, one driver. Features write their SQL with Kysely's `sql<Row>` template in their store.ts and run it on
// the transaction that `transact` gives them; nothing but migrations and health checks runs outside of one.

// Rows are typed where the SQL is written, so Kysely is given no table types.
type NoTables = Record<never, never>;

export interface Database {
  readonly kysely: Kysely<NoTables>;
  /** For libraries that bring their own SQL (sessions, jobs). */
  readonly pool: pg.Pool;
  /** The major version of the server, 15 or newer. */
  readonly majorVersion: number;
  readonly random: Random;
  close(): Promise<void>;
}

export interface DatabaseError {
  readonly code: "DATABASE_URL_INVALID" | "DATABASE_UNREACHABLE" | "DATABASE_REFUSED" | "DATABASE_TOO_OLD";
  /** What is wrong and what to do about it; never the password. */
  readonly message: string;
  readonly cause?: unknown;
}

const MAJOR_VERSION_MIN = 15;
const CONNECTIONS_MAX = 10;
const CONNECT_TIMEOUT_MS = 10_000;
const STATEMENT_TIMEOUT_MS = 30_000;
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 60_000;

/** Connects once to see that it works, and refuses a PostgreSQL that is too old. */
export const openDatabase = async (
  url: string,
  deps: { readonly random: Random; readonly onFault?: (error: Error) => void },
): Promise<Result<Database, DatabaseError>> => {
  const target = describeTarget(url);
  if (target === null) return err(urlInvalid);
  const pool = openPool(url, deps.onFault ?? (() => {}));
  try {
    const majorVersion = await readMajorVersion(pool);
    if (majorVersion < MAJOR_VERSION_MIN) {
      await pool.end();
      return err(tooOld(target, majorVersion));
    }
    const kysely = new Kysely<NoTables>({ dialect: new PostgresDialect({ pool }) });
    return ok({ kysely, pool, majorVersion, random: deps.random, close: () => kysely.destroy() });
  } catch (error) {
    await pool.end();
    return err(explainConnectFailure(target, error));
  }
};

/** The driver's overloads as one: what is passed on is not looked at. */
type Query = (...args: readonly unknown[]) => unknown;

const openPool = (url: string, onFault: (error: Error) => void): pg.Pool => {
  // Without a handler on the pool and on each client, a lost connection would end the process; and a client needs its
  // own from the first moment, because one that is lost while it connects tells nobody else.
  const nameOf = createStatementNames();
  class HeardClient extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super(config);
      this.on("error", onFault);
      const query = this.query.bind(this) as Query;
      this.query = ((text: unknown, values?: unknown, ...others: unknown[]) => {
        const named = preparable(nameOf, text, values);
        return named === null ? query(text, values, ...others) : query(named, ...others);
      }) as typeof this.query;
    }
  }
  const pool = new pg.Pool({
    connectionString: url,
    application_name: "underseal",
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    types: { getTypeParser: parseColumn },
    Client: HeardClient,
  });
  pool.on("error", onFault);
  return pool;
};

const readMajorVersion = async (pool: pg.Pool): Promise<number> => {
  const { rows } = await pool.query<{ version: number }>(
    "select current_setting('server_version_num')::int as version",
  );
  return Math.floor((rows[0]?.version ?? 0) / 10_000);
};

/** Resolves to false where the database does not answer. */
export const isDatabaseReady = (database: Database): Promise<boolean> =>
  sql`select 1`.execute(database.kysely).then(
    () => true,
    () => false,
  );

/** `host:port/database as user`, or `null` where the text is no PostgreSQL address. */
const describeTarget = (url: string): string | null => {
  if (!/^postgres(ql)?:\/\//.test(url)) return null;
  try {
    const { host, port, database, user } = new pg.Client({ connectionString: url });
    return `${host}:${port}/${database ?? ""} as ${user ?? ""}`;
  } catch {
    return null;
  }
};

const urlInvalid: DatabaseError = {
  code: "DATABASE_URL_INVALID",
  message:
    "DATABASE_URL is not a PostgreSQL address. Write it as postgres://user:password@host:5432/database, " +
    "or leave it out to use the embedded PostgreSQL.",
};

const tooOld = (target: string, majorVersion: number): DatabaseError => ({
  code: "DATABASE_TOO_OLD",
  message:
    `The database at ${target} is PostgreSQL ${majorVersion}; Underseal needs ${MAJOR_VERSION_MIN} or newer. ` +
    "Upgrade it, or leave DATABASE_URL out to use the embedded PostgreSQL.",
});

// Class 28: wrong user or password; 3D000: no such database; 42501: may not connect.
const REFUSED = /^(28...|3D000|42501)$/;

const explainConnectFailure = (target: string, error: unknown): DatabaseError => {
  const code = databaseErrorCode(error);
  if (code !== null && REFUSED.test(code)) {
    return {
      code: "DATABASE_REFUSED",
      message: `The database at ${target} refused us (${code}). Check the user, password and database in DATABASE_URL.`,
      cause: error,
    };
  }
  return {
    code: "DATABASE_UNREACHABLE",
    message:
      `The database at ${target} does not answer (${code ?? "timeout"}). Check that it runs and that DATABASE_URL ` +
      "names its host and port, or leave DATABASE_URL out to use the embedded PostgreSQL.",
    cause: error,
  };
};

/** SQLSTATE or system error code of what a query threw (`23505`, `ECONNREFUSED`), or `null`. */
export const databaseErrorCode = (error: unknown): string | null =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;

/** Whether a query failed because a row with these unique columns exists (of that constraint, where given). */
export const isUniqueViolation = (error: unknown, constraint?: string): boolean =>
  databaseErrorCode(error) === "23505" &&
  (constraint === undefined || (error instanceof Error && "constraint" in error && error.constraint === constraint));

// Classes 08 (connection), 53 (resources), 57P0x (shutting down), and the pool's and system's own words.
const DATABASE_AWAY = /^(08...|53...|57P0[1-3]|ECONNREFUSED|ECONNRESET|ENOENT|EPIPE|ETIMEDOUT)$/;

/** Whether the database could not be reached, or had no room: the same work may be tried again later. */
export const isDatabaseAway = (error: unknown): boolean =>
  DATABASE_AWAY.test(databaseErrorCode(error) ?? "") ||
  (error instanceof Error &&
    /^(timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error)/.test(
      error.message,
    ));
