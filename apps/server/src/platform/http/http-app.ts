import rateLimit from "@fastify/rate-limit";
import { type Clock, createId, createPooledRandom, type Random } from "@underseal/foundation";
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { Feature } from "../feature.ts";
import type { Logger } from "../logger.ts";
import type { Authenticators } from "./authenticate.ts";
import { readBodies } from "./bodies.ts";
import { mountDocumentation } from "./documentation.ts";
import { mountHealth } from "./health.ts";
import { answerNotHttp } from "./not-http.ts";
import { isForeignWrite } from "./origins.ts";
import { answerError, sendProblem } from "./problem.ts";
import { BODY_MAX_BYTES, registerRoute } from "./register-route.ts";
import { createSecurityHeaders } from "./security-headers.ts";
import { mountWebApp } from "./web-app.ts";

export interface HttpAppDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly authenticators: Authenticators;
  readonly features: readonly Feature[];
  readonly isReady: () => Promise<boolean>;
  /** Where browsers may come from; known for certain only when the port is. */
  readonly origins: () => readonly string[];
  /** Whether browsers come by https, so that they may be told to stay there. */
  readonly isHttps: boolean;
  readonly rateLimitPerMinute: number;
  /** The built web app. */
  readonly webDir: string;
}

const REQUEST_TIMEOUT_MS = 120_000;
const PARAMETER_MAX_CHARACTERS = 200;

/** The HTTP side of the server, ready to listen or to be given requests by `inject`. */
export const createHttpApp = async (deps: HttpAppDeps): Promise<FastifyInstance> => {
  const idDeps = { clock: deps.clock, random: createPooledRandom(deps.random) };
  const loggerInstance: FastifyBaseLogger = deps.logger;
  const app = fastify({
    loggerInstance,
    // Its own lines would hold addresses; `logRequests` writes ours.
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => createId(idDeps),
    requestTimeout: REQUEST_TIMEOUT_MS,
    bodyLimit: BODY_MAX_BYTES,
    routerOptions: { maxParamLength: PARAMETER_MAX_CHARACTERS },
    frameworkErrors: answerError,
    clientErrorHandler: (_error, socket) => answerNotHttp(socket, createId(deps)),
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  readBodies(app);
  app.decorateRequest("caller", null);
  await protect(app, deps);
  logRequests(app);
  await mountDocumentation(app);
  for (const feature of deps.features) {
    for (const route of feature.routes) registerRoute(app, route, deps.authenticators);
    feature.mount?.(app);
  }
  mountHealth(app, {
    isReady: deps.isReady,
    readAlarms: async () => (await Promise.all(deps.features.map((feature) => feature.alarms?.() ?? []))).flat(),
  });
  await mountWebApp(app, deps.webDir);
  return app;
};

const protect = async (app: FastifyInstance, deps: HttpAppDeps): Promise<void> => {
  const securityHeaders = createSecurityHeaders(deps);
  app.addHook("onRequest", (request, reply, next) => {
    reply.header("x-request-id", request.id);
    if (isForeignWrite(request, deps.origins())) return void sendProblem(reply, { code: "FOREIGN_ORIGIN" });
    // On the raw answer, so that those have them too which libraries write by themselves.
    for (const [name, value] of securityHeaders) reply.raw.setHeader(name, value);
    next();
  });
  if (deps.rateLimitPerMinute > 0) {
    await app.register(rateLimit, { max: deps.rateLimitPerMinute, timeWindow: "1 minute" });
  }
};

const logRequests = (app: FastifyInstance): void => {
  app.addHook("onResponse", (request, reply, next) => {
    request.log.info({ req: request, res: reply, tookMs: Math.round(reply.elapsedTime) }, "request");
    next();
  });
};
