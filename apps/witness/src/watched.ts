import { createHash } from "node:crypto";
import { err, ok, type Result } from "@underseal/foundation";
import { parsePolicy, type VerifierKey } from "@underseal/tlog";
import type { WitnessStartError } from "./errors.ts";

/** A log that the witness follows, with the keys (more than one while it changes them) that may sign for it. */
export interface WatchedLog {
  readonly origin: string;
  /** Hexadecimal SHA-256 of the origin: its name in addresses and files. */
  readonly hash: string;
  readonly keys: readonly VerifierKey[];
}

export const originHash = (origin: string): string => createHash("sha256").update(origin).digest("hex");

/** The list needs no quorum line, but may be the very policy that the log's users have. */
const parseList = (text: string) => {
  const policy = parsePolicy(text);
  const lacksQuorum = !policy.ok && policy.error.code === "POLICY_QUORUM_COUNT";
  return lacksQuorum ? parsePolicy(`${text}quorum none\n`) : policy;
};

/** Reads the list of logs: `log <verifier key>` lines of a C2SP tlog-policy; what else a policy says is ignored. */
export const parseWatchedLogs = (text: string): Result<readonly WatchedLog[], WitnessStartError> => {
  const lines = text.endsWith("\n") || text === "" ? text : `${text}\n`;
  const policy = parseList(lines);
  if (!policy.ok)
    return err({ code: "LOGS_INVALID", message: `The list of logs is not right. ${policy.error.sentence}` });
  const keysByOrigin = Map.groupBy(
    policy.value.logs.map(({ key }) => key),
    ({ name }) => name,
  );
  if (keysByOrigin.size === 0) {
    return err({
      code: "LOGS_INVALID",
      message: "The list of logs names none: give each a line `log <verifier key>`.",
    });
  }
  return ok(Array.from(keysByOrigin, ([origin, keys]) => ({ origin, hash: originHash(origin), keys })));
};
