import { type Problem, problems, type Refusal } from "@underseal/api";
import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { isDatabaseAway } from "../postgres/database.ts";

// Every "no" of the server in one form: application/problem+json (RFC 9457) with a stable code, what it means and
// what to do. Nothing of the request is repeated in it except the names of fields.

export interface Fault {
  readonly path: string;
  readonly message: string;
}

const FAULTS_MAX = 20;

export const presentProblem = (
  refused: Refusal & { readonly faults?: readonly Fault[] },
  requestId: string,
): Problem => {
  const { status, title, remedy } = problems[refused.code];
  return {
    type: `urn:underseal:problem:${refused.code}`,
    title,
    status,
    code: refused.code,
    remedy,
    ...(refused.detail === undefined ? {} : { detail: refused.detail }),
    ...(refused.faults === undefined
      ? {}
      : { faults: refused.faults.slice(0, FAULTS_MAX).map((fault) => ({ ...fault })) }),
    requestId,
  };
};

export const sendProblem = (
  reply: FastifyReply,
  refused: Refusal & { readonly faults?: readonly Fault[] },
): FastifyReply =>
  reply
    .code(problems[refused.code].status)
    .type("application/problem+json")
    .header("x-request-id", reply.request.id)
    .send(JSON.stringify(presentProblem(refused, reply.request.id)));

/** What was thrown, as an answer; only what nobody expected is logged. */
export const answerError = (error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
  if (hasZodFastifySchemaValidationErrors(error)) {
    const faults = error.validation.map(({ instancePath, message }) => ({
      path: `${error.validationContext ?? "request"}${instancePath}`,
      message: message ?? "is not as documented",
    }));
    return sendProblem(reply, { code: "INVALID_REQUEST", faults });
  }
  const refused = refusalOf(error);
  if (refused.code === "INTERNAL") request.log.error({ err: error, req: request }, "request failed");
  if (refused.code === "UNAVAILABLE") request.log.warn({ err: error, req: request }, "request could not be served");
  return sendProblem(reply, refused);
};

const refusalOf = (error: FastifyError): Refusal => {
  if (error.statusCode === 413) return { code: "BODY_TOO_LARGE" };
  if (error.statusCode === 429) return { code: "RATE_LIMITED" };
  if (error.statusCode === 415) return { code: "INVALID_REQUEST", detail: "This content type is not accepted here." };
  if (error.statusCode === 503 || isDatabaseAway(error)) return { code: "UNAVAILABLE" };
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return { code: "INVALID_REQUEST", detail: detailByCode[error.code] ?? "The request cannot be read." };
  }
  return { code: "INTERNAL" };
};

const detailByCode: Readonly<Record<string, string>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: "The body is not JSON.",
  FST_ERR_CTP_EMPTY_JSON_BODY: "The body is empty.",
  FST_ERR_BAD_URL: "The address cannot be read.",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "The body is shorter or longer than its content-length.",
};
