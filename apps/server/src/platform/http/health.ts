import type { FastifyInstance } from "fastify";
import { sendProblem } from "./problem.ts";

/** `live`: the process answers. `ready`: it can also do its work, so a balancer may send people here. */
export const mountHealth = (app: FastifyInstance, isReady: () => Promise<boolean>): void => {
  const options = { schema: { hide: true }, logLevel: "warn" } as const;
  app.get("/health/live", options, async () => JSON.stringify({ status: "live" }));
  app.get("/health/ready", options, async (_request, reply) => {
    if (await isReady()) return reply.type("application/json").send(JSON.stringify({ status: "ready" }));
    return sendProblem(reply, { code: "UNAVAILABLE", detail: "The database does not answer." });
  });
};
