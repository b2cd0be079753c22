import type pg from "pg";
import type { Database } from "./database.ts";

// Everything the database holds, as text: for searching it for what must not be there. Bytes are hexadecimal. It must
// not be reachable by a request.

const ROWS_PER_FETCH = 200;

/**
 * The lines of all rows of all tables, at one instant. Row-level security binds even the owner here, so the tables'
 * own is lifted in a transaction that is never committed; writers wait for the table until the dump is over.
 */
export async function* dumpDatabase({ pool }: Database): AsyncGenerator<string> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const { rows: tables } = await client.query<{ readonly name: string; readonly isOurs: boolean }>(`
      select quote_ident(schemaname) || '.' || quote_ident(tablename) as name, tableowner = current_user as "isOurs"
      from pg_tables where schemaname not in ('pg_catalog', 'information_schema') order by 1`);
    for (const { name, isOurs } of tables) {
      if (isOurs) await client.query(`alter table ${name} no force row level security`);
      yield `-- ${name}\n`;
      yield* dumpTable(client, name);
    }
  } finally {
    await client.query("rollback");
    client.release();
  }
}

async function* dumpTable(client: pg.PoolClient, name: string): AsyncGenerator<string> {
  await client.query(`declare dump no scroll cursor for select t::text as line from ${name} t`);
  for (;;) {
    const { rows } = await client.query<{ readonly line: string }>(`fetch ${ROWS_PER_FETCH} from dump`);
    for (const { line } of rows) yield `${line}\n`;
    if (rows.length < ROWS_PER_FETCH) break;
  }
  await client.query("close dump");
}
