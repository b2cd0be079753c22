import { setTimeout as sleep } from "node:timers/promises";
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
import type { Alarm, Feature } from "../platform/feature.ts";
import type { Database } from "../platform/postgres/database.ts";
import { systemActor, type Transaction, transact } from "../platform/postgres/transact.ts";
import { type AuthorityError, createAnchoring, loadAuthority } from "./anchor.ts";
import { mountLogFiles, readLogFile } from "./files.ts";
import { createLease } from "./lease.ts";
import { type LogPolicyError, loadPolicy, ownPolicy } from "./policy.ts";
import { proveConsistency, proveEntries, provePublished } from "./proofs.ts";
import { startPublisher } from "./publisher.ts";
import { readAlarms } from "./store/alarms.ts";
import { readNewestPublished } from "./store/published.ts";
import { insertQueued, lockHead, moveHead, readHead, type SubjectEntry } from "./store/tree.ts";
import type { LogSubject } from "./subjects.ts";
import { createWaiters } from "./waiters.ts";
import { startWriter } from "./writer.ts";

/** A feature without routes of the API: it is served as files (`/checkpoint`, `/tile/…`, `/anchor/…`). */
export interface Log extends Feature {
  mount(app: FastifyInstance): void;
  /** The log's key as a line of text (C2SP signed-note): what terms pin and verifiers are given. */
  readonly verifierKey: string;
  /** Who must have seen a checkpoint before it is published, as a C2SP tlog-policy without addresses, for terms. */
  readonly policyText: string;
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
  /**
   * As `proofsOf`, but each against the first *published* checkpoint that covers the entry, which is what bounds its
   * time; `null` where none does yet.
   */
  publishedProofsOf(transaction: Transaction, subjects: readonly LogSubject[]): Promise<readonly (string | null)[]>;
  /** As `publishedProofsOf` for one subject, outside of any transaction; `null` where it took longer. */
  waitForPublished(subject: LogSubject, timeoutMs: number): Promise<string | null>;
  /** The hashes that lead from one checkpoint's size to a later one's; none from an empty log. */
  consistencyOf(
    transaction: Transaction,
    sizes: { readonly oldSize: number; readonly newSize: number },
  ): Promise<readonly Uint8Array[]>;
  /** The newest signed note, which witnesses may not have seen yet. */
  checkpoint(transaction: Transaction): Promise<string>;
  /** The newest published note; `null` until there is one. */
  publishedCheckpoint(transaction: Transaction): Promise<string | null>;
  /** What the log cannot do at present, whichever server found out. */
  alarms(): Promise<readonly Alarm[]>;
  /** Ends after the running batch. What is queued stays queued. */
  stop(): Promise<void>;
}

export type LogError = LogPolicyError | AuthorityError | { readonly code: "LOG_KEY_CHANGED"; readonly message: string };

export interface LogDeps {
  readonly database: Database;
  /** The log's name, which is its key's name too. */
  readonly origin: string;
  /** The 32-byte Ed25519 seed. */
  readonly logKey: Redacted<Uint8Array>;
  /** Hears of batches that failed; they are tried again. */
  readonly onFault?: (error: unknown) => void;
  /** Hears once when an alarm begins. */
  readonly onAlarm?: (alarm: Pick<Alarm, "name" | "detail">) => void;
  /** A file in the C2SP format tlog-policy; without one there are no witnesses. */
  readonly policyFile?: string | null;
  /** Where a day's checkpoint gets its timestamp, and the certificates (PEM) by which it is believed. */
  readonly timestamping?: { readonly url: string; readonly certificateFile: string } | null;
  /** How to reach witnesses and the authority. */
  readonly fetch?: typeof fetch;
  readonly witnessTimeoutMs?: number;
  /** At most so often while the log is busy. */
  readonly publishEveryMs?: number;
  /** After so long without a sign of life another server writes the log. */
  readonly leaseMs?: number;
  /** How often to look for what other servers logged or queued. */
  readonly pollMs?: number;
}

/** Short enough for whoever waits for what another server logs. */
const POLL_MS = 100;
const LEASE_MS = 8_000;
const PUBLISH_EVERY_MS = 5_000;
const WITNESS_TIMEOUT_MS = 4_000;
const PUBLISHED_POLL_MS = 200;

/** Opens the log and starts writing it. Refuses to go on under another name or key than the log was signed with. */
export const openLog = async (deps: LogDeps): Promise<Result<Log, LogError>> => {
  const { database } = deps;
  const onFault = deps.onFault ?? (() => {});
  const signer: NoteSigner = { name: deps.origin, seed: deps.logKey };
  const policyFile = deps.policyFile ?? null;
  const policy = policyFile === null ? ok(ownPolicy(signer)) : await loadPolicy(policyFile, signer);
  if (!policy.ok) return policy;
  const { timestamping = null } = deps;
  const authority =
    timestamping === null ? ok(null) : await loadAuthority(timestamping.url, timestamping.certificateFile);
  if (!authority.ok) return authority;
  if (!(await isOurs(database, signer))) return err(keyChanged(deps.origin));
  const read = <T>(work: (transaction: Transaction) => Promise<T>) => transact(database, systemActor, work);
  const waiters = createWaiters();
  const lease = createLease({
    ...{ database, leaseMs: deps.leaseMs ?? LEASE_MS, onFault },
    // What an earlier holder left behind.
    onTaken: () => {
      writer.wake();
      publisher.wake();
    },
  });
  const outside = { fetch: deps.fetch ?? fetch, onAlarm: deps.onAlarm ?? (() => {}) };
  const publisher = startPublisher({
    ...{ database, lease, onFault, policy: policy.value.policy, ...outside },
    everyMs: deps.publishEveryMs ?? PUBLISH_EVERY_MS,
    witnessTimeoutMs: deps.witnessTimeoutMs ?? WITNESS_TIMEOUT_MS,
  });
  const anchor = createAnchoring({ database, lease, authority: authority.value, ...outside });
  const writer = startWriter({
    ...{ database, signer, lease, waiters, onFault, onAppended: publisher.wake },
    pollMs: deps.pollMs ?? POLL_MS,
  });
  await lease.start();
  return ok({
    verifierKey: encodeVerifierKey(verifierKeyOf(signer)),
    policyText: policy.value.text,
    enqueue: (transaction, entry) => enqueueAll(transaction, [entry]),
    enqueueAll,
    wake: writer.wake,
    waitForProof: (subject, timeoutMs) => {
      const proof = waiters.wait(subject, timeoutMs);
      writer.wake();
      return proof;
    },
    waitForPublished: async (subject, timeoutMs) => {
      for (let waitedMs = 0; ; waitedMs += PUBLISHED_POLL_MS) {
        const [proof = null] = await read((transaction) => provePublished(transaction, [subject]));
        if (proof !== null || waitedMs >= timeoutMs) return proof;
        await sleep(PUBLISHED_POLL_MS);
      }
    },
    proofOf: async (transaction, subject) => (await proveEntries(transaction, [subject]))[0] ?? null,
    proofsOf: proveEntries,
    publishedProofsOf: provePublished,
    consistencyOf: proveConsistency,
    checkpoint: readCheckpoint,
    publishedCheckpoint: async (transaction) => (await readNewestPublished(transaction))?.note ?? null,
    alarms: () => read(readAlarms),
    tick: anchor,
    routes: [],
    mount: (app) => mountLogFiles(app, (path) => read((transaction) => readLogFile(transaction, path))),
    stop: async () => {
      waiters.close();
      await Promise.all([writer.stop(), publisher.stop()]);
      await lease.stop();
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
