import { setTimeout as sleep } from "node:timers/promises";
import { assert } from "@underseal/foundation";

// Group commit: what arrives while one batch is being written waits and makes the next one. An idle server answers
// at once, and who sends one after the other waits for nobody; a busy one pays for one transaction where it had paid
// for hundreds, and gathers a little so that they are hundreds.

export interface GroupCommit<Item, Outcome> {
  /**
   * Takes the items all or none, in their order and after everything taken before. `null`: too many are waiting.
   * Rejects with what the batch of an item was rejected with.
   */
  submit(items: readonly Item[]): Promise<readonly Outcome[]> | null;
  /** Resolves when nothing is waiting any more. What comes later is not taken. */
  stop(): Promise<void>;
}

export interface GroupCommitDeps<Item, Outcome> {
  /** One outcome for each item, in their order; never two batches at a time. */
  readonly runBatch: (items: readonly Item[]) => Promise<readonly Outcome[]>;
  readonly batchMax: number;
  readonly waitingMax: number;
  /** How long a busy one gathers, counted from the beginning of the batch before. */
  readonly gatherMs?: number;
}

interface Waiting<Item, Outcome> {
  readonly item: Item;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (error: unknown) => void;
}

export const createGroupCommit = <Item, Outcome>({
  runBatch,
  batchMax,
  waitingMax,
  gatherMs = GATHER_MS,
}: GroupCommitDeps<Item, Outcome>): GroupCommit<Item, Outcome> => {
  let waiting: Waiting<Item, Outcome>[] = [];
  let running: Promise<void> | null = null;
  let isStopped = false;

  const run = async (): Promise<void> => {
    // What arrived in the same turn of the event loop belongs together.
    await new Promise(setImmediate);
    while (waiting.length > 0) {
      const batch = waiting.slice(0, batchMax);
      waiting = waiting.slice(batchMax);
      const startedMs = performance.now();
      await settle(batch, runBatch);
      const restMs = startedMs + gatherMs - performance.now();
      if (batch.length >= BUSY_FROM && waiting.length < batchMax && restMs > 0) await sleep(restMs);
    }
    running = null;
  };

  return {
    submit: (items) => {
      if (isStopped || waiting.length + items.length > waitingMax) return null;
      const outcomes = items.map(
        (item) => new Promise<Outcome>((resolve, reject) => waiting.push({ item, resolve, reject })),
      );
      running ??= run();
      return Promise.all(outcomes);
    },
    stop: async () => {
      isStopped = true;
      await running;
    },
  };
};

/** While batches have at least so many items, others are on their way. */
const BUSY_FROM = 16;
/** A transaction has a price of some tens of milliseconds, which this many statements then share. */
const GATHER_MS = 100;

const settle = async <Item, Outcome>(
  batch: readonly Waiting<Item, Outcome>[],
  runBatch: GroupCommitDeps<Item, Outcome>["runBatch"],
): Promise<void> => {
  try {
    const outcomes = await runBatch(batch.map(({ item }) => item));
    assert(outcomes.length === batch.length, "each item of a batch has its outcome");
    for (const [i, { resolve }] of batch.entries()) resolve(outcomes[i] as Outcome); // As many as items: just compared.
  } catch (error) {
    for (const { reject } of batch) reject(error);
  }
};
