export { ROUNDS_MAX } from "./draw-plan.ts";
export type { Draws } from "./draws.ts";
export {
  explainFailure,
  type VerificationCode,
  type VerificationFailure,
  verificationCodes,
} from "./failure.ts";
export { type VerificationStage, verificationStages } from "./failure-entry.ts";
export type { Tiers } from "./tiers.ts";
export type { LogSummary, Party, SharesByBucket, Verdict } from "./verdict.ts";
export { type VerifyOptions, verifyBundle } from "./verify.ts";
