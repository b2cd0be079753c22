// The log that the terms pin, and the checkpoints it signs.
import type { StatementBody } from "@underseal/evidence";
import { err, ok, type Result } from "@underseal/foundation";
import {
  type Checkpoint,
  encodeVerifierKey,
  parsePinnedPolicy,
  type TlogError,
  type VerifierKey,
  verifyCheckpoint,
} from "@underseal/tlog";
import { type Fault, fault } from "./checks.ts";
import type { Memory } from "./memory.ts";

export interface LogKey {
  readonly key: VerifierKey;
  /** The verifier key as text: the log's name everywhere here. */
  readonly name: string;
}

export const readLogKey = ({ log }: Pick<StatementBody<"terms">, "log">): Result<LogKey, Fault> => {
  const policy = parsePinnedPolicy(log);
  if (!policy.ok) return err(fault("log", "LOG", policy.error.sentence));
  const key = policy.value.logs[0]?.key;
  return key === undefined
    ? err(fault("log", "LOG", "the terms pin no log"))
    : ok({ key, name: encodeVerifierKey(key) });
};

export const recallCheckpoint = (
  { checkpoints }: Memory,
  note: string,
  { key, name }: LogKey,
): Result<Checkpoint, TlogError> => checkpoints(`${name} ${note}`, () => verifyCheckpoint(note, [key]));
