export { type Draws, ROUNDS_MAX } from "./draws.ts";
export {
  explainFailure,
  type VerificationCode,
  type VerificationFailure,
  verificationCodes,
} from "./failure.ts";
export { type VerificationStage, verificationStages } from "./failure-entry.ts";
export type { Party, SharesByBucket, Verdict } from "./verdict.ts";
export { verifyBundle } from "./verify.ts";
