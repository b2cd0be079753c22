import { setTimeout as sleep } from "node:timers/promises";
import { assert, type Brand, isUuid, type PersonId, type Random } from "@underseal/foundation";
import { type QueryExecutorProvider, sql } from "kysely";
import { type Database, databaseErrorCode } from "./database.ts";

/** On whose behalf a transaction runs; row-level security shows a person only what is theirs. */
export type Actor = { readonly kind: "person"; readonly personId: PersonId } | { readonly kind: "system" };

export const systemActor: Actor = { kind: "system" };

/** What `sql` templates are executed on: `await sql<Row>`…`.execute(transaction)`. */
export type Transaction = Brand<QueryExecutorProvider, "Transaction">;

const RETRIES_MAX = 5;
const BACKOFF_BASE_MS = 5;

// Two transactions met: the database undid one of them whole, so it may simply be run again.
const SERIALIZATION_FAILURE = "40001";
const DEADLOCK = "40P01";

/**
 * Runs `work` in one transaction as the app's role, which may not touch append-only rows and sees only what the
 * actor may see. `work` may run several times (at most 5 repeats after a serialization failure or deadlock), so it
 * must do nothing but SQL. Whatever it throws rolls everything back and is thrown on.
 */
export const transact = async <T>(
  database: Database,
  actor: Actor,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> => {
  // In one message: a busy server waits long for each answer.
  const begin = sql.raw(
    `begin; set local role underseal_app; select set_config('underseal.actor', '${actorSetting(actor)}', true)`,
  );
  for (let retries = 0; ; retries += 1) {
    try {
      return await database.kysely.connection().execute(async (connection) => {
        try {
          await begin.execute(connection);
          // The only place where a connection becomes a transaction.
          const result = await work(connection as unknown as Transaction);
          await sql`commit`.execute(connection);
          return result;
        } catch (error) {
          // Of a connection that is lost there is nothing to roll back, and the pool gives it to nobody else.
          await sql`rollback`.execute(connection).catch(() => {});
          throw error;
        }
      });
    } catch (error) {
      if (!isRepeatable(error) || retries >= RETRIES_MAX) throw error;
      await sleep(backoffMs(retries, database.random));
    }
  }
};

/** Written into the statement itself, hence checked: an id is hexadecimal digits and dashes. */
const actorSetting = (actor: Actor): string => {
  if (actor.kind === "system") return "system";
  assert(isUuid(actor.personId), "a person's id is a UUID");
  return actor.personId;
};

const isRepeatable = (error: unknown): boolean => {
  const code = databaseErrorCode(error);
  return code === SERIALIZATION_FAILURE || code === DEADLOCK;
};

/** Doubling, with a random part so that the two that met do not meet again. */
const backoffMs = (retries: number, random: Random): number => {
  const [jitter = 0] = random.bytes(1);
  return BACKOFF_BASE_MS * 2 ** retries * (0.5 + jitter / 255);
};
