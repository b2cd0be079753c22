import { mkdir, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { Readable } from "node:stream";
import { problemCodes, problems, refusal, route } from "@underseal/api";
import { createSystemRandom, createTestClock, err, ok, type PersonId } from "@underseal/foundation";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type Feature, serve } from "../../src/platform/feature.ts";
import { createHttpApp, type HttpAppDeps } from "../../src/platform/http/http-app.ts";
import { listen, stopListening } from "../../src/platform/http/listen.ts";
import { createLogger } from "../../src/platform/logger.ts";
import { createTestDir } from "../support/database.ts";

const ORIGIN = "http://127.0.0.1:8420";
const personId = "0199a000-0000-7000-8000-000000000001" as PersonId;

const echo = route({
  method: "POST",
  path: "/v1/echo/:number",
  summary: "Says it back",
  access: "anyone",
  params: z.object({ number: z.coerce.number().int() }),
  query: z.object({ loud: z.enum(["yes", "no"]).default("no") }),
  body: z.object({ text: z.string().max(10) }),
  answer: z.object({ text: z.string(), number: z.int(), loud: z.string() }),
  status: 201,
  problems: ["EMAIL_TAKEN"],
});
const leaky = route({
  method: "GET",
  path: "/v1/leaky",
  summary: "Says too much",
  access: "anyone",
  answer: z.object({ id: z.string() }),
  problems: [],
});
const upload = route({
  method: "PUT",
  path: "/v1/upload",
  summary: "Counts bytes",
  access: "anyone",
  body: "bytes",
  bodyMaxBytes: 1_000,
  answer: z.object({ bytes: z.int() }),
  problems: ["BLOB_DIGEST_MISMATCH"],
});
const download = route({
  method: "GET",
  path: "/v1/download/:kind",
  summary: "Bytes",
  access: "anyone",
  params: z.object({ kind: z.string() }),
  answer: "bytes",
  problems: [],
});
const refuse = route({
  method: "GET",
  path: "/v1/refuse/:code",
  summary: "Refuses",
  access: "anyone",
  params: z.object({ code: z.enum(problemCodes as [(typeof problemCodes)[number]]) }),
  answer: z.object({}),
  problems: [],
});
const fail = route({
  method: "GET",
  path: "/v1/fail/:how",
  summary: "Fails",
  access: "anyone",
  params: z.object({ how: z.string() }),
  answer: z.object({}),
  problems: [],
});
const whoAmI = route({
  method: "POST",
  path: "/v1/who/person",
  summary: "Who",
  access: "person",
  answer: z.object({ who: z.string() }),
  problems: [],
});
const device = route({
  method: "POST",
  path: "/v1/who/device",
  summary: "Who",
  access: "device",
  body: z.object({ n: z.int() }),
  answer: z.object({ who: z.string() }),
  problems: [],
});
const either = route({
  method: "GET",
  path: "/v1/who/either",
  summary: "Who",
  access: "person-or-device",
  answer: z.object({ who: z.string() }),
  problems: [],
});
const slow = route({
  method: "GET",
  path: "/v1/slow",
  summary: "Takes a while",
  access: "anyone",
  answer: z.object({ done: z.boolean() }),
  problems: [],
});

const feature: Feature = {
  routes: [
    serve(echo, async ({ params, query, body }) => ok({ ...params, ...query, ...body })),
    serve(leaky, async () => ok({ id: "1", passwordHash: "secret" })),
    serve(upload, async ({ body }) => {
      let bytes = 0;
      for await (const chunk of body) bytes += chunk.length;
      return ok({ bytes });
    }),
    serve(download, async ({ params }) =>
      ok(params.kind === "stream" ? Readable.from([Buffer.from("ab"), Buffer.from("c")]) : new Uint8Array([1, 2, 3])),
    ),
    serve(refuse, async ({ params }) => err(refusal(params.code, "why"))),
    serve(fail, async ({ params }) => {
      if (params.how === "answer") return ok({ nonsense: 1 }).ok ? ok(null as unknown as object) : ok({});
      throw Object.assign(new Error("secret-message"), params.how === "plain" ? {} : { code: params.how });
    }),
    serve(whoAmI, async ({ caller }) => ok({ who: `${caller.kind} ${caller.personKind}` })),
    serve(device, async ({ caller }) => ok({ who: caller.deviceId })),
    serve(either, async ({ caller }) => ok({ who: caller.kind })),
    serve(slow, async () => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      return ok({ done: true });
    }),
  ],
};

const settings = (webDir: string): HttpAppDeps => ({
  clock: createTestClock(1_000),
  random: createSystemRandom(),
  logger: createLogger({ level: "silent" }),
  authenticators: {
    findPerson: async ({ cookie }) =>
      cookie === "session=ada" ? { kind: "person", personId, personKind: "client" } : null,
    // Stands for a device's signature: it covers the bytes that were sent.
    findDevice: async ({ headers, body, path: target }) =>
      headers["signature-input"] === `${target} ${body === null ? "-" : Buffer.from(body).toString()}`
        ? ok({ kind: "device", deviceId: "d1" as never, personId })
        : err("DEVICE_SIGNATURE_INVALID"),
  },
  features: [feature],
  isReady: async () => true,
  origins: () => [ORIGIN],
  isHttps: false,
  rateLimitPerMinute: 0,
  webDir,
});

let webDir: string;
let app: FastifyInstance;
beforeAll(async () => {
  webDir = path.join(await createTestDir(), "dist");
  await mkdir(path.join(webDir, "assets"), { recursive: true });
  await writeFile(path.join(webDir, "index.html"), "<!doctype html><title>Underseal</title>");
  await writeFile(path.join(webDir, "icon.svg"), "<svg/>");
  await writeFile(path.join(webDir, "underseal-verify.html"), "<!doctype html><title>Verifier</title>");
  await writeFile(path.join(webDir, "assets/app-1a2b.js"), "let a;");
  await writeFile(path.join(webDir, "../secret.txt"), "secret");
  app = await createHttpApp(settings(webDir));
  await app.ready();
});
afterAll(async () => {
  await app.close();
  await rm(path.dirname(webDir), { recursive: true });
});

const post = (url: string, payload: unknown, headers: Record<string, string> = {}) =>
  app.inject({ method: "POST", url, payload: payload as never, headers });
const expectProblem = (response: Awaited<ReturnType<typeof post>>, code: keyof typeof problems) => {
  expect(response.headers["content-type"]).toMatch(/^application\/problem\+json/);
  expect(response.json()).toMatchObject({ code, ...problems[code], requestId: response.headers["x-request-id"] });
  expect(response.statusCode).toBe(problems[code].status);
};

describe("a route of the table", () => {
  test("has its parts parsed, its answer checked, and its status", async () => {
    const response = await post("/v1/echo/7?loud=yes", { text: "hi", unknown: 1 });
    expect([response.statusCode, response.json()]).toEqual([201, { text: "hi", number: 7, loud: "yes" }]);
  });

  test("tells every field that is wrong, without what was sent", async () => {
    const response = await post("/v1/echo/7", { text: "secret-long-text" });
    expectProblem(response, "INVALID_REQUEST");
    expect(response.json().faults).toEqual([{ path: "body/text", message: expect.any(String) }]);
    expect(response.body).not.toContain("secret");
    expectProblem(await post("/v1/echo/seven", { text: "hi" }), "INVALID_REQUEST");
    expectProblem(await post("/v1/echo/7?loud=maybe", { text: "hi" }), "INVALID_REQUEST");
  });

  test.each([
    ["no JSON", "{", "application/json"],
    ["no body", "", "application/json"],
    ["a poisoned prototype", '{"__proto__":{"a":1},"text":"hi"}', "application/json"],
    ["another content type", "text=hi", "application/x-www-form-urlencoded"],
  ])("refuses %s", async (_name, payload, type) => {
    expectProblem(await post("/v1/echo/7", payload, { "content-type": type }), "INVALID_REQUEST");
  });

  test("lets no field out that is not in its answer", async () => {
    expect((await app.inject("/v1/leaky")).json()).toEqual({ id: "1" });
  });

  test.each([
    [64 * 1024, "INVALID_REQUEST"],
    [64 * 1024 + 1, "BODY_TOO_LARGE"],
  ] as const)("with a JSON body of %i bytes answers %s", async (length, code) => {
    const payload = `{"text":"${"x".repeat(length - 11)}"}`;
    expect(payload.length).toBe(length);
    expectProblem(await post("/v1/echo/7", payload, { "content-type": "application/json" }), code);
  });

  test("streams bytes in and out, up to its own limit", async () => {
    const put = (length: number) =>
      app.inject({
        method: "PUT",
        url: "/v1/upload",
        payload: Buffer.alloc(length),
        headers: { "content-type": "application/octet-stream" },
      });
    expect((await put(1_000)).json()).toEqual({ bytes: 1_000 });
    expectProblem(await put(1_001), "BODY_TOO_LARGE");
    const inChunks = {
      method: "PUT",
      url: "/v1/upload",
      payload: Readable.from([Buffer.alloc(600), Buffer.alloc(401)]),
    } as const;
    expectProblem(
      await app.inject({ ...inChunks, headers: { "content-type": "application/octet-stream" } }),
      "BODY_TOO_LARGE",
    );
    expect((await app.inject("/v1/download/stream")).body).toBe("abc");
    const whole = await app.inject("/v1/download/whole");
    expect([...whole.rawPayload]).toEqual([1, 2, 3]);
    expect(whole.headers["content-type"]).toBe("application/octet-stream");
  });
});

describe("every refusal is application/problem+json:", () => {
  test.each(problemCodes)("%s", async (code) => {
    const response = await app.inject(`/v1/refuse/${code}`);
    expectProblem(response, code);
    expect(response.json()).toMatchObject({ detail: "why", type: `urn:underseal:problem:${code}` });
  });

  test.each([
    ["plain", "INTERNAL"],
    ["23505", "INTERNAL"],
    ["answer", "INTERNAL"],
    ["ECONNREFUSED", "UNAVAILABLE"],
    ["57P01", "UNAVAILABLE"],
    ["53300", "UNAVAILABLE"],
  ] as const)("a thrown %s is %s, and its message stays inside", async (how, code) => {
    const response = await app.inject(`/v1/fail/${how}`);
    expectProblem(response, code);
    expect(response.body).not.toContain("secret");
  });

  test.each(["/v1/nothing", "/api/nothing", "/assets/nothing.js", "/health/nothing"])("nothing at %s", async (url) => {
    expectProblem(await app.inject(url), "NOT_FOUND");
  });

  test("an address that cannot be read, and a method that nothing has", async () => {
    expectProblem(await app.inject("/%zz"), "INVALID_REQUEST");
    expectProblem(await app.inject({ method: "DELETE", url: "/v1/echo/7" }), "NOT_FOUND");
  });
});

describe("who may ask", () => {
  const asAda = { cookie: "session=ada", origin: ORIGIN };
  test("a person's route wants a session, of our own origin for a write", async () => {
    expect((await post("/v1/who/person", undefined, asAda)).json()).toEqual({ who: "person client" });
    expectProblem(await post("/v1/who/person", undefined), "NOT_SIGNED_IN");
    expectProblem(await post("/v1/who/person", undefined, { cookie: "session=eve", origin: ORIGIN }), "NOT_SIGNED_IN");
    expectProblem(
      await post("/v1/who/person", undefined, { ...asAda, origin: "https://evil.example" }),
      "FOREIGN_ORIGIN",
    );
    expectProblem(await post("/v1/who/person", undefined, { ...asAda, origin: "null" }), "FOREIGN_ORIGIN");
    expectProblem(await post("/v1/who/person", undefined, { cookie: "session=ada" }), "FOREIGN_ORIGIN");
  });

  test("a device's signature is over the very bytes of the body", async () => {
    const sent = '{ "n" : 1 }';
    const headers = { "content-type": "application/json", "signature-input": `/v1/who/device ${sent}` };
    expect((await post("/v1/who/device", sent, headers)).json()).toEqual({ who: "d1" });
    expectProblem(await post("/v1/who/device", '{"n":1}', headers), "DEVICE_SIGNATURE_INVALID");
    expectProblem(
      await post("/v1/who/device", '{"n":1}', { ...asAda, "content-type": "application/json" }),
      "DEVICE_SIGNATURE_INVALID",
    );
    expectProblem(
      await post("/v1/who/device", '{"n":"secret"}', { "content-type": "application/json" }),
      "DEVICE_SIGNATURE_INVALID",
    );
  });

  test("a route for both judges a signed request by its signature alone", async () => {
    const get = (headers: Record<string, string>) => app.inject({ url: "/v1/who/either", headers });
    expect((await get({ cookie: "session=ada" })).json()).toEqual({ who: "person" });
    expect((await get({ "signature-input": "/v1/who/either -" })).json()).toEqual({ who: "device" });
    expectProblem(await get({ cookie: "session=ada", "signature-input": "forged" }), "DEVICE_SIGNATURE_INVALID");
    expectProblem(await get({}), "NOT_SIGNED_IN");
  });
});

describe("headers", () => {
  const CSP =
    "default-src 'none';script-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data: blob:;connect-src 'self';" +
    "worker-src 'self';font-src 'self';manifest-src 'self';base-uri 'none';form-action 'self';frame-ancestors 'none'";
  test.each(["/", "/docs", "/v1/leaky", "/v1/nothing", "/assets/app-1a2b.js"])(
    "%s carries the strict policy",
    async (url) => {
      const { headers } = await app.inject(url);
      expect(headers["content-security-policy"]).toBe(CSP);
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "referrer-policy": "no-referrer",
      });
      expect(headers["strict-transport-security"]).toBeUndefined();
    },
  );

  test("browsers are told to stay with https only where the public address is https", async () => {
    const secure = await createHttpApp({ ...settings(webDir), isHttps: true });
    expect((await secure.inject("/")).headers["strict-transport-security"]).toMatch(/^max-age=\d{8}/);
    await secure.close();
  });
});

describe("the web app", () => {
  test("is the page for every address that is not the API's, and is asked for again each time", async () => {
    for (const url of ["/", "/contracts/1?week=2026-11-16", "/setup"]) {
      const response = await app.inject(url);
      expect([response.statusCode, response.body]).toEqual([200, expect.stringContaining("<title>Underseal")]);
      expect(response.headers["cache-control"]).toBe("no-cache");
    }
    expect((await app.inject("/icon.svg")).body).toBe("<svg/>");
  });

  test("hands out the offline verifier as a file to save", async () => {
    const verifier = await app.inject("/underseal-verify.html");
    expect(verifier.body).toContain("<title>Verifier</title>");
    expect(verifier.headers["content-disposition"]).toBe("attachment");
    expect((await app.inject("/icon.svg")).headers["content-disposition"]).toBeUndefined();
  });

  test("has assets that may be kept for ever, and nothing outside of its folder", async () => {
    const asset = await app.inject("/assets/app-1a2b.js");
    expect([asset.body, asset.headers["cache-control"]]).toEqual(["let a;", "public, max-age=31536000, immutable"]);
    for (const url of ["/assets/..%2f..%2fsecret.txt", "/..%2fsecret.txt", "/assets/../../secret.txt"]) {
      expect((await app.inject(url)).body).not.toBe("secret");
    }
  });

  test("that was not built says how to build it", async () => {
    const unbuilt = await createHttpApp(settings(path.join(webDir, "nowhere")));
    const page = await unbuilt.inject("/");
    expect([page.statusCode, page.body]).toEqual([503, expect.stringContaining("npm run build")]);
    expectProblem(await unbuilt.inject("/v1/nothing"), "NOT_FOUND");
    await unbuilt.close();
  });
});

test("the documentation is OpenAPI 3.1 made from the routes, and readable", async () => {
  const document = (await app.inject("/openapi.json")).json();
  expect(document.openapi).toBe("3.1.0");
  const operation = document.paths["/v1/echo/{number}"].post;
  expect(operation.requestBody.content["application/json"].schema.properties.text.maxLength).toBe(10);
  expect(operation.responses["409"].description).toContain("EMAIL_TAKEN");
  expect(operation.responses["409"].content).toHaveProperty(["application/problem+json"]);
  expect(document.paths["/v1/upload"].put.requestBody.content).toHaveProperty(["application/octet-stream"]);
  expect(document.paths["/v1/who/either"].get.security).toEqual([{ session: [] }, { deviceSignature: [] }]);
  expect(Object.keys(document.paths).some((address) => address.startsWith("/health"))).toBe(false);
  expect((await app.inject("/docs")).headers["content-type"]).toMatch(/html/);
});

test("an alarm of a feature is shown to whoever watches, and people are sent here all the same", async () => {
  const alarm = { name: "publication", since: new Date(0), detail: "too few witnesses" };
  const feature = { routes: [], alarms: async () => [alarm] };
  const alarmed = await createHttpApp({ ...settings(webDir), features: [feature, { routes: [] }] });
  const answer = await alarmed.inject("/health/ready");
  expect([answer.statusCode, answer.json()]).toEqual([
    200,
    { status: "ready", alarms: [{ ...alarm, since: "1970-01-01T00:00:00.000Z" }] },
  ]);
  await alarmed.close();
});

test("ready follows the database, live does not", async () => {
  const away = await createHttpApp({ ...settings(webDir), isReady: async () => false });
  expectProblem(await away.inject("/health/ready"), "UNAVAILABLE");
  expect((await away.inject("/health/live")).json()).toEqual({ status: "live" });
  expect((await app.inject("/health/ready")).json()).toEqual({ status: "ready" });
  await away.close();
});

test("more requests than the limit are refused until the minute is over", async () => {
  const limited = await createHttpApp({ ...settings(webDir), rateLimitPerMinute: 3 });
  const statuses = [];
  for (let sent = 0; sent < 4; sent += 1) statuses.push((await limited.inject("/v1/leaky")).statusCode);
  expect(statuses).toEqual([200, 200, 200, 429]);
  const refused = await limited.inject("/v1/leaky");
  expectProblem(refused, "RATE_LIMITED");
  expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
  await limited.close();
});

test("a stop lets a running request finish and takes no new one", async () => {
  const stopping = await createHttpApp(settings(webDir));
  const port = await listen(stopping, { host: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${port.ok ? port.value : 0}`;
  const running = fetch(`${url}/v1/slow`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const startedMs = performance.now();
  const stopped = stopListening(stopping);
  expect(await (await running).json()).toEqual({ done: true });
  await stopped;
  expect(performance.now() - startedMs).toBeLessThan(5_000);
  await expect(fetch(`${url}/v1/leaky`)).rejects.toThrow();
});

test("a sender that goes away in the middle of a blob is an error for its reader, not the end of the blob", async () => {
  let ended = "not yet";
  const reader: Feature = {
    routes: [
      serve(upload, async ({ body }) => {
        ended = await body.toArray().then(
          () => "whole",
          () => "interrupted",
        );
        return ok({ bytes: 0 });
      }),
    ],
  };
  const live = await createHttpApp({ ...settings(webDir), features: [reader] });
  const port = await listen(live, { host: "127.0.0.1", port: 0 });
  const socket = connect(port.ok ? port.value : 0, "127.0.0.1");
  socket.write(
    "PUT /v1/upload HTTP/1.1\r\nhost: a\r\ncontent-type: application/octet-stream\r\ncontent-length: 900\r\n\r\nabc",
  );
  await new Promise((resolve) => setTimeout(resolve, 100));
  socket.destroy();
  await expect.poll(() => ended).toBe("interrupted");
  await stopListening(live);
});

test("what is not HTTP is answered and cut off", async () => {
  const live = await createHttpApp(settings(webDir));
  const port = await listen(live, { host: "127.0.0.1", port: 0 });
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(port.ok ? port.value : 0, "127.0.0.1", () => socket.write("nonsense\r\n\r\n"));
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString();
    });
    socket.on("close", () => resolve(text));
  });
  expect(answer).toMatch(/^HTTP\/1.1 400 .*application\/problem\+json.*"INVALID_REQUEST"/s);
  await stopListening(live);
});
