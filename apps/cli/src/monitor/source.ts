import { concatBytes } from "@underseal/foundation";
import { NOTE_CHARS_MAX } from "@underseal/tlog";

// The log's files over HTTP, as anyone gets them.

const TIMEOUT_MS = 15_000;
/** A checkpoint is the largest of them. */
const FILE_BYTES_MAX = NOTE_CHARS_MAX;

/** That a file could not be had says nothing against the log. */
export class UnreachableError extends Error {
  override name = "UnreachableError";
}

export interface LogFiles {
  /** The bytes at a path such as `checkpoint`, or `null` where the log has no such file. Throws `UnreachableError`. */
  readonly read: (path: string) => Promise<Uint8Array | null>;
}

export const openLogFiles = (
  url: string,
  deps: { readonly fetch: typeof fetch; readonly signal: AbortSignal },
): LogFiles => ({
  read: async (path) => {
    const address = `${url.replace(/\/+$/, "")}/${path}`;
    try {
      // A log that could send us elsewhere could have us ask addresses that only we can reach.
      const signal = AbortSignal.any([deps.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const response = await deps.fetch(address, { signal, redirect: "error" });
      if (response.ok) return await readBody(response, address);
      await response.body?.cancel();
      if (response.status === 404) return null;
      throw new UnreachableError(`${address} answers ${response.status}`);
    } catch (cause) {
      if (cause instanceof UnreachableError) throw cause;
      throw new UnreachableError(`${address} cannot be reached (${reasonOf(cause)})`, { cause });
    }
  },
});

const readBody = async (response: Response, address: string): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > FILE_BYTES_MAX) throw new UnreachableError(`${address} is larger than any file of a log`);
    chunks.push(chunk);
  }
  return concatBytes(...chunks);
};

const reasonOf = (cause: unknown): string => {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return inner instanceof Error ? inner.message : "unknown reason";
};
