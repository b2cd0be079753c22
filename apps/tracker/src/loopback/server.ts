// The daemon's HTTP server, for this machine alone. Node's own: a few named routes need no framework, and the daemon is
// to stay small.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import {
  type Clock,
  err,
  ok,
  type Random,
  type Redacted,
  type Result,
  SECOND_MS,
  utf8ToBytes,
} from "@underseal/foundation";
import type { Daemon } from "../daemon/daemon.ts";
import { refuseForeign } from "./guard.ts";
import { securityHeaders } from "./headers.ts";
import type { LaunchFile } from "./launch-file.ts";
import { readPageFiles } from "./page-files.ts";
import { problemStatuses } from "./problems.ts";
import { type Answer, answerRequest, type RouteDeps } from "./routes.ts";
import { createSessions } from "./sessions.ts";

export interface LoopbackDeps {
  readonly daemon: Pick<Daemon, "snapshot" | "command" | "reviews">;
  /** Of the machine: sessions and tokens end by it. */
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly random: Random;
  readonly launchFile: Pick<LaunchFile, "expect" | "forget">;
  readonly secret: Redacted<Uint8Array>;
  /** 0: one that is free. */
  readonly port: number;
}

export interface Loopback {
  readonly port: number;
  stop(): Promise<void>;
}

const ADDRESS = "127.0.0.1";
const HEADER_BYTES_MAX = 8 * 1024;
const CONNECTIONS_MAX = 64;
/** For the whole request to arrive. */
const REQUEST_MS = 10 * SECOND_MS;
const HEADERS_MS = 5 * SECOND_MS;
const IDLE_MS = 5 * SECOND_MS;
const TIMEOUT_CHECK_MS = SECOND_MS;

export const startLoopback = async (deps: LoopbackDeps): Promise<Result<Loopback, { readonly message: string }>> => {
  const server = createServer({
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    keepAliveTimeout: IDLE_MS,
    connectionsCheckingInterval: TIMEOUT_CHECK_MS,
  });
  server.maxConnections = CONNECTIONS_MAX;
  const files = await readPageFiles();
  const port = await listen(server, deps.port);
  if (!port.ok) return port;
  const { daemon, secret, launchFile } = deps;
  const routes = {
    daemon,
    secret,
    launchFile,
    files,
    sessions: createSessions(deps),
    cookieName: `underseal-${port.value}`,
  };
  const handling = { routes, port: port.value, stream: createStreaming() };
  server.on("request", (request, response) => void handle(request, response, handling));
  return ok({
    port: port.value,
    stop: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  });
};

const listen = (server: Server, port: number): Promise<Result<number, { readonly message: string }>> =>
  new Promise((resolve) => {
    server.once("error", (cause) => {
      const message = `port ${port} of this machine cannot be used (${cause.message}): choose another with UNDERSEAL_TRACKER_PORT`;
      resolve(err({ message }));
    });
    server.listen({ host: ADDRESS, port }, () => {
      const address = server.address();
      resolve(ok(typeof address === "object" && address !== null ? address.port : port));
    });
  });

interface Handling {
  readonly routes: RouteDeps;
  readonly port: number;
  readonly stream: ReturnType<typeof createStreaming>;
}

const handle = async (
  request: IncomingMessage,
  response: ServerResponse,
  { routes, port, stream }: Handling,
): Promise<void> => {
  response.on("error", () => {});
  const foreign = refuseForeign(factsOf(request), port);
  if (foreign !== null) return send(response, { problem: foreign });
  try {
    const answer = await answerRequest(routes, request);
    if ("write" in answer) await stream(response, answer);
    else send(response, answer);
  } catch {
    // The sender went away, or a mistake of ours: what it says is not for a page.
    if (response.headersSent) response.destroy();
    else send(response, { problem: { code: "FAILED", message: "something went wrong that should not" } });
  }
};

const factsOf = (request: IncomingMessage) => ({
  method: request.method ?? "",
  path: request.url ?? "",
  headers: (name: string): readonly string[] => {
    const { rawHeaders } = request;
    return rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name);
  },
});

type Streamed = Extract<Answer, { readonly write: unknown }>;

/** One at a time, for each is made by a program that may take much memory: a newer one ends the older. */
const createStreaming = () => {
  let current: ServerResponse | null = null;
  return async (response: ServerResponse, { type, write }: Streamed): Promise<void> => {
    current?.destroy();
    current = response;
    response.writeHead(200, { ...securityHeaders, "content-type": type });
    await write(response);
  };
};

const send = (response: ServerResponse, answer: Exclude<Answer, Streamed>): void => {
  if (response.headersSent || response.destroyed) return;
  const { status, type, body, more = {} } = present(answer);
  const headers = { ...securityHeaders, "content-type": type, "content-length": body.length, ...more };
  response.writeHead(status, headers).end(body);
};

interface Presented {
  readonly status: number;
  readonly type: string;
  readonly body: Uint8Array;
  readonly more?: Readonly<Record<string, string>>;
}

const present = (answer: Exclude<Answer, Streamed>): Presented => {
  if ("file" in answer) return { status: 200, type: answer.file.type, body: answer.file.bytes };
  const value = "problem" in answer ? answer.problem : answer.value;
  const json = { type: "application/json", body: utf8ToBytes(JSON.stringify(value)) };
  if ("problem" in answer) {
    // A body that nobody read would keep the connection busy.
    return { status: problemStatuses[answer.problem.code], ...json, more: { connection: "close" } };
  }
  return { status: 200, ...json, ...(answer.cookie === undefined ? {} : { more: { "set-cookie": answer.cookie } }) };
};
