import { existsSync } from "node:fs";
import path from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sendProblem } from "./problem.ts";

// The built web app: files with a hash in their name never change, and every address that is not the API's is a
// page of the app.

const NOT_BUILT = 'The web app is not built. Run "npm run build" and start the server again.\n';
const API_ADDRESS = /^\/(v1|api|health|docs|assets|log)(\/|$)|^\/openapi\.json$/;

/** Beside the web app, to be saved: it is meant for a disk, and our policy for pages would not let it run from here. */
const VERIFIER_FILE = "underseal-verify.html";

export const mountWebApp = async (app: FastifyInstance, webDir: string): Promise<void> => {
  if (!existsSync(path.join(webDir, "index.html"))) {
    app.setNotFoundHandler((request, reply) =>
      isPage(request) ? reply.code(503).type("text/plain").send(NOT_BUILT) : sendProblem(reply, { code: "NOT_FOUND" }),
    );
    return;
  }
  await app.register(fastifyStatic, {
    root: webDir,
    serve: false,
    index: false,
    cacheControl: false,
  });
  app.get("/assets/*", { schema: { hide: true }, logLevel: "warn" }, (request, reply) => {
    const { "*": name } = request.params as { "*": string };
    return reply.header("cache-control", "public, max-age=31536000, immutable").sendFile(path.join("assets", name));
  });
  app.setNotFoundHandler((request, reply) => answerPage(request, reply, webDir));
};

const isPage = (request: FastifyRequest): boolean =>
  (request.method === "GET" || request.method === "HEAD") && !API_ADDRESS.test(pathOf(request));

const pathOf = (request: FastifyRequest): string => request.url.split("?")[0] ?? "/";

const answerPage = (request: FastifyRequest, reply: FastifyReply, webDir: string): FastifyReply => {
  if (!isPage(request)) return sendProblem(reply.removeHeader("cache-control"), { code: "NOT_FOUND" });
  reply.header("cache-control", "no-cache");
  // Files beside the page (an icon, the manifest) have a dot in their name; pages of the app have none.
  const file = path.basename(pathOf(request));
  if (file === VERIFIER_FILE) reply.header("content-disposition", "attachment");
  return file.includes(".") && existsSync(path.join(webDir, file))
    ? reply.sendFile(file)
    : reply.sendFile("index.html");
};
