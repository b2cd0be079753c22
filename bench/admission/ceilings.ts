// What bounds admission from above: verifying alone, and storing alone.
import { generateKeyPairSync, sign, verify } from "node:crypto";
import { createSystemRandom } from "@underseal/foundation";
import { sql } from "kysely";
import { openDatabase } from "../../apps/server/src/platform/postgres/database.ts";
import { startEmbeddedPostgres } from "../../apps/server/src/platform/postgres/embedded.ts";
import { systemActor, transact } from "../../apps/server/src/platform/postgres/transact.ts";

const SIGNATURES = 10_000;
/** About what a capture's body has. */
const BODY_BYTES = 700;

export const measureVerify = (): number => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const message = createSystemRandom().bytes(BODY_BYTES);
  const signature = sign(null, message, privateKey);
  const startedMs = performance.now();
  for (let i = 0; i < SIGNATURES; i += 1) verify(null, message, publicKey, signature);
  return (SIGNATURES / (performance.now() - startedMs)) * 1_000;
};

const BATCHES = 60;
const BATCH = 256;

/** Rows as they were admitted, written once more into a table with the same indexes. */
export const measureInserts = async (dataDir: string): Promise<number> => {
  const random = createSystemRandom();
  const postgres = await startEmbeddedPostgres({ dataDir, random });
  if (!postgres.ok) throw new Error(postgres.error.message);
  const database = await openDatabase(postgres.value.url, { random });
  if (!database.ok) throw new Error(database.error.message);
  await sql`create table bench_record (like record including all)`.execute(database.value.kysely);
  await sql`grant all on bench_record to underseal_app`.execute(database.value.kysely);
  const startedMs = performance.now();
  for (let i = 0; i < BATCHES; i += 1) {
    await transact(database.value, systemActor, (transaction) =>
      sql`insert into bench_record select * from record order by hash offset ${i * BATCH} limit ${BATCH}`.execute(
        transaction,
      ),
    );
  }
  const rate = ((BATCHES * BATCH) / (performance.now() - startedMs)) * 1_000;
  await database.value.close();
  await postgres.value.stop();
  return rate;
};
