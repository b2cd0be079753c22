import { assert, ok, type Result } from "@underseal/foundation";
import { parseCount } from "./checkpoint.ts";
import { refuse, refuseLine, type TlogError, type TlogErrorCode } from "./errors.ts";
import { decodeVerifierKey, encodeVerifierKey, type KeyKind, type VerifierKey } from "./keys.ts";

// C2SP tlog-policy: which logs are accepted, and how many of which witnesses must have cosigned a checkpoint before
// it counts. Whoever verifies offline is handed such a text, so it is read as hostile: every list has a limit, and a
// group can only name what stands before it, which rules out circles.

export const POLICY_CHARS_MAX = 65_536;
export const POLICY_LOGS_MAX = 32;
export const POLICY_WITNESSES_MAX = 64;
export const POLICY_GROUPS_MAX = 32;
/** A group of witnesses has depth 1. */
export const POLICY_DEPTH_MAX = 8;
/** What a contract's terms have room for. */
export const PINNED_POLICY_CHARS_MAX = 4_096;

const NO_QUORUM = "none";

export interface PolicyLog {
  /** Its name is the log's origin. */
  readonly key: VerifierKey;
  readonly url?: string;
}

export interface PolicyWitness {
  /** Means something inside the policy only; the key has a name of its own. */
  readonly name: string;
  readonly key: VerifierKey;
  readonly url?: string;
}

export interface PolicyGroup {
  readonly name: string;
  /** How many members must have witnessed a checkpoint: 1 to all of them. */
  readonly threshold: number;
  /** Names of witnesses and of groups that stand before this one. */
  readonly members: readonly string[];
}

export interface Policy {
  readonly logs: readonly PolicyLog[];
  readonly witnesses: readonly PolicyWitness[];
  readonly groups: readonly PolicyGroup[];
  /** The name of a witness or group; `null` where no cosignature is asked for. */
  readonly quorum: string | null;
}

/** What the lines so far have said. */
interface Draft {
  readonly logs: PolicyLog[];
  readonly witnesses: PolicyWitness[];
  readonly groups: PolicyGroup[];
  readonly depthByName: Map<string, number>;
  readonly grouped: Set<string>;
  quorum?: string | null;
}

type LineReader = (draft: Draft, items: readonly string[]) => TlogErrorCode | null;

const sameKey = (a: VerifierKey, b: VerifierKey): boolean => a.publicKey.every((byte, i) => byte === b.publicKey[i]);

/** A sound key of the kind, not yet among the others whatever its name there; else what is wrong with it. */
const readKey = (text: string, kind: KeyKind, others: readonly { key: VerifierKey }[]): VerifierKey | TlogErrorCode => {
  const key = decodeVerifierKey(text);
  if (!key.ok || key.value.kind !== kind) return "POLICY_KEY_UNFIT";
  return others.some((other) => sameKey(other.key, key.value)) ? "POLICY_KEY_REPEATED" : key.value;
};

const withUrl = (url: string | undefined) => (url === undefined ? {} : { url });

const readLog: LineReader = ({ logs }, items) => {
  const [encoded = "", url, ...more] = items;
  if (more.length > 0) return "POLICY_MALFORMED";
  if (logs.length >= POLICY_LOGS_MAX) return "POLICY_TOO_COMPLEX";
  const key = readKey(encoded, "signer", logs);
  if (typeof key === "string") return key;
  logs.push({ key, ...withUrl(url) });
  return null;
};

const define = ({ depthByName }: Draft, name: string, depth: number): TlogErrorCode | null => {
  if (name === NO_QUORUM || depthByName.has(name)) return "POLICY_NAME_TAKEN";
  depthByName.set(name, depth);
  return null;
};

const readWitness: LineReader = (draft, items) => {
  const [name, encoded, url, ...more] = items;
  if (name === undefined || encoded === undefined || more.length > 0) return "POLICY_MALFORMED";
  if (draft.witnesses.length >= POLICY_WITNESSES_MAX) return "POLICY_TOO_COMPLEX";
  const key = readKey(encoded, "cosigner", draft.witnesses);
  if (typeof key === "string") return key;
  draft.witnesses.push({ name, key, ...withUrl(url) });
  return define(draft, name, 0);
};

const readThreshold = (text: string, members: readonly string[]): number | null => {
  if (text === "any") return 1;
  if (text === "all") return members.length;
  const count = parseCount(text);
  return count !== null && count >= 1 && count <= members.length ? count : null;
};

const readGroup: LineReader = (draft, items) => {
  const [name, rule = "", ...members] = items;
  if (name === undefined || members.length === 0) return "POLICY_MALFORMED";
  if (draft.groups.length >= POLICY_GROUPS_MAX) return "POLICY_TOO_COMPLEX";
  for (const member of members) {
    if (!draft.depthByName.has(member)) return "POLICY_NAME_UNKNOWN";
    // Each in one group only, so that no witness weighs twice.
    if (draft.grouped.has(member)) return "POLICY_MEMBER_REPEATED";
    draft.grouped.add(member);
  }
  const threshold = readThreshold(rule, members);
  const depth = 1 + Math.max(...members.map((member) => draft.depthByName.get(member) ?? 0));
  if (threshold === null) return "POLICY_THRESHOLD";
  if (depth > POLICY_DEPTH_MAX) return "POLICY_TOO_COMPLEX";
  draft.groups.push({ name, threshold, members });
  return define(draft, name, depth);
};

const readQuorum: LineReader = (draft, items) => {
  const [name, ...more] = items;
  if (name === undefined || more.length > 0) return "POLICY_MALFORMED";
  if (draft.quorum !== undefined) return "POLICY_QUORUM_COUNT";
  if (name !== NO_QUORUM && !draft.depthByName.has(name)) return "POLICY_NAME_UNKNOWN";
  draft.quorum = name === NO_QUORUM ? null : name;
  return null;
};

const READERS = new Map<string, LineReader>([
  ["log", readLog],
  ["witness", readWitness],
  ["group", readGroup],
  ["quorum", readQuorum],
]);

/** Spaces and tabs divide, and nothing else that Unicode calls a space. */
const itemsOf = (line: string): readonly string[] => line.split(/[ \t]+/).filter((item) => item !== "");

const readLine = (draft: Draft, line: string): TlogErrorCode | null => {
  const [keyword, ...items] = itemsOf(line);
  if (keyword === undefined || keyword.startsWith("#")) return null;
  const reader = READERS.get(keyword);
  return reader === undefined ? "POLICY_MALFORMED" : reader(draft, items);
};

const FORBIDDEN = /[^\t\n\x20-\x7e\u0080-\uffff]/;

/** Reads a policy. Errors: the `POLICY_…` codes but `POLICY_NOT_PINNED`; those of one line name it. */
export const parsePolicy = (text: string): Result<Policy, TlogError> => {
  if (text.length > POLICY_CHARS_MAX) return refuse("POLICY_TOO_LARGE");
  // Without its last newline a text may have been cut, and a cut name can be another name.
  if (!text.endsWith("\n") || FORBIDDEN.test(text) || !text.isWellFormed()) return refuse("POLICY_MALFORMED");
  const draft: Draft = { logs: [], witnesses: [], groups: [], depthByName: new Map(), grouped: new Set() };
  for (const [index, line] of text.slice(0, -1).split("\n").entries()) {
    const code = readLine(draft, line);
    if (code !== null) return refuseLine(code, index + 1);
  }
  const { logs, witnesses, groups, quorum } = draft;
  return quorum === undefined ? refuse("POLICY_QUORUM_COUNT") : ok({ logs, witnesses, groups, quorum });
};

const plainText = ({ logs, witnesses, groups, quorum }: Policy): string => {
  const lines = [
    ...logs.map(({ key }) => `log ${encodeVerifierKey(key)}`),
    ...witnesses.map(({ name, key }) => `witness ${name} ${encodeVerifierKey(key)}`),
    ...groups.map(({ name, threshold, members }) => ["group", name, threshold, ...members].join(" ")),
    `quorum ${quorum ?? NO_QUORUM}`,
  ];
  return `${lines.join("\n")}\n`;
};

/** The one text of a policy without addresses and comments: logs, witnesses, groups, quorum, counts in digits. */
export const formatPolicy = (policy: Policy): string => {
  const text = plainText(policy);
  assert(parsePolicy(text).ok, "a policy follows the rules of its own format");
  return text;
};

/**
 * Reads the policy that a contract's terms pin: one log, and spelled as `formatPolicy` does, so that one policy has
 * one hash. Errors: those of `parsePolicy`, `POLICY_NOT_PINNED`.
 */
export const parsePinnedPolicy = (text: string): Result<Policy, TlogError> => {
  if (text.length > PINNED_POLICY_CHARS_MAX) return refuse("POLICY_TOO_LARGE");
  const policy = parsePolicy(text);
  if (!policy.ok) return policy;
  const isPinned = policy.value.logs.length === 1 && plainText(policy.value) === text;
  return isPinned ? policy : refuse("POLICY_NOT_PINNED");
};
