import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { FastifyInstance } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";

/** The API's description, generated from the route table: /openapi.json for programs, /docs for people. */
export const mountDocumentation = async (app: FastifyInstance): Promise<void> => {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Underseal",
        version: "1",
        description:
          "Every refusal is `application/problem+json` with a stable `code`. Times are milliseconds since 1970 UTC, " +
          "amounts are whole minor units as decimal strings, bytes are base64url without padding.",
      },
      components: {
        securitySchemes: {
          session: { type: "apiKey", in: "cookie", name: "underseal.session_token" },
          deviceSignature: {
            type: "apiKey",
            in: "header",
            name: "Signature",
            description: "HTTP Message Signature (RFC 9421) by the key of an enrolled device",
          },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  await app.register(swaggerUi, { routePrefix: "/docs", uiConfig: { docExpansion: "list", tryItOutEnabled: false } });
  app.get("/openapi.json", { schema: { hide: true } }, async (_request, reply) =>
    reply.type("application/json").send(JSON.stringify(app.swagger())),
  );
};
