import type { FastifyInstance } from "fastify";
import type { Alarm } from "../feature.ts";
import { sendProblem } from "./problem.ts";

/**
 * `live`: the process answers. `ready`: it can also do its work, so a balancer may send people here; alarms say what
 * an operator should mend all the same.
 */
export const mountHealth = (
  app: FastifyInstance,
  { isReady, readAlarms }: { isReady: () => Promise<boolean>; readAlarms: () => Promise<readonly Alarm[]> },
): void => {
  const options = { schema: { hide: true }, logLevel: "warn" } as const;
  app.get("/health/live", options, async () => JSON.stringify({ status: "live" }));
  app.get("/health/ready", options, async (_request, reply) => {
    if (await isReady()) {
      const alarms = await readAlarms();
      const answer = { status: "ready", ...(alarms.length === 0 ? {} : { alarms }) };
      return reply.type("application/json").send(JSON.stringify(answer));
    }
    return sendProblem(reply, { code: "UNAVAILABLE", detail: "The database does not answer." });
  });
};
