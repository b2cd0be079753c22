// What the capture child is asked, as the JSON text it reads on stdin.

import { base64UrlToBytes } from "@underseal/foundation";
import {
  isLanguage,
  isRememberedTile,
  languages as knownLanguages,
  type Language,
  type Policy,
  policies,
  REMEMBERED_TILES_MAX,
  type RememberedTile,
  TERMS_MAX,
} from "@underseal/redaction";
import type { CommitRequest } from "../captures/commit.ts";
import { type DenyRule, denyFields } from "../reduction/deny.ts";
import { type Fallback, isFaultCode } from "../reduction/faults.ts";
import type { ObserveRequest } from "../reduction/observe.ts";

/** The key as base64url, since it travels as JSON. */
export interface RememberedText {
  readonly key: string;
  readonly tiles: readonly RememberedTile[];
}

export interface CaptureRequest extends Omit<ObserveRequest, "remembered">, CommitRequest {
  readonly remembered: RememberedText;
  readonly display: string;
  /** What is to be shown at most, for what went wrong before this child was asked; `null` where nothing did. */
  readonly fallback: Fallback | null;
}

export const RULES_MAX = 1_000;
export const OWN_PIDS_MAX = 100;
export const TREE_SIZES: readonly number[] = [1_024, 2_048, 4_096];
export const TILE_PX = 64;

/** `null` where the text is not such a request. An empty rule would deny everything and is a mistake. */
export const parseCaptureRequest = (text: string): CaptureRequest | null => {
  const fields = parseObject(text);
  if (fields === null) return null;
  const { display, rules, ownPids, tilePx, treeSize, vaultDir, vaultRecipient } = fields;
  const { policy, languages, terms, fallback, remembered, isConcealed } = fields;
  if (typeof display !== "string" || tilePx !== TILE_PX) return null;
  if (typeof treeSize !== "number" || !TREE_SIZES.includes(treeSize)) return null;
  if (!isListOf(rules, RULES_MAX, isRule) || !isListOf(ownPids, OWN_PIDS_MAX, isPid)) return null;
  if (typeof vaultDir !== "string" || typeof vaultRecipient !== "string") return null;
  if (!isPolicy(policy) || !isListOf(languages, knownLanguages.length, isLanguageCode) || languages.length === 0)
    return null;
  if (!isListOf(terms, TERMS_MAX, isText) || !(fallback === null || isFallback(fallback))) return null;
  if (!isRemembered(remembered) || typeof isConcealed !== "boolean") return null;
  const masking = { display, rules, ownPids, policy, languages, terms, fallback, remembered, isConcealed };
  return { ...masking, tilePx, treeSize, vaultDir, vaultRecipient };
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

const isPolicy = (value: unknown): value is Policy => policies.some((policy) => policy === value);

const isLanguageCode = (value: unknown): value is Language => typeof value === "string" && isLanguage(value);

const isText = (value: unknown): value is string => typeof value === "string";

const isFallback = (value: unknown): value is Fallback =>
  isObject(value) && (value.shows === "structure" || value.shows === "nothing") && isFaultCode(value.code);

const isRemembered = (value: unknown): value is RememberedText =>
  isObject(value) && isKey(value.key) && isListOf(value.tiles, REMEMBERED_TILES_MAX, isRememberedTile);

export const isKey = (value: unknown): value is string =>
  typeof value === "string" && base64UrlToBytes(value)?.length === KEY_BYTES;

const KEY_BYTES = 32;

const isPid = (value: unknown): value is number => Number.isInteger(value);

const isRule = (value: unknown): value is DenyRule =>
  isObject(value) &&
  denyFields.some((field) => field === value.field) &&
  typeof value.contains === "string" &&
  value.contains.trim() !== "";
