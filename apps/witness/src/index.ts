import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Clock, err, ok, type Random, type Result } from "@underseal/foundation";
import { cosignerKeyOf, encodeVerifierKey, isKeyName, type NoteSigner } from "@underseal/tlog";
import type { WitnessStartError } from "./errors.ts";
import { makeDirectory, systemErrorCode } from "./files.ts";
import { createWitnessHttp } from "./http.ts";
import { openKey } from "./key.ts";
import { lockDirectory } from "./lock.ts";
import { evidenceDirectory, hasCosigned, logsDirectory, readSeen, type Seen } from "./store.ts";
import { parseWatchedLogs, type WatchedLog } from "./watched.ts";
import { createWitness, type WitnessEvent } from "./witness.ts";

// The front door of a C2SP tlog-witness: it watches logs and cosigns what continues what it cosigned before, so that
// a log that shows two people two histories needs a witness to lie with it.

export type { WitnessStartError } from "./errors.ts";
export { originHash } from "./watched.ts";
export type { WitnessEvent } from "./witness.ts";

export interface WitnessConfig {
  /** Where key and memory are kept. Its parent must be there. Not to be copied back from an old backup lightly. */
  readonly dataDir: string;
  /** The key's name, such as `witness.example/w1`: a host name, with a path if there are several. */
  readonly name: string;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** The text of the list: a line `log <verifier key>` for each, or a whole tlog-policy. */
  readonly logs: string;
}

export interface WitnessStartDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly onEvent?: (event: WitnessEvent) => void;
}

export interface RunningWitness {
  /** Where it listens: the prefix for submissions and for reading. */
  readonly url: string;
  /** What a policy's `witness` line needs. */
  readonly verifierKey: string;
  readonly origins: readonly string[];
  /** Lets running requests finish. */
  stop(): Promise<void>;
}

/** Starts a witness and answers when it listens. A failure is one sentence with a remedy, and leaves nothing running. */
export const startWitness = async (
  config: WitnessConfig,
  deps: WitnessStartDeps,
): Promise<Result<RunningWitness, WitnessStartError>> => {
  const running = new AsyncDisposableStack();
  const started = await startParts(config, deps, running).catch(async (cause) => {
    if (systemErrorCode(cause) !== null) return err(unusable(config.dataDir, cause));
    await running.disposeAsync();
    throw cause;
  });
  if (!started.ok) await running.disposeAsync();
  return started;
};

const startParts = async (
  config: WitnessConfig,
  deps: WitnessStartDeps,
  running: AsyncDisposableStack,
): Promise<Result<RunningWitness, WitnessStartError>> => {
  if (!isKeyName(config.name)) return err(badName(config.name));
  const logs = parseWatchedLogs(config.logs);
  if (!logs.ok) return logs;
  const { dataDir } = config;
  for (const directory of [dataDir, logsDirectory(dataDir), evidenceDirectory(dataDir)]) await makeDirectory(directory);
  const lock = lockDirectory(dataDir);
  if (!lock.ok) return lock;
  running.defer(lock.value);
  const signer = await openKey({ ...config, random: deps.random, hasCosigned: await hasCosigned(dataDir) });
  if (!signer.ok) return signer;
  const seenByLog = await readMemory(dataDir, logs.value, signer.value);
  if (!seenByLog.ok) return seenByLog;
  const onEvent = deps.onEvent ?? (() => {});
  const witness = createWitness({ dataDir, signer: signer.value, clock: deps.clock, onEvent }, seenByLog.value);
  const http = createWitnessHttp({ witness, onEvent });
  const port = await listen(http, config);
  if (!port.ok) return port;
  running.defer(() => close(http));
  return ok({
    url: `http://${config.host.includes(":") ? `[${config.host}]` : config.host}:${port.value}`,
    verifierKey: encodeVerifierKey(cosignerKeyOf(signer.value)),
    origins: logs.value.map(({ origin }) => origin),
    stop: () => running.disposeAsync(),
  });
};

const readMemory = async (dataDir: string, logs: readonly WatchedLog[], signer: NoteSigner) => {
  const ownKey = cosignerKeyOf(signer);
  const seenByLog = new Map<WatchedLog, Seen | null>();
  for (const log of logs) {
    const seen = await readSeen(dataDir, log, ownKey);
    if (!seen.ok) return seen;
    seenByLog.set(log, seen.value);
  }
  return ok(seenByLog);
};

const listen = async (
  http: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Result<number, WitnessStartError>> => {
  try {
    http.listen(port, host);
    await once(http, "listening");
    // A server that listens on a port has an address with one.
    return ok((http.address() as AddressInfo).port);
  } catch (cause) {
    const reason = systemErrorCode(cause) ?? "unknown error";
    const message = `Cannot listen on ${host}, port ${port} (${reason}): choose another host or port.`;
    return err({ code: "CANNOT_LISTEN", message, cause });
  }
};

const STOP_TIMEOUT_MS = 10_000;
const IDLE_CHECK_MS = 50;

/** Takes no new requests, lets running ones finish, and after ten seconds cuts what is left. */
const close = async (http: Server): Promise<void> => {
  const closed = once(http, "close");
  // A connection that served the last running request is kept open for more unless it is closed by us.
  const sweep = setInterval(() => http.closeIdleConnections(), IDLE_CHECK_MS);
  const cut = setTimeout(() => http.closeAllConnections(), STOP_TIMEOUT_MS);
  try {
    http.close();
    await closed;
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
};

const badName = (name: string): WitnessStartError => ({
  code: "NAME_INVALID",
  message: `"${name}" is no name for a witness: take a host name with an optional path, such as witness.example/w1.`,
});

const unusable = (dataDir: string, cause: unknown): WitnessStartError => ({
  code: "DATA_DIR_UNUSABLE",
  message:
    `The data directory ${dataDir} cannot be used (${systemErrorCode(cause) ?? "unknown error"}). ` +
    "Make it writable for the user that starts the witness; the directory above it must be there.",
  cause,
});
