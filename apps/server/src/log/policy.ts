import { readFile } from "node:fs/promises";
import { err, ok, type Result } from "@underseal/foundation";
import {
  formatPolicy,
  type NoteSigner,
  type Policy,
  parsePinnedPolicy,
  parsePolicy,
  verifierKeyOf,
} from "@underseal/tlog";

// Which witnesses must have seen a checkpoint before it is published: the operator's choice, in a file of the C2SP
// format tlog-policy. Terms pin its text, so a change concerns contracts that are signed from then on.

export interface LogPolicy {
  readonly policy: Policy;
  /** Without addresses: what terms pin. */
  readonly text: string;
}

export interface LogPolicyError {
  readonly code: "LOG_POLICY_INVALID";
  readonly message: string;
}

const refused = (file: string, problem: string): Result<never, LogPolicyError> =>
  err({
    code: "LOG_POLICY_INVALID",
    message: `The log policy ${file} cannot be used. ${problem} See docs/operating.md, "Witnesses".`,
  });

/** The policy of a log without witnesses: its own signature is enough. */
export const ownPolicy = (signer: NoteSigner): LogPolicy => {
  const policy: Policy = { logs: [{ key: verifierKeyOf(signer) }], witnesses: [], groups: [], quorum: null };
  return { policy, text: formatPolicy(policy) };
};

export const loadPolicy = async (file: string, signer: NoteSigner): Promise<Result<LogPolicy, LogPolicyError>> => {
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return refused(file, "It cannot be read.");
  const policy = parsePolicy(text);
  if (!policy.ok) return refused(file, policy.error.sentence);
  const fault = firstFault(policy.value, signer);
  if (fault !== null) return refused(file, fault);
  const pinned = formatPolicy(policy.value);
  const isPinnable = parsePinnedPolicy(pinned);
  return isPinnable.ok ? ok({ policy: policy.value, text: pinned }) : refused(file, isPinnable.error.sentence);
};

const firstFault = ({ logs, witnesses }: Policy, signer: NoteSigner): string | null => {
  const own = verifierKeyOf(signer);
  const [log] = logs;
  if (logs.length !== 1 || log?.key.name !== own.name || log.key.id !== own.id) {
    return "It must name this log's key, and no other log.";
  }
  const unreachable = witnesses.find(({ url }) => url === undefined || !/^https?:\/\/[^?#]+$/.test(url));
  return unreachable === undefined ? null : `The witness ${unreachable.name} has no address that begins with https://.`;
};
