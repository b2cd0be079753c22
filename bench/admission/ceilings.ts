// What bounds admission from above: verifying alone, and storing alone.
import { generateKeyPairSync, sign, verify } from "node:crypto";
import { createSystemRandom } from "@underseal/foundation";
import { openDatabase } from "../../apps/server/src/platform/postgres/database.ts";
import { startEmbeddedPostgres } from "../../apps/server/src/platform/postgres/embedded.ts";

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

/** Rows as they were admitted, written once more in batches, into a table with the same indexes. */
export const measureInserts = async (dataDir: string): Promise<number> => {
  const random = createSystemRandom();
  const postgres = await startEmbeddedPostgres({ dataDir, random });
  if (!postgres.ok) throw new Error(postgres.error.message);
  const database = await openDatabase(postgres.value.url, { random });
  if (!database.ok) throw new Error(database.error.message);
  const { pool, close } = database.value;
  await pool.query("create table bench_record (like record including all)");
  // Numbered beforehand, so that reading them costs next to nothing.
  await pool.query(`create table bench_source as
    select (row_number() over (order by hash) - 1) / ${BATCH} as batch, record as source from record`);
  await pool.query("create index on bench_source (batch)");
  const startedMs = performance.now();
  for (let i = 0; i < BATCHES; i += 1) {
    await pool.query("insert into bench_record select (source).* from bench_source where batch = $1", [i]);
  }
  const tookMs = performance.now() - startedMs;
  const { rows } = await pool.query<{ n: number }>("select count(*)::int as n from bench_record");
  await close();
  await postgres.value.stop();
  return ((rows[0]?.n ?? 0) / tookMs) * 1_000;
};
