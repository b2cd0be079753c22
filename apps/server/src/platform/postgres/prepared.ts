// The features' SQL is a fixed set of texts, which come again and again. Each is given a name, so that a connection
// has PostgreSQL parse and plan it once instead of every time.
import { createHash } from "node:crypto";
import type pg from "pg";
import { encodeByteaArray, isByteaArray } from "./bytea-array.ts";

/** What PostgreSQL keeps for each connection has a limit, should somebody build texts that never come again. */
const NAMED_MAX = 500;

export type NameStatement = (text: string) => string | null;

/** One text has one name, in every process; `null` for what is not kept. */
export const createStatementNames = (namedMax = NAMED_MAX): NameStatement => {
  const names = new Map<string, string>();
  return (text) => {
    const known = names.get(text);
    if (known !== undefined) return known;
    if (names.size >= namedMax) return null;
    const name = `u_${createHash("sha256").update(text).digest("hex").slice(0, 32)}`;
    names.set(text, name);
    return name;
  };
};

/**
 * Texts with parameters are prepared; others (`begin`, settings, migrations) go as they are, since several statements
 * in one text cannot be. Parameters that are lists of bytes are put in their binary form.
 */
export const preparable = (
  nameOf: NameStatement,
  text: unknown,
  values: unknown,
): (Pick<pg.QueryConfig, "name" | "text"> & { values: unknown[] }) | null => {
  if (typeof text !== "string" || !Array.isArray(values) || values.length === 0) return null;
  const name = nameOf(text);
  if (name === null) return null;
  return { name, text, values: values.map((value) => (isByteaArray(value) ? encodeByteaArray(value) : value)) };
};
