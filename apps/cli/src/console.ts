// What every command says the same way.

/** Prints one clear message and ends with 1. `lines` follow indented, one for each fault. */
export const fail = (message: string, lines: readonly string[] = []): never => {
  console.error(`underseal: ${message}`);
  for (const line of lines) console.error(`  ${line}`);
  process.exit(1);
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
