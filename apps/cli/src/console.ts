// What every command says the same way.

/** Prints one clear message and ends with 1. `lines` follow indented, one for each fault. */
export const fail = (message: string, lines: readonly string[] = []): never => {
  console.error(`underseal: ${message}`);
  for (const line of lines) console.error(`  ${line}`);
  process.exit(1);
};

const DISK_FULL = /ENOSPC|EDQUOT|disk is full/;
const FORBIDDEN = /EACCES|EPERM|EROFS/;

/** Ends with 1 after what no command expected: the machine's own troubles in a sentence, our mistakes with their place. */
export const failUnexpectedly = (cause: unknown): never => {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (DISK_FULL.test(message)) return fail(`the disk is full: free some space and start again (${message})`);
  if (FORBIDDEN.test(message)) return fail(`a file cannot be used: check its owner and permissions (${message})`);
  return fail(`something went wrong that should not: ${cause instanceof Error ? cause.stack : message}`);
};

/** Aborts at the first Ctrl-C or TERM; a second one ends at once. */
export const createStopSignal = (): AbortSignal => {
  const stopping = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(130);
      stopping.abort();
    });
  }
  return stopping.signal;
};

/** Resolves when the signal aborts. */
export const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
