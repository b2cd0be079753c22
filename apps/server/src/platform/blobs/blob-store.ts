import type { Readable } from "node:stream";
import type { Result } from "@underseal/foundation";

/** Sealed bytes by their SHA-256. What is stored never changes and is complete whenever it can be seen. */
export interface BlobStore {
  /**
   * Stores the bytes if they have this digest. When it answers, they are durable: a receipt may be signed. Bytes
   * that are stored already are answered as `present` without reading the source.
   */
  put(blob: BlobToStore): Promise<Result<StoredBlob, BlobError>>;
  /** `null` where there are none. */
  get(digest: Uint8Array): Promise<Readable | null>;
  has(digest: Uint8Array): Promise<boolean>;
}

export interface BlobToStore {
  /** 32 bytes. */
  readonly digest: Uint8Array;
  readonly source: AsyncIterable<Uint8Array>;
  readonly maxBytes: number;
}

export interface StoredBlob {
  readonly sizeBytes: number;
  readonly outcome: "stored" | "present";
}

export interface BlobError {
  readonly code:
    | "DIGEST_MISMATCH"
    | "TOO_LARGE"
    /** The sender went away in the middle. */
    | "INTERRUPTED"
    /** No space left; what was stored before is untouched. */
    | "STORE_FULL";
}
