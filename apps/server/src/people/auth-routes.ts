import type { ProblemCode } from "@underseal/api";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sendProblem } from "../platform/http/problem.ts";
import { ADDRESS_HEADER, type Auth } from "./auth.ts";

/**
 * What of better-auth can be reached from outside. Accounts are made at /v1/sign-up and /v1/setup alone, and what
 * is not listed here (changing addresses, deleting accounts, social sign-in) does not exist yet.
 */
const REACHABLE: ReadonlySet<string> = new Set([
  "POST /api/auth/sign-in/email",
  "POST /api/auth/sign-out",
  "GET /api/auth/get-session",
  "GET /api/auth/list-sessions",
  "POST /api/auth/revoke-session",
  "POST /api/auth/revoke-other-sessions",
  "POST /api/auth/change-password",
]);

const BODY_MAX_BYTES = 4 * 1024;

export const mountAuthRoutes = (app: FastifyInstance, auth: () => Auth): void => {
  for (const [method, url] of [...REACHABLE].map((address) => address.split(" "))) {
    if (method === undefined || url === undefined) continue;
    app.route({
      method,
      url,
      bodyLimit: BODY_MAX_BYTES,
      schema: { summary: summaryByUrl[url] ?? url, operationId: url.slice(1).replaceAll(/[^a-z]/g, "_") },
      handler: (request, reply) => forward(request, reply, auth()),
    });
  }
};

const summaryByUrl: Readonly<Record<string, string>> = {
  "/api/auth/sign-in/email": "Sign in with {email, password}; sets the session cookie",
  "/api/auth/sign-out": "End this session",
  "/api/auth/get-session": "The session of the cookie, or null",
  "/api/auth/list-sessions": "Your sessions",
  "/api/auth/revoke-session": "End one of your sessions, named by {token}",
  "/api/auth/revoke-other-sessions": "End all your sessions but this one",
  "/api/auth/change-password": "Change your password with {currentPassword, newPassword}",
};

const forward = async (request: FastifyRequest, reply: FastifyReply, auth: Auth): Promise<FastifyReply> => {
  const response = await auth.handler(toWebRequest(request, auth));
  for (const cookie of response.headers.getSetCookie()) reply.header("set-cookie", cookie);
  reply.header("cache-control", "no-store");
  if (response.status >= 400) {
    const retryAfter = response.headers.get("x-retry-after");
    if (retryAfter !== null) reply.header("retry-after", retryAfter);
    return sendProblem(reply, { code: problemOf(request, response.status) });
  }
  return reply
    .code(response.status)
    .type("application/json")
    .send(await response.text());
};

const toWebRequest = (request: FastifyRequest, auth: Auth): Request => {
  const headers = new Headers();
  for (const name of ["content-type", "cookie", "origin", "user-agent"] as const) {
    const value = request.headers[name];
    if (value !== undefined) headers.set(name, value);
  }
  headers.set(ADDRESS_HEADER, request.ip);
  const url = new URL(request.url, auth.options.baseURL);
  const body = request.bodyBytes;
  if (request.method === "GET" || body === null) return new Request(url, { method: request.method, headers });
  return new Request(url, { method: request.method, headers, body: Buffer.from(body) });
};

const problemOf = (request: FastifyRequest, status: number): ProblemCode => {
  if (status === 401) return request.url.startsWith("/api/auth/sign-in") ? "SIGN_IN_FAILED" : "NOT_SIGNED_IN";
  if (status === 403) return "FOREIGN_ORIGIN";
  if (status === 429) return "RATE_LIMITED";
  return status < 500 ? "INVALID_REQUEST" : "INTERNAL";
};
