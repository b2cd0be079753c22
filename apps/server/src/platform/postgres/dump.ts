import { sql } from "kysely";
import type { Database } from "./database.ts";

// Everything the database would answer, as text: for searching it for what must not be there. Bytes are hexadecimal.
// It reads as the owner, past row-level security, so it must not be reachable by a request.

const ROWS_PER_FETCH = 200;

export async function* dumpDatabase(database: Database): AsyncGenerator<string> {
  const { rows: tables } = await sql<{ readonly name: string }>`
    select quote_ident(schemaname) || '.' || quote_ident(tablename) as name from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1`.execute(database.kysely);
  for (const { name } of tables) {
    yield `-- ${name}\n`;
    yield* dumpTable(database, name);
  }
}

async function* dumpTable(database: Database, name: string): AsyncGenerator<string> {
  for (let offset = 0; ; offset += ROWS_PER_FETCH) {
    const { rows } = await sql<{ readonly line: string }>`
      select t::text as line from ${sql.raw(name)} t order by t.ctid limit ${ROWS_PER_FETCH} offset ${offset}
    `.execute(database.kysely);
    for (const { line } of rows) yield `${line}\n`;
    if (rows.length < ROWS_PER_FETCH) return;
  }
}
