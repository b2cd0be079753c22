import { assert, err, ok, type Redacted, type Result } from "@underseal/foundation";
import {
  encodeVerifierKey,
  HASH_BYTES,
  type NoteSigner,
  signCheckpoint,
  verifierKeyOf,
  verifyCheckpoint,
} from "@underseal/tlog";
import type { FastifyInstance } from "fastify";
import type { Feature } from "../platform/feature.ts";
import type { Database } from "../platform/postgres/database.ts";
import { systemActor, type Transaction, transact } from "../platform/postgres/transact.ts";
import { appendBatch, BATCH_MAX } from "./append.ts";
import { mountLogFiles, readLogFile } from "./files.ts";
import { PROOFS_MAX, proveEntries } from "./proofs.ts";
import { startSequencer } from "./sequencer.ts";
import { insertQueued, isAnyQueued, lockHead, moveHead, readHead, type SubjectEntry } from "./store.ts";
import type { LogSubject } from "./subjects.ts";
import { createWaiters } from "./waiters.ts";

/** A feature without routes of the API: it is served as files (`/checkpoint`, `/tile/…`). */
export interface Log extends Feature {
  mount(app: FastifyInstance): void;
  /** The log's key as a line of text (C2SP signed-note): what terms pin and verifiers are given. */
  readonly verifierKey: string;
  /**
   * Queues 32 opaque bytes about a subject in the caller's transaction, whoever acts in it. The same subject again does
   * nothing, whatever the entry: the first one stands. After the commit, call `wake` or `waitForProof`: without, the
   * entry is found by the next poll.
   */
  enqueue(transaction: Transaction, entry: SubjectEntry): Promise<void>;
  /** As `enqueue`, for all of these in their order. */
  enqueueAll(transaction: Transaction, entries: readonly SubjectEntry[]): Promise<void>;
  /** There is something committed to log. Cheap. */
  wake(): void;
  /** Wakes the log and resolves with the tlog-proof of the subject's entry; `null` where it took longer, or too many are waiting. */
  waitForProof(subject: LogSubject, timeoutMs: number): Promise<string | null>;
  /** The tlog-proof of the subject's entry against the newest checkpoint; `null` where it is not logged yet. */
  proofOf(transaction: Transaction, subject: LogSubject): Promise<string | null>;
  /** As `proofOf` for at most 2,000 subjects, in their order. */
  proofsOf(transaction: Transaction, subjects: readonly LogSubject[]): Promise<readonly (string | null)[]>;
  /** The newest signed note. */
  checkpoint(transaction: Transaction): Promise<string>;
  /** Ends after the running batch. What is queued stays queued. */
  stop(): Promise<void>;
}

export interface LogError {
  readonly code: "LOG_KEY_CHANGED";
  readonly message: string;
}

export interface LogDeps {
  readonly database: Database;
  /** The log's name, which is its key's name too. */
  readonly origin: string;
  /** The 32-byte Ed25519 seed. */
  readonly logKey: Redacted<Uint8Array>;
  /** Hears of batches that failed; they are tried again. */
  readonly onFault?: (error: unknown) => void;
  /** How often to look for other servers' entries. */
  readonly pollMs?: number;
}

const POLL_MS = 500;

/** Opens the log and starts writing it. Refuses to go on under another name or key than the log was signed with. */
export const openLog = async (deps: LogDeps): Promise<Result<Log, LogError>> => {
  const { database } = deps;
  const signer: NoteSigner = { name: deps.origin, seed: deps.logKey };
  if (!(await isOurs(database, signer))) return err(keyChanged(deps.origin));
  const waiters = createWaiters();

  /** Answers whether some of the asked could not wait for the next batch: there were more than fit into one answer. */
  const answerWaiters = async (): Promise<boolean> => {
    const asked = waiters.oldest(PROOFS_MAX);
    if (asked.length === 0) return false;
    const subjects = asked.map(({ subject }) => subject);
    const proofs = await transact(database, systemActor, (transaction) => proveEntries(transaction, subjects));
    for (const [i, waiter] of asked.entries()) {
      const proof = proofs[i] ?? null;
      if (proof !== null) waiter.finish(proof);
    }
    return asked.length === PROOFS_MAX && proofs.some((proof) => proof !== null);
  };

  const sequencer = startSequencer({
    runBatch: async () => {
      const taken = await transact(database, systemActor, (transaction) => appendBatch(transaction, signer));
      const areMoreWaiting = await answerWaiters();
      return taken === BATCH_MAX || areMoreWaiting;
    },
    isWorkWaiting: async () => waiters.isAny() || (await transact(database, systemActor, isAnyQueued)),
    pollMs: deps.pollMs ?? POLL_MS,
    onFault: deps.onFault ?? (() => {}),
  });
  return ok({
    verifierKey: encodeVerifierKey(verifierKeyOf(signer)),
    enqueue: (transaction, entry) => enqueueAll(transaction, [entry]),
    enqueueAll,
    wake: sequencer.wake,
    waitForProof: (subject, timeoutMs) => {
      const proof = waiters.wait(subject, timeoutMs);
      sequencer.wake();
      return proof;
    },
    proofOf: async (transaction, subject) => (await proveEntries(transaction, [subject]))[0] ?? null,
    proofsOf: proveEntries,
    checkpoint: readCheckpoint,
    routes: [],
    mount: (app) =>
      mountLogFiles(app, (path) => transact(database, systemActor, (transaction) => readLogFile(transaction, path))),
    stop: async () => {
      waiters.close();
      await sequencer.stop();
    },
  });
};

const enqueueAll = (transaction: Transaction, entries: readonly SubjectEntry[]): Promise<void> => {
  assert(
    entries.every(({ entry }) => entry.length === HASH_BYTES),
    "a log entry is 32 bytes",
  );
  return insertQueued(transaction, entries);
};

const readCheckpoint = async (transaction: Transaction): Promise<string> => {
  const { checkpoint } = await readHead(transaction);
  assert(checkpoint !== null, "an open log is signed");
  return checkpoint;
};

/** Signs the empty log of a new database; compares the signature of one that has been opened before. */
const isOurs = (database: Database, signer: NoteSigner): Promise<boolean> =>
  transact(database, systemActor, async (transaction) => {
    const head = await lockHead(transaction);
    if (head.checkpoint !== null) return verifyCheckpoint(head.checkpoint, [verifierKeyOf(signer)]).ok;
    const { size, root } = head;
    assert(size === 0, "entries are signed in the transaction that adds them");
    await moveHead(transaction, size, {
      size,
      root,
      checkpoint: signCheckpoint({ origin: signer.name, size, root }, signer),
    });
    return true;
  });

const keyChanged = (origin: string): LogError => ({
  code: "LOG_KEY_CHANGED",
  message:
    `The log in this database was signed with another key, or under another name than ${origin}. ` +
    "Put the file secrets/log-key of the data directory back from a backup, and UNDERSEAL_ORIGIN as it was: " +
    "signed contracts name this key.",
});
