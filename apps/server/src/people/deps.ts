import type { Clock, Random, Redacted } from "@underseal/foundation";
import type { Database } from "../platform/postgres/database.ts";

export interface PeopleDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly random: Random;
  /** Signs the session cookies. */
  readonly authSecret: Redacted<Uint8Array>;
  /** Known once the server listens, and asked for no earlier than the first request. */
  readonly publicUrl: () => string;
  readonly origins: () => readonly string[];
  readonly signUp: "open" | "closed";
  /** Whether guessing passwords is slowed down; off only where the operator turned all limits off. */
  readonly isRateLimited: boolean;
  /** Strict Ed25519: canonical, of full order. */
  readonly isAcceptablePublicKey: (publicKey: Uint8Array) => boolean;
}
