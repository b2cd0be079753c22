export { BEACON_SCHEMES, type BeaconRoundClaim, type BeaconRoundVerdict, verifyBeaconRound } from "./beacon.ts";
export {
  type CheckpointNoteClaim,
  type CheckpointVerdict,
  NOTE_BYTES_MAX,
  verifyCheckpointNote,
  type WitnessSeen,
} from "./checkpoint.ts";
export { type ConsistencyEvidence, type ConsistencyVerdict, verifyConsistencyClaim } from "./consistency.ts";
export { type InclusionEvidence, type InclusionVerdict, verifyInclusionClaim } from "./inclusion.ts";
export { type OpenedKind, type OpeningVerdict, verifyOpening } from "./opening.ts";
export { type PieceStage, pieceStages } from "./piece-entry.ts";
export { type PieceCode, type PieceFailure, pieceCodes, type Reasons } from "./piece-failure.ts";
