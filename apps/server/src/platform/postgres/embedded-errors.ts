export interface EmbeddedPostgresError {
  readonly code:
    | "PLATFORM_UNSUPPORTED"
    | "BINARIES_FORBIDDEN"
    | "LIBRARY_MISSING"
    | "DATA_DIR_UNWRITABLE"
    | "OCCUPIED"
    | "START_FAILED";
  /** What is wrong and what to do about it, for the person who started the server. */
  readonly message: string;
  /** PostgreSQL's own last words, for a bug report. */
  readonly detail?: string;
  readonly cause?: unknown;
}
