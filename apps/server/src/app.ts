import { type Clock, err, ok, type Random, type Redacted, type Result } from "@underseal/foundation";
import { isAcceptablePublicKey } from "@underseal/tlog";
import type { Config } from "./config.ts";
import type { LogError } from "./log/index.ts";
import { createPeople, type People } from "./people/index.ts";
import type { BlobStore } from "./platform/blobs/index.ts";
import type { Feature } from "./platform/feature.ts";
import type { Authenticators } from "./platform/http/authenticate.ts";
import type { Logger } from "./platform/logger.ts";
import type { Database } from "./platform/postgres/database.ts";
import type { Secrets, SecretsError } from "./platform/secrets.ts";

// The composition root: here, and only here, features meet the platform and each other.

/** What the platform gives to features; each asks only for what it uses. */
export interface Platform {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly database: Database;
  readonly blobs: BlobStore;
  readonly secrets: Secrets;
  readonly authSecret: Redacted<Uint8Array>;
  /** Known once the server listens; ask for it no earlier than the first request. */
  readonly publicUrl: () => string;
  readonly origins: () => readonly string[];
}

export interface App {
  readonly features: readonly Feature[];
  readonly people: People;
  readonly authenticators: Authenticators;
}

/** A feature that cannot begin its work, such as a log whose key was exchanged. */
export type AppError = SecretsError | LogError;

export const composeApp = async (platform: Platform): Promise<Result<App, AppError>> => {
  const { config } = platform;
  const people = createPeople({
    ...platform,
    signUp: config.signUp,
    isRateLimited: config.rateLimitPerMinute > 0,
    isAcceptablePublicKey,
  });

  // One line per feature: its routes are served, its `tick` is called, and it is stopped, from here on.
  const features: readonly Feature[] = [people];

  const authenticators: Authenticators = {
    findPerson: people.findPerson,
    // No device is enrolled while there is no feature that enrols them.
    findDevice: async () => err("DEVICE_SIGNATURE_INVALID"),
  };
  return ok({ features, people, authenticators });
};
