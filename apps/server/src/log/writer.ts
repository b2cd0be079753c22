import type { NoteSigner } from "@underseal/tlog";
import type { Database } from "../platform/postgres/database.ts";
import { systemActor, transact } from "../platform/postgres/transact.ts";
import { appendBatch, BATCH_MAX } from "./append.ts";
import type { Lease } from "./lease.ts";
import { PROOFS_MAX, proveEntries } from "./proofs.ts";
import { type Sequencer, startSequencer } from "./sequencer.ts";
import { isAnyQueued } from "./store/tree.ts";
import type { Waiter, Waiters } from "./waiters.ts";

// What one server does for the log: with the lease it writes batches, and in any case it answers those who wait here
// for their entries, whoever logged them.

export interface WriterDeps {
  readonly database: Database;
  readonly signer: NoteSigner;
  readonly lease: Lease;
  readonly waiters: Waiters;
  /** How often to look for entries that others logged or queued. */
  readonly pollMs: number;
  readonly onAppended: () => void;
  readonly onFault: (error: unknown) => void;
}

/** As often as this a queue that was quiet is looked at, in polls: somebody waits at another server for what is in it. */
const QUIET_POLLS = 2;

export const startWriter = (deps: WriterDeps): Sequencer => {
  const { database, signer, lease, waiters } = deps;
  const isQueueBusy = watchQueue(database);

  const writeBatch = async (term: number): Promise<number> => {
    const appended = await transact(database, systemActor, (transaction) => appendBatch(transaction, { signer, term }));
    if (appended === null) {
      lease.lose(term);
      return 0;
    }
    waiters.answer(appended.proofOf);
    if (appended.taken > 0) deps.onAppended();
    return appended.taken;
  };
  return startSequencer({
    runBatch: async () => {
      // Who comes later wakes us again.
      const asked = waiters.oldest(PROOFS_MAX);
      const term = lease.term();
      const taken = term === null ? 0 : await writeBatch(term);
      const rest = asked.filter((waiter) => waiter.isWaiting());
      const isAnyAnswered = (await answerFromTables(database, rest)) || rest.length < asked.length;
      // More were waiting than could be asked about at once, and there is room now.
      return taken === BATCH_MAX || (asked.length === PROOFS_MAX && isAnyAnswered);
    },
    isWorkWaiting: async () => waiters.isAny() || (lease.term() !== null && (await isQueueBusy())),
    pollMs: deps.pollMs,
    onFault: deps.onFault,
  });
};

/** Looks at each poll while other servers fill the queue, and seldom while they do not. */
const watchQueue = (database: Database): (() => Promise<boolean>) => {
  let untilLook = 0;
  return async () => {
    if (untilLook > 0) {
      untilLook -= 1;
      return false;
    }
    const isBusy = await transact(database, systemActor, isAnyQueued);
    untilLook = isBusy ? 0 : QUIET_POLLS - 1;
    return isBusy;
  };
};

/** Those whose entries are not of our own last batch. Answers whether it had the proofs of some. */
const answerFromTables = async (database: Database, asked: readonly Waiter[]): Promise<boolean> => {
  if (asked.length === 0) return false;
  const subjects = asked.map(({ subject }) => subject);
  const proofs = await transact(database, systemActor, (transaction) => proveEntries(transaction, subjects));
  for (const [i, waiter] of asked.entries()) {
    const proof = proofs[i] ?? null;
    if (proof !== null) waiter.finish(proof);
  }
  return proofs.some((proof) => proof !== null);
};
