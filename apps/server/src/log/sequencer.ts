import { assert } from "@underseal/foundation";

// When batches run. The first entry starts one at once; what arrives while it runs is gathered for the next, so that
// an idle log answers immediately and a busy one writes few, full batches.

export interface Sequencer {
  /** There may be work. Cheap, and never fails. */
  wake(): void;
  /** Lets the running batch end and runs no more. */
  stop(): Promise<void>;
}

export interface SequencerDeps {
  /** One batch. Answers whether more may be waiting. What it throws goes to `onFault`; the next poll tries again. */
  readonly runBatch: () => Promise<boolean>;
  /** Whether something waits that nobody woke us for: another server's entries, or ours from before a crash. */
  readonly isWorkWaiting: () => Promise<boolean>;
  readonly pollMs: number;
  readonly onFault: (error: unknown) => void;
}

export const startSequencer = ({ runBatch, isWorkWaiting, pollMs, onFault }: SequencerDeps): Sequencer => {
  assert(pollMs > 0, "polls are some time apart");
  let isWanted = false;
  let isStopped = false;
  let running: Promise<void> | null = null;
  let polling: Promise<void> | null = null;

  const run = async (): Promise<void> => {
    while (isWanted && !isStopped) {
      isWanted = false;
      try {
        if (await runBatch()) isWanted = true;
      } catch (error) {
        onFault(error);
      }
    }
    running = null;
  };
  const wake = (): void => {
    isWanted = true;
    running ??= run();
  };
  const poll = async (): Promise<void> => {
    try {
      if (await isWorkWaiting()) wake();
    } catch (error) {
      onFault(error);
    }
    polling = null;
  };
  const timer = setInterval(() => {
    if (running === null) polling ??= poll();
  }, pollMs);
  // Waiting for work is no reason to keep a process alive.
  timer.unref();

  return {
    wake,
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await polling;
      await running;
    },
  };
};
