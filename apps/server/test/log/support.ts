import { assert, concatBytes, createTestRandom, redact } from "@underseal/foundation";
import {
  type Checkpoint,
  decodeVerifierKey,
  leafHash,
  parseTlogProof,
  type VerifierKey,
  verifyCheckpoint,
  verifyInclusion,
} from "@underseal/tlog";
import { type Log, type LogSubject, openLog } from "../../src/log/index.ts";
import type { LogDeps } from "../../src/log/log.ts";
import type { Database } from "../../src/platform/postgres/database.ts";
import { systemActor, transact } from "../../src/platform/postgres/transact.ts";

export const ORIGIN = "log.example/underseal1";
export const LOG_KEY = redact(createTestRandom(11).bytes(32));

export const openTestLog = async (
  database: Database,
  options: Omit<Partial<LogDeps>, "database"> = {},
): Promise<Log> => {
  const quick = { pollMs: 20, leaseMs: 1_000, publishEveryMs: 10 };
  const opened = await openLog({ database, origin: ORIGIN, logKey: LOG_KEY, ...quick, ...options });
  assert(opened.ok, opened.ok ? "" : opened.error.message);
  return opened.value;
};

export const keyOf = (log: Log): VerifierKey => {
  const key = decodeVerifierKey(log.verifierKey);
  assert(key.ok, "the log's key can be read");
  return key.value;
};

/** Each test entry is about itself. Real subjects have another first byte. */
export const subjectOf = (entry: Uint8Array): LogSubject => concatBytes(Uint8Array.of(0), entry) as LogSubject;

export const enqueue = (database: Database, log: Log, entries: readonly Uint8Array[]): Promise<void> =>
  transact(database, systemActor, (transaction) =>
    log.enqueueAll(
      transaction,
      entries.map((entry) => ({ subject: subjectOf(entry), entry })),
    ),
  );

export const proofsOf = (database: Database, log: Log, entries: readonly Uint8Array[]) =>
  transact(database, systemActor, (transaction) => log.proofsOf(transaction, entries.map(subjectOf)));

/**
 * Where each entry is and the size of the log it was proved in; throws where a proof does not verify. A checkpoint that
 * many proofs share is checked once: its signature takes longer than everything else.
 */
export const createProofCheck = (log: Log) => {
  const checkpoints = new Map<string, Checkpoint>();
  const verify = (note: string): Checkpoint => {
    const verified = verifyCheckpoint(note, [keyOf(log)]);
    assert(verified.ok, verified.ok ? "" : verified.error.code);
    checkpoints.set(note, verified.value);
    return verified.value;
  };
  return (entry: Uint8Array, text: string | null) => {
    assert(text !== null, "the entry is logged");
    const proof = parseTlogProof(text);
    assert(proof.ok, proof.ok ? "" : proof.error.code);
    const { index, hashes, checkpoint } = proof.value;
    const { size, root } = checkpoints.get(checkpoint) ?? verify(checkpoint);
    const included = verifyInclusion({ index, size, leafHash: leafHash(entry), proof: hashes, root });
    assert(included.ok, included.ok ? "" : included.error.code);
    return { index, size };
  };
};

export const readCheckpointText = (database: Database, log: Log): Promise<string> =>
  transact(database, systemActor, log.checkpoint);
