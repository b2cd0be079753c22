export {
  BEACON_KEY_BYTES,
  BEACON_SIGNATURE_BYTES,
  type BeaconChain,
  type BeaconRound,
  beaconKeyOf,
  isBeaconKey,
  QUICKNET,
  randomnessOf,
  roundAt,
  roundTime,
  signRound,
  verifyRound,
  verifyRounds,
} from "./beacon.ts";
export { BUCKETS_PERMILLE, type Bucket, bucketOf } from "./buckets.ts";
export {
  BUNDLE_FORMAT,
  BUNDLE_MANIFEST_MAX_BYTES,
  BUNDLE_MAX_BYTES,
  type BundleError,
  type BundleFile,
  type BundleManifest,
  type BundleRecord,
  encodeManifest,
  readBundle,
} from "./bundle.ts";
export { type CheckError, checkVisible, type DisclosedRecords, type Picture } from "./check.ts";
export {
  activityBytes,
  activityLevel,
  type CaptureContent,
  type Context,
  type FallbackReason,
  type Header,
  leavesOf,
  MEMO_MAX_CHARACTERS,
  type MinuteCounts,
  restoreLeaves,
} from "./content.ts";
export {
  createDraw,
  type DrawRule,
  deviceRandomness,
  drawCommitment,
  drawnRounds,
  drawsEndAt,
  isDrawn,
} from "./draw.ts";
export {
  countersign,
  type Envelope,
  envelopeSchema,
  isSignedBy,
  logEntryOf,
  preAuthenticationEncoding,
  readAnyStatement,
  readStatement,
  type Statement,
  type StatementError,
  type StatementSigner,
  signStatement,
} from "./envelope.ts";
export { commitment, sha256 } from "./hash.ts";
export { encodeCanonical, type JsonValue, parseCanonical } from "./json.ts";
export {
  type AccountKeys,
  accountKeysOf,
  isRecipient,
  phraseOf,
  recoveryCodeOf,
  recoveryKeyOf,
  type SealingKey,
  type SigningKey,
  sealingKeyOf,
  signingKeyOf,
} from "./keys.ts";
export { decodeMap, encodeMap, type LeafState, leafStates } from "./map.ts";
export {
  encodeOpening,
  OPENING_FORMAT,
  OPENING_MAX_BYTES,
  type OpenedLeaf,
  type Opening,
  openLeaves,
  readOpening,
  rootOfLeaves,
} from "./opening.ts";
export { isAcceptableDeviceKey, isEs256Key, keyIdOf, verifySigned } from "./signing-keys.ts";
export {
  acknowledgementVerdicts,
  type DeviceRecordName,
  deviceRecordNames,
  type RedactionPolicy,
  redactionPolicies,
  type StatementBody,
  type StatementName,
  statementSchemas,
  WEEK_RECORDS_MAX,
} from "./statements.ts";
export { drawTile, type Frame, frameToTiles, gridOf, TILE_BYTES, TILE_PX } from "./tiles.ts";
export {
  buildTree,
  CONTEXT_INDEX,
  type EvidenceTree,
  FIRST_TILE_INDEX,
  HEADER_INDEX,
  type Leaf,
  leafKinds,
  wrapCommitment,
  wrapKeyOf,
} from "./tree.ts";
export { type PlacedRecord, weekRootOf } from "./week-root.ts";
