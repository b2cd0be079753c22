export { type Draws, ROUNDS_MAX } from "./draws.ts";
export {
  explainFailure,
  type VerificationCode,
  type VerificationFailure,
  type VerificationStage,
  verificationCodes,
  verificationStages,
} from "./failure.ts";
export type { Party, SharesByBucket, Verdict } from "./verdict.ts";
export { verifyBundle } from "./verify.ts";
