// What the terms rely on besides the two people: the beacon that draws, and the log with its witnesses.
import { QUICKNET } from "@underseal/evidence";
import { base64UrlToBytes, equalBytes } from "@underseal/foundation";
import { type Policy, parsePinnedPolicy, quorumWitnesses } from "@underseal/tlog";
import type { TermsBody } from "./terms.ts";

/** `quicknet`: drand's, which no single operator holds; `own`: somebody's own, most likely the platform's. */
export const beaconKindOf = ({ draw: { beacon } }: Pick<TermsBody, "draw">): "quicknet" | "own" => {
  const key = base64UrlToBytes(beacon.publicKey) ?? new Uint8Array();
  const isQuicknet =
    equalBytes(key, QUICKNET.publicKey) && beacon.genesis === QUICKNET.genesis && beacon.period === QUICKNET.period;
  return isQuicknet ? "quicknet" : "own";
};

export interface WatchedLog {
  readonly name: string;
  /** Names, as the policy calls them. */
  readonly witnesses: readonly string[];
  /** How many members of the quorum must have seen a checkpoint: witnesses, or operators with several. */
  readonly needed: number;
  /** Witnesses of one operator watch as one. */
  readonly operators: number;
}

/** `null`: the policy is not of the documented form. */
export const watchedLogOf = ({ log }: Pick<TermsBody, "log">): WatchedLog | null => {
  const policy = parsePinnedPolicy(log);
  const key = policy.ok ? policy.value.logs[0]?.key : undefined;
  if (!policy.ok || key === undefined) return null;
  const witnesses = quorumWitnesses(policy.value);
  return {
    name: key.name,
    witnesses: witnesses.map(({ name }) => name),
    needed: neededBy(policy.value),
    operators: new Set(witnesses.map(({ operator }) => operator)).size,
  };
};

const neededBy = ({ groups, quorum }: Policy): number =>
  quorum === null ? 0 : (groups.find(({ name }) => name === quorum)?.threshold ?? 1);
