import path from "node:path";
import { type Clock, err, ok, type Random, type Result } from "@underseal/foundation";
import { type AppError, composeApp, type Platform } from "./app.ts";
import type { Config } from "./config.ts";
import { openFileBlobStore } from "./platform/blobs/index.ts";
import { type DataDirError, prepareDataDir } from "./platform/data-dir.ts";
import { createHttpApp } from "./platform/http/http-app.ts";
import { type ListenError, listen, stopListening } from "./platform/http/listen.ts";
import { createLogger, type Logger } from "./platform/logger.ts";
import { type Database, type DatabaseError, isDatabaseReady, openDatabase } from "./platform/postgres/database.ts";
import { dumpDatabase } from "./platform/postgres/dump.ts";
import { type EmbeddedPostgresError, startEmbeddedPostgres } from "./platform/postgres/embedded.ts";
import { type MigrateError, migrate } from "./platform/postgres/migrate.ts";
import { createSecrets, type SecretsError } from "./platform/secrets.ts";
import { startTicking } from "./platform/ticking.ts";

export type StartError =
  | AppError
  | DataDirError
  | EmbeddedPostgresError
  | DatabaseError
  | MigrateError
  | SecretsError
  | ListenError;

export interface StartDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger?: Logger;
  /** The built web app; the workspace's own where not given. */
  readonly webDir?: string;
}

export interface RunningServer {
  /** Where browsers find it. */
  readonly url: string;
  /** The one-time link that creates the operator; `null` once there is one. It is a secret: print it, do not log it. */
  readonly setupUrl: string | null;
  /** Where it listens, on the configured host. */
  readonly port: number;
  /** Everything that the database holds, as text, for an operator's own search. It is as secret as the database. */
  dumpDatabase(): AsyncIterable<string>;
  /** Does everything that is due at this time, at once; otherwise it happens within seconds. */
  tick(nowMs: number): Promise<void>;
  /** Lets running requests finish (at most ten seconds), then closes the database. */
  stop(): Promise<void>;
}

const builtWebDir = path.join(import.meta.dirname, "../../web/dist");

/**
 * Starts everything and answers when requests are served. A failure is one error with a remedy, and leaves nothing
 * running behind.
 */
export const startServer = async (config: Config, deps: StartDeps): Promise<Result<RunningServer, StartError>> => {
  const running = new AsyncDisposableStack();
  const started = await startParts(config, deps, running).catch(async (cause) => {
    await running.disposeAsync();
    throw cause;
  });
  if (!started.ok) await running.disposeAsync();
  return started;
};

const startParts = async (
  config: Config,
  deps: StartDeps,
  running: AsyncDisposableStack,
): Promise<Result<RunningServer, StartError>> => {
  const { clock, random } = deps;
  const logger = deps.logger ?? createLogger({ level: config.logLevel });
  const dataDir = await prepareDataDir(config.dataDir);
  if (!dataDir.ok) return dataDir;
  const database = await startDatabase(config, { random, logger }, running);
  if (!database.ok) return database;
  const secrets = createSecrets({ dataDir: config.dataDir, random });
  const authSecret = await secrets.get("auth-secret");
  if (!authSecret.ok) return authSecret;
  const blobDir = await prepareDataDir(path.join(config.dataDir, "blobs"));
  if (!blobDir.ok) return blobDir;
  const blobs = await openFileBlobStore({ directory: path.join(config.dataDir, "blobs"), random });

  const address = createAddress(config);
  const platform: Platform = {
    ...{ config, clock, random, logger, database: database.value, secrets, blobs, authSecret: authSecret.value },
    publicUrl: address.publicUrl,
    origins: address.origins,
  };
  const app = await composeApp(platform);
  if (!app.ok) return app;
  const { features, people, authenticators } = app.value;
  for (const feature of features) running.defer(async () => await feature.stop?.());
  const http = await createHttpApp({
    ...{ clock, random, logger, features, authenticators, origins: address.origins },
    isReady: () => isDatabaseReady(database.value),
    isHttps: config.publicUrl?.startsWith("https:") ?? false,
    rateLimitPerMinute: config.rateLimitPerMinute,
    webDir: deps.webDir ?? builtWebDir,
  });
  running.defer(() => stopListening(http));
  const listening = await listen(http, config);
  if (!listening.ok) return listening;
  address.setPort(listening.value);

  const ticking = startTicking({ features, clock, logger });
  running.defer(ticking.stop);
  const token = await people.renewSetupToken();
  return ok({
    url: address.publicUrl(),
    // Behind a hash, so that it reaches no server log on its way.
    setupUrl: token === null ? null : `${address.publicUrl()}/setup#${token}`,
    port: listening.value,
    dumpDatabase: () => dumpDatabase(database.value),
    tick: ticking.tick,
    stop: () => running.disposeAsync(),
  });
};

/** The given PostgreSQL or the embedded one, connected and migrated. */
const startDatabase = async (
  config: Config,
  { random, logger }: { readonly random: Random; readonly logger: Logger },
  running: AsyncDisposableStack,
): Promise<Result<Database, StartError>> => {
  let url = config.databaseUrl;
  if (url === null) {
    const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir, random });
    if (!postgres.ok) return postgres;
    running.defer(postgres.value.stop);
    void postgres.value.died.then(() => logger.fatal({ code: "POSTGRES_ENDED" }, "the embedded PostgreSQL ended"));
    url = postgres.value.url;
  }
  const onFault = (error: Error) => logger.warn({ err: error }, "a database connection was lost");
  const database = await openDatabase(url, { random, onFault });
  if (!database.ok) return database;
  running.defer(database.value.close);
  const migrated = await migrate(database.value);
  return migrated.ok ? database : err(migrated.error);
};

/** Where we are found, which is known for certain only when the system has given us a port. */
const createAddress = ({ publicUrl, host, port }: Config) => {
  let listeningPort = port;
  const local = (name: string) => `http://${name}:${listeningPort}`;
  const shown = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host.includes(":") ? `[${host}]` : host;
  return {
    setPort: (chosen: number) => {
      listeningPort = chosen;
    },
    publicUrl: () => publicUrl ?? local(shown),
    origins: () => (publicUrl === null ? [local(shown), local("localhost"), local("127.0.0.1")] : [publicUrl]),
  };
};
