// The only JSON that is signed: RFC 8785 over objects, arrays, strings, booleans and integers 0…2^53-1. Hostile
// input ends here: what comes out was spelled in the one canonical way, so that equal values are equal bytes.

import { assert, bytesToUtf8, equalBytes, err, ok, type Result, utf8ToBytes } from "@underseal/foundation";
import canonicalize from "canonicalize";

export type JsonValue = string | number | boolean | readonly JsonValue[] | { readonly [key: string]: JsonValue };

export const BODY_MAX_BYTES = 16 * 1024;
const DEPTH_MAX = 16;

/** The RFC 8785 bytes of a value of ours. */
export const encodeCanonical = (value: JsonValue): Uint8Array => {
  assert(isAllowed(value, 0), "a value to be signed holds only strings, booleans, integers, arrays and objects");
  const text = canonicalize(value);
  assert(typeof text === "string", "canonicalize answers a string for a JSON value");
  return utf8ToBytes(text);
};

/** Bytes → value, or the reason why these bytes are not the canonical spelling of an allowed value. */
export const parseCanonical = (
  bytes: Uint8Array,
  { maxBytes = BODY_MAX_BYTES }: { readonly maxBytes?: number } = {},
): Result<JsonValue, "BODY_NOT_CANONICAL"> => {
  if (bytes.length > maxBytes) return err("BODY_NOT_CANONICAL");
  const text = bytesToUtf8(bytes);
  if (text === null) return err("BODY_NOT_CANONICAL");
  const value = parseJson(text);
  if (!isAllowed(value, 0)) return err("BODY_NOT_CANONICAL");
  return isPlainlyCanonical(value, text) || equalBytes(encodeCanonical(value), bytes)
    ? ok(value)
    : err("BODY_NOT_CANONICAL");
};

/**
 * RFC 8785 is what `JSON.stringify` writes, with the keys in order. Reading keeps the order of the keys, so that a text
 * which is written again the same, and whose keys are in order, is the canonical one. Only keys that look like numbers
 * are moved when they are read: of such a text nothing is said here.
 */
export const isPlainlyCanonical = (value: JsonValue, text: string): boolean =>
  JSON.stringify(value) === text && areKeysOrdered(value);

const areKeysOrdered = (value: JsonValue): boolean => {
  if (typeof value !== "object") return true;
  if (Array.isArray(value)) return value.every(areKeysOrdered);
  let last: string | null = null;
  for (const [key, item] of Object.entries(value)) {
    // By UTF-16 code units, as the RFC orders them.
    if ((last !== null && last >= key) || !areKeysOrdered(item)) return false;
    last = key;
  }
  return true;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isAllowed = (value: unknown, depth: number): value is JsonValue => {
  if (depth > DEPTH_MAX) return false;
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value === "boolean") return true;
  if (typeof value === "number") return Number.isSafeInteger(value) && value >= 0 && !Object.is(value, -0);
  if (Array.isArray(value)) return value.every((item) => isAllowed(item, depth + 1));
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).every(([key, item]) => key.isWellFormed() && isAllowed(item, depth + 1));
};
