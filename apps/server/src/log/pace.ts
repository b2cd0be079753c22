// When to publish: at once after a rest, and at most once per period while the log is busy.

export interface Pace {
  /** There may be something to do. Cheap, and never fails. */
  wake(): void;
  /** Lets what runs end, and does no more. */
  stop(): Promise<void>;
}

export interface PaceDeps {
  /** Answers whether it is to be done again after the period. */
  readonly run: () => Promise<boolean>;
  readonly everyMs: number;
  readonly onFault: (error: unknown) => void;
}

export const startPace = ({ run, everyMs, onFault }: PaceDeps): Pace => {
  let isWanted = false;
  let isStopped = false;
  let running: Promise<void> | null = null;
  let resting: NodeJS.Timeout | null = null;

  const runOnce = async (): Promise<void> => {
    try {
      if (await run()) isWanted = true;
    } catch (error) {
      onFault(error);
      isWanted = true;
    }
    running = null;
    next();
  };
  const next = (): void => {
    if (!isWanted || isStopped || running !== null || resting !== null) return;
    isWanted = false;
    // The period counts from the beginning, so that what takes long does not make it longer.
    resting = setTimeout(() => {
      resting = null;
      next();
    }, everyMs);
    resting.unref();
    running = runOnce();
  };
  return {
    wake: () => {
      isWanted = true;
      next();
    },
    stop: async () => {
      isStopped = true;
      if (resting !== null) clearTimeout(resting);
      await running;
    },
  };
};
