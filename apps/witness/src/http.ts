import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { bytesToUtf8, concatBytes } from "@underseal/foundation";
import { WITNESS_REQUEST_CHARS_MAX } from "@underseal/tlog";
import type { Answer, Witness, WitnessEvent } from "./witness.ts";

const HEADERS_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
const CONNECTIONS_MAX = 256;

const plain = (status: number, body: string): Answer => ({ status, contentType: "text/plain; charset=utf-8", body });

const CHECKPOINT_PATH = /^\/([0-9a-f]{64})\/checkpoint$/;

export interface HttpDeps {
  readonly witness: Witness;
  readonly onEvent: (event: WitnessEvent) => void;
}

/** The two addresses of a witness: submissions, and what it has cosigned last. */
export const createWitnessHttp = (deps: HttpDeps): Server => {
  const server = createServer(
    { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => void handle(deps, request, response),
  );
  server.maxConnections = CONNECTIONS_MAX;
  return server;
};

const handle = async (deps: HttpDeps, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  try {
    send(response, await route(deps.witness, request));
  } catch (cause) {
    deps.onEvent({ type: "failed", cause });
    if (!response.headersSent) send(response, plain(500, "INTERNAL\n"));
  }
};

const route = async (witness: Witness, request: IncomingMessage): Promise<Answer> => {
  const [path = ""] = (request.url ?? "").split("?");
  const [, hash] = CHECKPOINT_PATH.exec(path) ?? [];
  if (hash === undefined && path !== "/add-checkpoint") return plain(404, "NOT_FOUND\n");
  if (request.method !== (hash === undefined ? "POST" : "GET")) return plain(405, "METHOD_NOT_ALLOWED\n");
  if (hash !== undefined) {
    const note = witness.newestNote(hash);
    return note === null ? plain(404, "NOT_FOUND\n") : plain(200, note);
  }
  const bytes = await readBody(request);
  if (bytes === "too-large") return plain(413, "TOO_LARGE\n");
  const body = bytes === "broken-off" ? null : bytesToUtf8(bytes);
  return body === null ? plain(400, "WITNESS_REQUEST_MALFORMED\n") : await witness.addCheckpoint(body);
};

/** What is more than any request may have is read past, until the request times out. */
const readBody = async (request: IncomingMessage): Promise<Uint8Array | "too-large" | "broken-off"> => {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      length += chunk.length;
      if (length > WITNESS_REQUEST_CHARS_MAX) {
        request.resume();
        return "too-large";
      }
      chunks.push(chunk);
    }
  } catch {
    // The client went away; nobody reads what it is answered.
    return "broken-off";
  }
  return concatBytes(...chunks);
};

const send = (response: ServerResponse, { status, contentType, body }: Answer): void => {
  const close = status === 413 ? { connection: "close" } : {};
  response.writeHead(status, { "content-type": contentType, "cache-control": "no-store", ...close });
  response.end(body);
};
