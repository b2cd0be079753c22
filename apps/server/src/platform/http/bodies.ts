import { type Readable, Transform } from "node:stream";
import type { FastifyInstance, FastifyRequest } from "fastify";

// What requests bring: JSON, whose bytes are kept beside what they say because devices sign the bytes, and blobs,
// which stay streams. Nothing else is accepted, and everything has the length limit of its route.

export const readBodies = (app: FastifyInstance): void => {
  app.decorateRequest("bodyBytes", null);
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    request.bodyBytes = bytes;
    if (bytes.length === 0) done(null, undefined);
    else parseJson(request, bytes.toString(), done);
  });
  app.addContentTypeParser("application/octet-stream", (request, payload, done) => {
    const maxBytes = request.routeOptions.bodyLimit;
    if (declaredBytes(request) > maxBytes) done(tooLarge());
    else done(null, limitStream(payload, maxBytes));
  });
};

const declaredBytes = (request: FastifyRequest): number => Number(request.headers["content-length"] ?? 0);

/** A body sent in chunks has no declared length, so it is counted while it is read. */
const limitStream = (source: Readable, maxBytes: number): Readable => {
  let passedBytes = 0;
  const limited = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      passedBytes += chunk.length;
      if (passedBytes > maxBytes) done(tooLarge());
      else done(null, chunk);
    },
  });
  source.on("error", (error) => limited.destroy(error));
  // A sender that goes away ends the stream early; that must not look like its end.
  source.on("close", () => {
    if (!limited.writableEnded) limited.destroy(new Error("the sender went away"));
  });
  return source.pipe(limited);
};

const tooLarge = (): Error => Object.assign(new Error("the body is too large"), { statusCode: 413 });
