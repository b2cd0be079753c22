import { sql } from "kysely";
import type { Transaction } from "../../platform/postgres/transact.ts";

export type AlarmName = "publication" | "anchor";

/** Something that the log should do and at present cannot. */
export interface LogAlarm {
  readonly name: AlarmName;
  readonly since: Date;
  readonly detail: string;
}

/** Answers whether it is new. One that stands already keeps its beginning. */
export const raiseAlarm = async (
  transaction: Transaction,
  { name, detail }: Pick<LogAlarm, "name" | "detail">,
): Promise<boolean> => {
  const { rows } = await sql<{ isNew: boolean }>`
    insert into log_alarm (name, detail) values (${name}, ${detail})
    on conflict (name) do update set detail = excluded.detail
    returning xmax = 0 as "isNew"`.execute(transaction);
  return rows[0]?.isNew ?? false;
};

export const endAlarm = async (transaction: Transaction, name: AlarmName): Promise<void> => {
  await sql`delete from log_alarm where name = ${name}`.execute(transaction);
};

export const readAlarms = async (transaction: Transaction): Promise<readonly LogAlarm[]> => {
  const { rows } = await sql<LogAlarm>`select name, since, detail from log_alarm order by name`.execute(transaction);
  return rows;
};
