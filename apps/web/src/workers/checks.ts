// Everything that is checked before a picture is drawn, in this order. The page lists them one by one in plain words
// (`segment.checks.*` in the locale), so that "verified" is never a word without an inventory.

export const checkNames = [
  "terms",
  "accounts",
  "device",
  "signatures",
  "chain",
  "time",
  "draw",
  "summary",
  "arrival",
  "log",
  "digest",
  "decryption",
  "map",
  "root",
  "shares",
  "activity",
] as const;

export type CheckName = (typeof checkNames)[number];

export interface CheckOutcome {
  readonly name: CheckName;
  /** `skipped`: there was nothing to check it with, and nothing else rests on it. */
  readonly state: "passed" | "failed" | "skipped" | "not-reached";
}

/** The complaint that a failure is ground for (protocol §9) where there is one, else the name of our own check. */
export type FaultCode =
  | "TERMS"
  | "ACCOUNT"
  | "DEVICE"
  | "SIGNATURE"
  | "CHAIN"
  | "TIME"
  | "BEACON"
  | "DRAW"
  | "SUMMARY"
  | "ARRIVAL"
  | "LOG"
  | "LOG_PENDING"
  | "MISSING"
  | "DIGEST"
  | "UNDECRYPTABLE"
  | "MANIFEST"
  | "MAP"
  | "ROOT"
  | "CAP"
  | "ACTIVITY";

export interface Fault {
  readonly check: CheckName;
  readonly code: FaultCode;
  /** One English sentence for experts; the page says what it means in its own words. */
  readonly detail: string;
}

export const fault = (check: CheckName, code: FaultCode, detail: string): Fault => ({ check, code, detail });

/** The whole list, from where the first fault was; `null`: everything passed. */
export const outcomesUpTo = (failed: CheckName | null, skipped: readonly CheckName[] = []): CheckOutcome[] => {
  const end = failed === null ? checkNames.length : checkNames.indexOf(failed);
  return checkNames.map((name, i) => {
    if (i > end) return { name, state: "not-reached" };
    if (i === end) return { name, state: "failed" };
    return { name, state: skipped.includes(name) ? "skipped" : "passed" };
  });
};
