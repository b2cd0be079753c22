// What the capture child is asked, as the JSON text it reads on stdin.
import type { CommitRequest } from "../captures/commit.ts";
import type { DenyRule } from "../reduction/deny.ts";
import type { ObserveRequest } from "../reduction/observe.ts";

export interface CaptureRequest extends ObserveRequest, CommitRequest {
  readonly display: string;
}

export const RULES_MAX = 1_000;
export const OWN_PIDS_MAX = 100;
export const TREE_SIZES: readonly number[] = [1_024, 2_048, 4_096];
const TILE_PX = 64;

/** `null` where the text is not such a request. An empty rule would deny everything and is a mistake. */
export const parseCaptureRequest = (text: string): CaptureRequest | null => {
  const fields = parseObject(text);
  if (fields === null) return null;
  const { display, rules, ownPids, tilePx, treeSize, vaultDir, vaultRecipient } = fields;
  if (typeof display !== "string" || tilePx !== TILE_PX) return null;
  if (typeof treeSize !== "number" || !TREE_SIZES.includes(treeSize)) return null;
  if (!isListOf(rules, RULES_MAX, isRule) || !isListOf(ownPids, OWN_PIDS_MAX, isPid)) return null;
  if (typeof vaultDir !== "string" || typeof vaultRecipient !== "string") return null;
  return { display, rules, ownPids, tilePx, treeSize, vaultDir, vaultRecipient };
};

const parseObject = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

const isListOf = <T>(value: unknown, max: number, is: (item: unknown) => item is T): value is readonly T[] =>
  Array.isArray(value) && value.length <= max && value.every(is);

const isPid = (value: unknown): value is number => Number.isInteger(value);

const isRule = (value: unknown): value is DenyRule =>
  isObject(value) &&
  (value.field === "app" || value.field === "title") &&
  typeof value.contains === "string" &&
  value.contains.trim() !== "";
