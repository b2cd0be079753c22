export { type CheckpointNoteClaim, type CheckpointVerdict, verifyCheckpointNote, type WitnessSeen } from "./checkpoint.ts";
export { type ConsistencyEvidence, type ConsistencyVerdict, verifyConsistencyClaim } from "./consistency.ts";
export { type PieceStage, pieceStages } from "./failures-of-pieces.ts";
export { type InclusionEvidence, type InclusionVerdict, verifyInclusionClaim } from "./inclusion.ts";
export { type PieceCode, type PieceFailure, pieceCodes, type Reasons } from "./piece-failure.ts";
