// Single pieces of evidence: a checkpoint, a proof, a round of the beacon, an opening. No network: all is handed over.
import { OPENING_MAX_BYTES } from "@underseal/evidence";
import { SECOND_MS } from "@underseal/foundation";
import {
  type CheckpointVerdict,
  NOTE_BYTES_MAX,
  type OpeningVerdict,
  verifyBeaconRound,
  verifyCheckpointNote,
  verifyConsistencyClaim,
  verifyInclusionClaim,
  verifyOpening,
} from "@underseal/verifier/pieces";
import { readInput } from "./verify-input.ts";
import { type ReportOptions, report } from "./verify-report.ts";

interface KeyOptions extends ReportOptions {
  readonly key?: readonly string[];
}

export interface CheckpointOptions extends KeyOptions {
  readonly quorum: number;
}

export const verifyCheckpoint = async (file: string, options: CheckpointOptions): Promise<void> => {
  const claim = { note: await readNote(file), keys: options.key ?? [], quorum: options.quorum };
  report(verifyCheckpointNote(claim), options, checkpointFacts);
};

export interface InclusionOptions extends KeyOptions {
  readonly checkpoint: string;
  readonly index: number;
  readonly leafHash: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

export const verifyInclusion = async (options: InclusionOptions): Promise<void> => {
  const { index, leafHash, proof, key: keys = [] } = options;
  const checkpoint = await readNote(options.checkpoint);
  report(verifyInclusionClaim({ checkpoint, index, leafHash, proof, keys }), options, (verdict) => [
    `VALID: entry ${verdict.index} is in ${verdict.origin}, as of ${verdict.size} entries`,
    signers(verdict.signedBy),
  ]);
};

export interface ConsistencyOptions extends KeyOptions {
  readonly old: string;
  readonly new: string;
  readonly proof: readonly Uint8Array[];
}

export const verifyConsistency = async (options: ConsistencyOptions): Promise<void> => {
  const { proof, key: keys = [] } = options;
  const claim = { older: await readNote(options.old), newer: await readNote(options.new), proof, keys };
  report(verifyConsistencyClaim(claim), options, (verdict) => [
    `VALID: ${verdict.origin} grew from ${verdict.oldSize} to ${verdict.newSize} entries and changed none`,
    signers(verdict.signedBy),
  ]);
};

export interface BeaconOptions extends ReportOptions {
  readonly scheme: string;
  readonly publicKey: Uint8Array;
  readonly round: number;
  readonly signature: Uint8Array;
}

export const verifyBeacon = (options: BeaconOptions): void => {
  report(verifyBeaconRound(options), options, ({ round, randomness, publishedAt }) => [
    `VALID: round ${round} of this beacon`,
    `  randomness ${randomness}`,
    ...(publishedAt === null ? [] : [`  published at ${timeOf(publishedAt)}`]),
  ]);
};

export const verifyOpeningFile = async (file: string, options: ReportOptions): Promise<void> => {
  const expected = {
    maxBytes: OPENING_MAX_BYTES,
    what: "opening",
    remedy: "an opening is a sample, ask for fewer tiles",
  };
  report(verifyOpening(await readInput(file, expected)), options, openingFacts);
};

const readNote = (file: string): Promise<Uint8Array> =>
  readInput(file, { maxBytes: NOTE_BYTES_MAX, what: "checkpoint", remedy: "check that it is the log's own file" });

const checkpointFacts = ({ origin, size, root, signedBy, witnesses }: CheckpointVerdict): readonly string[] => [
  `VALID: checkpoint of ${origin} with ${size} entries`,
  `  root hash ${root}`,
  signers(signedBy),
  ...witnesses.map(({ name, at }) => `  cosigned by ${name} at ${timeOf(at)}`),
];

const openingFacts = (verdict: OpeningVerdict): readonly string[] => [
  `VALID: ${verdict.leaves.length} of ${verdict.treeSize} leaves of a capture of contract ${verdict.contract}`,
  `  capture ${verdict.capture}`,
  `  recorded at ${timeOf(verdict.capturedAt)} by the device's clock, with the platform at ${timeOf(verdict.arrivedAt)}`,
  `  words to compare: ${verdict.phrase}`,
  ...verdict.leaves.map(({ index, kind, bytes }) => `  leaf ${index}: ${kind}, ${bytes} bytes`),
];

const signers = (names: readonly string[]): string =>
  names.length === 0 ? "  the log's signature was not checked" : `  signed by ${names.join(", ")}`;

const LAST_DATE_MS = 8.64e15;

/** Witnesses state whatever time they like: also one that no calendar has. */
const timeOf = (unixSeconds: number): string =>
  unixSeconds * SECOND_MS > LAST_DATE_MS
    ? `second ${unixSeconds}`
    : new Date(unixSeconds * SECOND_MS).toISOString().replace(".000Z", "Z");
