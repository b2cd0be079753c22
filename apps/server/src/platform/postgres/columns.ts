import pg from "pg";

// How column types arrive in our rows, on our pool only: bigint as bigint (money is never a float), a date as its
// text (a day has no time zone), everything else as the driver has it: bytea as Buffer, timestamptz as Date, uuid
// and numeric as text. A sum of bigints is numeric in PostgreSQL: cast it back (`sum(amount)::bigint`).

const BIGINT = 20;
const BIGINT_ARRAY = 1016;
const DATE = 1082;

type ParseText = (text: string) => unknown;

const parseBigintArray: ParseText = (text) =>
  text === "{}"
    ? []
    : text
        .slice(1, -1)
        .split(",")
        .map((item) => (item === "NULL" ? null : BigInt(item)));

const ours = new Map<number, ParseText>([
  [BIGINT, (text) => BigInt(text)],
  [BIGINT_ARRAY, parseBigintArray],
  [DATE, (text) => text],
]);

/** The driver's signature is loose (`any`); ours only ever hands back text parsers or the driver's own. */
export const parseColumn: typeof pg.types.getTypeParser = (typeId: number, format?: "text" | "binary") =>
  (format === "binary" ? undefined : ours.get(typeId)) ?? pg.types.getTypeParser(typeId, format as "text");
