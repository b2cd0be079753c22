import type { FastifyRequest } from "fastify";

/*
 * A browser sends a person's cookie with whatever any site makes it request. It also says, in `Origin`, which site
 * that was: a write from another site is refused, and a write that rides on a session must say where it is from.
 * Trackers and scripts without a cookie send no `Origin` and need none.
 */
export const isForeignWrite = (request: FastifyRequest, origins: readonly string[]): boolean => {
  if (request.method === "GET" || request.method === "HEAD") return false;
  const { origin, cookie } = request.headers;
  if (origin === undefined) return cookie !== undefined;
  return !origins.includes(origin);
};
