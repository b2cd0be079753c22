import { type ProblemCode, problemSchema, problems, type Route } from "@underseal/api";
import { assert } from "@underseal/foundation";
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from "fastify";
import { z } from "zod";
import type { Caller, ServedRoute } from "../feature.ts";
import { type Authenticators, authenticate } from "./authenticate.ts";
import { sendProblem } from "./problem.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The bytes of a JSON body, as they were sent and signed. */
    bodyBytes: Uint8Array | null;
    /** Set when the request is admitted to its route. */
    caller: Caller | null;
  }
}

export const BODY_MAX_BYTES = 64 * 1024;

/**
 * Serves one route of the table: who may ask, what is parsed, what is answered, all from its definition. The
 * answer is checked against its schema as well, so that no field leaves that is not documented.
 */
export const registerRoute = (app: FastifyInstance, served: ServedRoute, authenticators: Authenticators): void => {
  const { route } = served;
  app.route({
    method: route.method,
    url: route.path,
    schema: schemaOf(route),
    bodyLimit: route.bodyMaxBytes ?? BODY_MAX_BYTES,
    ...(served.ratePerMinute === undefined
      ? {}
      : { config: { rateLimit: { max: served.ratePerMinute, timeWindow: "1 minute" } } }),
    // After the body was read, because a device signs it, and before anything in it is judged.
    preValidation: (request, reply) => admit(request, reply, route, authenticators),
    handler: (request, reply) => answer(request, reply, served),
  });
};

const admit = async (
  request: FastifyRequest,
  reply: FastifyReply,
  route: Route,
  authenticators: Authenticators,
): Promise<FastifyReply | undefined> => {
  const signed = { method: request.method, path: request.url, headers: request.headers, body: request.bodyBytes };
  const caller = await authenticate(route.access, signed, authenticators);
  if (!caller.ok) return sendProblem(reply, { code: caller.error });
  request.caller = caller.value;
  return undefined;
};

const answer = async (request: FastifyRequest, reply: FastifyReply, served: ServedRoute): Promise<FastifyReply> => {
  // `schemaOf` had each part parsed with the route's own schemas.
  const parts = { params: request.params, query: request.query, body: request.body } as Pick<
    Parameters<ServedRoute["handle"]>[0],
    "params" | "query" | "body"
  >;
  assert(request.caller !== null, "a request is admitted before it is handled");
  const outcome = await served.handle({ ...parts, caller: request.caller, requestId: request.id });
  if (!outcome.ok) return sendProblem(reply, outcome.error);
  const seconds = served.route.secondsUntilWhole?.(outcome.value) ?? null;
  if (seconds === null) reply.code(served.route.status ?? 200);
  else reply.code(PENDING).header("retry-after", String(seconds));
  if (served.route.answer !== "bytes") return reply.send(outcome.value);
  assert(outcome.value !== null && typeof outcome.value === "object", "a route of bytes answers bytes or a stream");
  const bytes = outcome.value instanceof Uint8Array ? Buffer.from(outcome.value) : outcome.value;
  return reply.type("application/octet-stream").send(bytes);
};

/** What was asked for is done, and the answer lacks something that comes later. */
const PENDING = 202;

const bytesSchema = z.any().meta({ type: "string", format: "binary" });

const schemaOf = (route: Route): FastifySchema => {
  const operationId = `${route.method.toLowerCase()}${route.path.replace(/[^A-Za-z0-9]+/g, "_")}`;
  return {
    summary: route.summary,
    operationId,
    ...(route.params === undefined ? {} : { params: route.params }),
    ...(route.query === undefined ? {} : { querystring: route.query }),
    ...bodySchemaOf(route),
    security: securityOf(route),
    response: {
      [route.status ?? 200]: answerSchemaOf(route),
      ...(route.secondsUntilWhole === undefined ? {} : { [PENDING]: answerSchemaOf(route) }),
      ...problemSchemasOf(route),
    },
  };
};

const bodySchemaOf = (route: Route): FastifySchema => {
  if (route.body === undefined) return {};
  if (route.body !== "bytes") return { body: route.body };
  return { body: bytesSchema, consumes: ["application/octet-stream"] };
};

const answerSchemaOf = (route: Route): unknown =>
  route.answer === "bytes"
    ? { description: "The bytes", content: { "application/octet-stream": { schema: bytesSchema } } }
    : route.answer;

const securityOf = ({ access }: Route): Record<string, string[]>[] => {
  if (access === "anyone") return [];
  const schemes = access === "person-or-device" ? ["session", "deviceSignature"] : [];
  if (access === "person") schemes.push("session");
  if (access === "device") schemes.push("deviceSignature");
  return schemes.map((scheme) => ({ [scheme]: [] }));
};

const COMMON: readonly ProblemCode[] = ["INVALID_REQUEST", "RATE_LIMITED", "INTERNAL", "UNAVAILABLE"];

/** One entry per status, whose description lists the codes with that status. */
const problemSchemasOf = (route: Route): Record<number, unknown> => {
  const codes = [...COMMON, ...accessProblems(route), ...route.problems];
  const byStatus = Map.groupBy(new Set(codes), (code) => problems[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, named]) => [
      status,
      {
        description: named.map((code) => `${code}: ${problems[code].title}`).join("\n"),
        content: { "application/problem+json": { schema: problemSchema } },
      },
    ]),
  );
};

const accessProblems = ({ access, body }: Route): readonly ProblemCode[] => [
  ...(access === "anyone" ? [] : (["NOT_SIGNED_IN"] as const)),
  ...(access.includes("device") ? (["DEVICE_SIGNATURE_INVALID", "DEVICE_REVOKED"] as const) : []),
  ...(access.includes("person") ? (["FOREIGN_ORIGIN"] as const) : []),
  ...(body === undefined ? [] : (["BODY_TOO_LARGE"] as const)),
];
