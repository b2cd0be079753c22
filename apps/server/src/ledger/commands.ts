import { equalBytes, err, ok, type Result } from "@underseal/foundation";
import { sql } from "kysely";
import type { Transaction } from "../platform/postgres/transact.ts";
import { type CommandInputs, hashInputs } from "./inputs.ts";
import { recordCommand } from "./store.ts";

export interface Command {
  /** A UUID made by whoever gives the command. */
  readonly id: string;
  readonly name: string;
  /** Everything that decides what the command does; not the time. */
  readonly inputs: CommandInputs;
  readonly atMs: number;
}

export interface CommandReused {
  readonly code: "COMMAND_REUSED";
  readonly commandId: string;
}

/**
 * Does `work` once per command id, in the caller's transaction. The same id with the same inputs answers what
 * `replay` reads back; with other inputs it is an error. Two at once: the second waits, then replays. A `work` that
 * answers an error leaves nothing behind, not even the id, so that the command may be tried again.
 */
export const commandOnce = async <T, E>(
  transaction: Transaction,
  command: Command,
  handlers: { readonly work: () => Promise<Result<T, E>>; readonly replay: () => Promise<T> },
): Promise<Result<T, E | CommandReused>> => {
  const inputsSha256 = hashInputs(command.name, command.inputs);
  await sql`savepoint command_once`.execute(transaction);
  const recorded = await recordCommand(transaction, { ...command, inputsSha256 });
  if (!equalBytes(recorded.inputsSha256, inputsSha256)) return err({ code: "COMMAND_REUSED", commandId: command.id });
  if (!recorded.isNew) return ok(await handlers.replay());
  const outcome = await handlers.work();
  await sql
    .raw(outcome.ok ? "release savepoint command_once" : "rollback to savepoint command_once")
    .execute(transaction);
  return outcome;
};
