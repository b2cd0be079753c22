/** In the order in which they are checked; each relies on those before it. */
export const verificationStages = [
  "parse",
  "accounts",
  "terms",
  "devices",
  "records",
  "arrivals",
  "log",
  "draws",
  "statements",
  "blobs",
] as const;

export type VerificationStage = (typeof verificationStages)[number];

/** One way to fail: where the check stands, what is wrong, and what to do. */
export interface FailureEntry {
  readonly stage: VerificationStage;
  readonly sentence: string;
  readonly remedy: string;
}
