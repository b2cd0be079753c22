// Each record's place in the log that both parties agreed on in the terms. Two checkpoints of one size must be the
// same tree, and one place holds one entry; whether checkpoints of different sizes fit each other only witnesses can
// tell, which the verdict says.
import { logEntryOf } from "@underseal/evidence";
import { bytesToHex, ok, type Result } from "@underseal/foundation";
import {
  leafHash,
  parseNote,
  parseTlogProof,
  type VerifierKey,
  verifyCheckpoint,
  verifyInclusion,
} from "@underseal/tlog";
import { refuse, type VerificationFailure } from "./failure.ts";
import type { CheckedRecord, DeviceChain } from "./records.ts";

type ReadCheckpoint = (note: string, key: VerifierKey) => ReturnType<typeof verifyCheckpoint>;

export const checkLog = (chains: readonly DeviceChain[]): Result<void, VerificationFailure> => {
  const readCheckpoint = createCheckpointReader();
  const roots = new Map<string, string>();
  const places = new Set<string>();
  for (const record of chains.flat()) {
    const placed = placeOf(record, readCheckpoint);
    if (!placed.ok) return placed;
    const { origin, size, root, index } = placed.value;
    const key = `${size} ${origin}`;
    const known = roots.get(key);
    if (known !== undefined && known !== root) return refuse("LOG_INCONSISTENT", record.statement);
    roots.set(key, root);
    // Every record here is another entry, so no two can stand in one place of one log.
    if (places.has(`${index} ${origin}`)) return refuse("LOG_INCONSISTENT", record.statement);
    places.add(`${index} ${origin}`);
  }
  return ok(undefined);
};

interface Place {
  readonly origin: string;
  readonly size: number;
  /** In hexadecimal. */
  readonly root: string;
  readonly index: number;
}

const placeOf = (
  { statement, proof: text, terms }: CheckedRecord,
  readCheckpoint: ReadCheckpoint,
): Result<Place, VerificationFailure> => {
  const proof = parseTlogProof(text);
  if (!proof.ok) return refuse("LOG_PROOF_INVALID", statement);
  const note = parseNote(proof.value.checkpoint);
  if (!note.ok) return refuse("LOG_PROOF_INVALID", statement);
  // Nothing signs extra data, and a signature by an unknown key could be anything: every byte of a bundle counts.
  const isMinimal = proof.value.extra === undefined && note.value.signatures.length === 1;
  if (!isMinimal) return refuse("LOG_PROOF_NOT_MINIMAL", statement);
  const checkpoint = readCheckpoint(proof.value.checkpoint, terms.logKey);
  if (!checkpoint.ok) return refuse("LOG_PROOF_INVALID", statement);
  const { origin, size, root } = checkpoint.value;
  const { index, hashes } = proof.value;
  const entry = leafHash(logEntryOf(statement.hash));
  const included = verifyInclusion({ index, size, leafHash: entry, proof: hashes, root });
  return included.ok ? ok({ origin, size, root: bytesToHex(root), index }) : refuse("LOG_PROOF_INVALID", statement);
};

/** Many records share a checkpoint; its signature is verified once. */
const createCheckpointReader = (): ReadCheckpoint => {
  const known = new Map<string, ReturnType<typeof verifyCheckpoint>>();
  return (note, key) => {
    const name = `${key.name}+${bytesToHex(key.publicKey)}\n${note}`;
    const checkpoint = known.get(name) ?? verifyCheckpoint(note, [key]);
    known.set(name, checkpoint);
    return checkpoint;
  };
};
