import { err, ok, type Result } from "@underseal/foundation";
import type { FastifyInstance } from "fastify";
import { systemErrorCode } from "../files.ts";

export interface ListenError {
  readonly code: "PORT_OCCUPIED" | "PORT_FORBIDDEN" | "HOST_UNKNOWN";
  readonly message: string;
  readonly cause?: unknown;
}

/** Listens and answers the port, which the system chose where 0 was asked for. */
export const listen = async (
  app: FastifyInstance,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Result<number, ListenError>> => {
  try {
    await app.listen({ host, port });
    const address = app.server.address();
    return ok(address !== null && typeof address === "object" ? address.port : port);
  } catch (cause) {
    return err(explain(cause, host, port));
  }
};

const explain = (cause: unknown, host: string, port: number): ListenError => {
  const code = systemErrorCode(cause);
  if (code === "EADDRINUSE") {
    return {
      code: "PORT_OCCUPIED",
      message:
        `Port ${port} on ${host} is used by another program. Stop that program, ` +
        "or choose another port with UNDERSEAL_PORT (0 takes any free one).",
      cause,
    };
  }
  if (code === "EACCES") {
    return {
      code: "PORT_FORBIDDEN",
      message: `Port ${port} may not be used by this user. Choose one from 1024 on with UNDERSEAL_PORT.`,
      cause,
    };
  }
  return {
    code: "HOST_UNKNOWN",
    message:
      `This machine cannot listen on ${host} (${code ?? "unknown error"}). ` +
      "Set UNDERSEAL_HOST to one of its addresses, such as 127.0.0.1 or 0.0.0.0.",
    cause,
  };
};

const STOP_TIMEOUT_MS = 10_000;
const IDLE_CHECK_MS = 50;

/** Takes no new requests, lets running ones finish, and after ten seconds cuts what is left. */
export const stopListening = async (app: FastifyInstance): Promise<void> => {
  // A connection that served the last running request is kept open for more unless it is closed by us.
  const sweep = setInterval(() => app.server.closeIdleConnections(), IDLE_CHECK_MS);
  const cut = setTimeout(() => app.server.closeAllConnections(), STOP_TIMEOUT_MS);
  try {
    await app.close();
  } finally {
    clearInterval(sweep);
    clearTimeout(cut);
  }
};
