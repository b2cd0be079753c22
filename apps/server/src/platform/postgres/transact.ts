import { setTimeout as sleep } from "node:timers/promises";
import { assert, isUuid, type PersonId, type Random } from "@underseal/foundation";
import { type Transaction as KyselyTransaction, sql } from "kysely";
import { type Database, databaseErrorCode } from "./database.ts";

/** On whose behalf a transaction runs; row-level security shows a person only what is theirs. */
export type Actor = { readonly kind: "person"; readonly personId: PersonId } | { readonly kind: "system" };

export const systemActor: Actor = { kind: "system" };

/** What `sql` templates are executed on: `await sql<Row>`…`.execute(transaction)`. */
export type Transaction = KyselyTransaction<Record<never, never>>;

const RETRIES_MAX = 5;
const BACKOFF_BASE_MS = 5;

// Two transactions met: the database undid one of them whole, so it may simply be run again.
const SERIALIZATION_FAILURE = "40001";
const DEADLOCK = "40P01";

/**
 * Runs `work` in one transaction as the app's role, which may not touch append-only rows and sees only what the
 * actor may see. `work` may run several times (at most 5 repeats after a serialization failure or deadlock), so it
 * must do nothing but SQL, and one query after the other: of several at once, one that still waits when another
 * fails is run after the rollback. Whatever it throws rolls everything back and is thrown on.
 */
export const transact = async <T>(
  database: Database,
  actor: Actor,
  work: (transaction: Transaction) => Promise<T>,
): Promise<T> => {
  const enter = sql.raw(
    `set local role underseal_app; select set_config('underseal.actor', '${actorSetting(actor)}', true)`,
  );
  for (let retries = 0; ; retries += 1) {
    try {
      return await database.kysely.transaction().execute(async (transaction) => {
        await enter.execute(transaction);
        return await work(transaction);
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
