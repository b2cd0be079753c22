import { bytesToHex, err, ok, type Random, type Result } from "@underseal/foundation";
import { sql } from "kysely";
import { type DatabaseError, databaseErrorCode, openDatabase } from "./database.ts";

export interface ScratchDatabase {
  readonly url: string;
  /** Removes it with everything in it; ends whoever is still connected. */
  drop(): Promise<void>;
}

export interface ScratchError {
  readonly code: DatabaseError["code"] | "DATABASE_NOT_CREATED";
  readonly message: string;
}

const INSUFFICIENT_PRIVILEGE = "42501";

/** A database of its own on the given server, so that what happens in it touches nothing else. */
export const createScratchDatabase = async (
  url: string,
  deps: { readonly random: Random },
): Promise<Result<ScratchDatabase, ScratchError>> => {
  const server = await openDatabase(url, deps);
  if (!server.ok) return err(server.error);
  const name = `underseal_scratch_${bytesToHex(deps.random.bytes(6))}`;
  const run = (statement: "create database" | "drop database if exists", suffix = "") =>
    sql`${sql.raw(statement)} ${sql.id(name)} ${sql.raw(suffix)}`.execute(server.value.kysely);
  try {
    await run("create database");
  } catch (error) {
    await server.value.close();
    if (databaseErrorCode(error) !== INSUFFICIENT_PRIVILEGE) throw error;
    const message = "the user of DATABASE_URL may not create databases: grant CREATEDB, or leave DATABASE_URL out";
    return err({ code: "DATABASE_NOT_CREATED", message });
  }
  const drop = async () => {
    await run("drop database if exists", "with (force)");
    await server.value.close();
  };
  // An address with a socket has no host, which `URL` does not read.
  return ok({ url: url.replace(/^(\w+:\/\/[^/?]*)(\/[^?]*)?/, `$1/${name}`), drop });
};
