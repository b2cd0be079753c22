export { type Checkpoint, formatCheckpoint, parseCheckpoint, signCheckpoint, verifyCheckpoint } from "./checkpoint.ts";
export {
  isAcceptablePublicKey,
  PUBLIC_KEY_BYTES,
  publicKeyOf,
  SEED_BYTES,
  SIGNATURE_BYTES,
  signEd25519,
  verifyStrict,
} from "./ed25519.ts";
export { TLOG_ERROR_CODES, type TlogError, type TlogErrorCode, tlogErrorSentence } from "./errors.ts";
export { ES256_PUBLIC_KEY_BYTES, isAcceptableEs256Key, verifyEs256 } from "./es256.ts";
export {
  cosignerKeyOf,
  decodeVerifierKey,
  encodeVerifierKey,
  isKeyName,
  type KeyKind,
  type NoteSigner,
  type VerifierKey,
  verifierKeyOf,
} from "./keys.ts";
export {
  type ConsistencyClaim,
  emptyRoot,
  HASH_BYTES,
  type InclusionClaim,
  leafHash,
  nodeHash,
  verifyConsistency,
  verifyInclusion,
} from "./merkle.ts";
export {
  type Append,
  appendedNodes,
  consistencyProofNodes,
  foldProof,
  foldRoot,
  inclusionProofNodes,
  type LogNode,
  type NodeId,
  type ProofPlan,
  type ReadNode,
  rootNodes,
} from "./nodes.ts";
export {
  addSignatures,
  type Cosignature,
  cosignText,
  formatNote,
  NOTE_CHARS_MAX,
  NOTE_SIGNATURES_MAX,
  type NoteSignature,
  parseNote,
  signNote,
  type UnverifiedNote,
  type VerifiedNote,
  verifyNote,
} from "./note.ts";
export {
  formatPolicy,
  PINNED_POLICY_CHARS_MAX,
  POLICY_CHARS_MAX,
  POLICY_DEPTH_MAX,
  POLICY_GROUPS_MAX,
  POLICY_LOGS_MAX,
  POLICY_WITNESSES_MAX,
  type Policy,
  type PolicyGroup,
  type PolicyLog,
  type PolicyWitness,
  parsePinnedPolicy,
  parsePolicy,
} from "./policy.ts";
export {
  createProofWriter,
  encodeTlogProof,
  type LoggedEntry,
  PROOF_HASHES_MAX,
  parseTlogProof,
  type TlogProof,
  type TlogProofClaim,
  verifyTlogProof,
} from "./proof.ts";
export {
  meetsQuorum,
  type QuorumWitness,
  quorumWitnesses,
  verifyWitnessedCheckpoint,
  type WitnessedCheckpoint,
} from "./quorum.ts";
export type { SignedMessage } from "./signature-engine.ts";
export {
  proveConsistencyByTiles,
  proveInclusionByTiles,
  type ReadTile,
  readTileNodes,
  type TileConsistency,
  type TileInclusion,
  type TileNodes,
  type TileSource,
} from "./tile-client.ts";
export {
  decodeEntryBundle,
  encodeEntryBundle,
  parseTilePath,
  TILE_WIDTH,
  type Tile,
  tileNodes,
  tilePath,
  tileWidth,
} from "./tiles.ts";
export {
  type AddCheckpointRequest,
  formatAddCheckpoint,
  formatWitnessAnswer,
  parseAddCheckpoint,
  parseWitnessSize,
  readWitnessAnswer,
  TLOG_SIZE_TYPE,
  WITNESS_ANSWER_CHARS_MAX,
  WITNESS_REQUEST_CHARS_MAX,
  type WitnessAnswer,
  type WitnessWord,
} from "./witness.ts";
